// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { LogDestination, LogFileUpload, UploadOutcome } from '../log-destination.js';

/** Buckets in memory that keep the promises of LogDestination; `refuse` makes one say no. */
export class MemoryDestination implements LogDestination {
  /** Bytes by `bucket/key`. */
  readonly objects = new Map<string, Buffer>();
  readonly refuse = new Map<string, string>();
  puts = 0;

  async put(upload: LogFileUpload): Promise<UploadOutcome> {
    this.puts++;
    const code = this.refuse.get(upload.bucket);
    if (code !== undefined) return { kind: 'refused', code, message: `${code} by the test` };
    const address = `${upload.bucket}/${upload.key}`;
    const there = this.objects.get(address);
    if (there !== undefined) return { kind: 'exists', sha256: sha256(there) };
    const pieces: Uint8Array[] = [];
    for await (const piece of upload.open()) pieces.push(piece);
    const bytes = Buffer.concat(pieces);
    if (sha256(bytes) !== upload.sha256) throw new Error('the bytes are not those of the manifest');
    this.objects.set(address, bytes);
    return { kind: 'stored' };
  }

  keys(bucket: string): string[] {
    return [...this.objects.keys()]
      .filter((address) => address.startsWith(`${bucket}/`))
      .map((address) => address.slice(bucket.length + 1))
      .sort();
  }

  /** The eventIDs in all files of a bucket, in the order of the keys. */
  eventIds(bucket: string): string[] {
    return this.keys(bucket).flatMap((key) =>
      recordsOf(this.objects.get(`${bucket}/${key}`) as Buffer).map((record) => record.eventID),
    );
  }
}

export function recordsOf(file: Uint8Array): { eventID: string; awsRegion: string; eventTime: string }[] {
  return (
    JSON.parse(gunzipSync(file).toString()) as {
      Records: { eventID: string; awsRegion: string; eventTime: string }[];
    }
  ).Records;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
