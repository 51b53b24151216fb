// SPDX-License-Identifier: Apache-2.0

/** A place in S3: a bucket and, where only a part of it is meant, the start of the keys. */
export interface ImportLocation {
  readonly bucket: string;
  /** Without a slash at its start; with one at its end, unless it is empty. */
  readonly prefix: string;
}

const form = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/s;

/** Undefined for a text that is no address of a bucket. */
export function parseImportLocation(uri: string): ImportLocation | undefined {
  const [, bucket, rest = ''] = form.exec(uri) ?? [];
  if (bucket === undefined) return undefined;
  const isWhole = rest === '' || rest.endsWith('/');
  return { bucket, prefix: isWhole ? rest : `${rest}/` };
}

const serviceFolder = /(?:^|\/)AWSLogs\/(?:o-[a-z0-9]+\/)?\d{12}\/([^/]+)\//;
const otherFiles = /(?:^|\/)CloudTrail-(?:Digest|Insight|Aggregated)\//;

/**
 * Whether an object is one of CloudTrail's log files, by its name: compressed with gzip, and in the folder of CloudTrail where
 * services have folders. In a bucket as a whole only that folder is looked into; in a prefix that somebody has named, all of
 * it. Digests and Insights events are no trail events.
 * Source: CloudTrail User Guide, "Considerations for copying trail events".
 */
export function isTrailLogFile(key: string, { prefix }: Pick<ImportLocation, 'prefix'>): boolean {
  if (!key.endsWith('.json.gz') || otherFiles.test(key)) return false;
  const folder = serviceFolder.exec(key)?.[1];
  if (folder !== undefined) return folder === 'CloudTrail';
  return prefix !== '' || /(?:^|\/)CloudTrail\//.test(key);
}

const fileTime = /_(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z_/;

/**
 * Whether the time in a log file's name is within bounds (both inclusive); a name without a time is in none.
 * Source: CloudTrail API Reference, "StartImport" (StartEventTime): "checks the prefix and log file names".
 */
export function isNamedWithin(key: string, startMs: number | undefined, endMs: number | undefined): boolean {
  if (startMs === undefined && endMs === undefined) return true;
  const [, ...parts] = fileTime.exec(key.slice(key.lastIndexOf('/') + 1)) ?? [];
  if (parts.length === 0) return false;
  const [year, month, day, hour, minute] = parts.map(Number) as [number, number, number, number, number];
  const timeMs = Date.UTC(year, month - 1, day, hour, minute);
  // Names tell minutes: of the first and the last one all belongs to it.
  return timeMs + 59_999 >= (startMs ?? 0) && timeMs <= (endMs ?? Number.POSITIVE_INFINITY);
}
