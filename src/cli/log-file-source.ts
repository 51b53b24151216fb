// SPDX-License-Identifier: Apache-2.0

/** One file to import, wherever it lies. */
export interface LogFileSource {
  /** A path, or an s3:// address. */
  readonly name: string;
  readonly sizeBytes: number;
  read(): Promise<Uint8Array>;
}

/** Names of files that may hold records: CloudTrail's own `.json.gz`, and what people make of them. */
export function isLogFileName(name: string): boolean {
  return /\.(json|ndjson|jsonl|gz)$/i.test(name);
}
