// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';

/** Network activity and aggregated events have folders, and so files, of their own. */
export type LogFileKind = 'CloudTrail' | 'CloudTrail-NetworkActivity' | 'CloudTrail-Aggregated';

/**
 * Where a log file lies in its bucket.
 * Source: CloudTrail User Guide, "CloudTrail log file examples" and "Finding your CloudTrail log files".
 */
export interface LogFileName {
  /** `CloudTrail` when absent: files of management and data events. */
  readonly kind?: LogFileKind;
  /** The trail's `S3KeyPrefix`, without the slash that follows it. */
  readonly prefix?: string;
  /** `o-…`, in the files of an organization's trail. */
  readonly organizationId?: string;
  readonly accountId: string;
  readonly region: string;
  /** When the file was finished, ms since the epoch; the name keeps the minute of it. */
  readonly stampMs: number;
  /** 16 letters and digits that keep files of one minute apart. */
  readonly unique: string;
}

/**
 * `[prefix/]AWSLogs/[o-…/]ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/ACCOUNT_CloudTrail_REGION_YYYYMMDDTHHmmZ_UNIQUE.json.gz`; for other
 * kinds of files with the kind in both places.
 */
export function toLogFileKey(name: LogFileName): string {
  const minute = new Date(name.stampMs).toISOString();
  const [year, month, day] = [minute.slice(0, 4), minute.slice(5, 7), minute.slice(8, 10)];
  const stamp = `${year}${month}${day}T${minute.slice(11, 13)}${minute.slice(14, 16)}Z`;
  const file = `${name.accountId}_${name.kind ?? 'CloudTrail'}_${name.region}_${stamp}_${name.unique}.json.gz`;
  return `${logFileFolder(name)}/${year}/${month}/${day}/${file}`;
}

/** The folder above the days: what a bucket policy lets CloudTrail write to begins with it. */
export function logFileFolder(
  name: Pick<LogFileName, 'kind' | 'prefix' | 'organizationId' | 'accountId' | 'region'>,
): string {
  const { kind = 'CloudTrail' } = name;
  return [name.prefix, 'AWSLogs', name.organizationId, name.accountId, kind, name.region]
    .filter((part) => part !== undefined && part !== '')
    .join('/');
}

const keyForm =
  /^(?:(?<prefix>.*)\/)?AWSLogs\/(?:(?<organization>o-[a-z0-9]{10,32})\/)?(?<account>\d{12})\/(?<kind>CloudTrail(?:-NetworkActivity|-Aggregated)?)\/(?<region>[a-z0-9-]+)\/(?<day>\d{4}\/\d{2}\/\d{2})\/\k<account>_\k<kind>_\k<region>_(?<stamp>\d{8}T\d{4})Z_(?<unique>[A-Za-z0-9]{16})\.json\.gz$/s;

/** The parts of a log file's key; undefined for every other key (digests, Insights, files of other services). */
export function parseLogFileKey(key: string): LogFileName | undefined {
  const parts = keyForm.exec(key)?.groups;
  if (parts === undefined) return undefined;
  const { prefix, organization, account, kind, region, day, stamp, unique } = parts as Record<string, string>;
  const stampMs = parseStamp(stamp as string);
  if (stampMs === undefined || new Date(stampMs).toISOString().slice(0, 10).replaceAll('-', '/') !== day)
    return undefined;
  return {
    ...(kind === 'CloudTrail' ? {} : { kind: kind as LogFileKind }),
    ...(prefix === undefined ? {} : { prefix }),
    ...(organization === undefined ? {} : { organizationId: organization }),
    accountId: account as string,
    region: region as string,
    stampMs,
    unique: unique as string,
  };
}

/** `20261121T1005` in ms since the epoch; undefined for what is no time. */
function parseStamp(stamp: string): number | undefined {
  const iso = `${stamp.slice(0, 4)}-${stamp.slice(4, 6)}-${stamp.slice(6, 8)}T${stamp.slice(9, 11)}:${stamp.slice(11, 13)}:00.000Z`;
  const timeMs = Date.parse(iso);
  return Number.isNaN(timeMs) || new Date(timeMs).toISOString() !== iso ? undefined : timeMs;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const uniqueLength = 16;

/**
 * 16 letters and digits nobody can foresee: who may write to the bucket cannot lie in wait under the next name.
 * Bytes of 248 and above are thrown away, so that every sign is equally likely (248 = 4 x 62).
 */
export function uniqueNamePart(random: (count: number) => Uint8Array = randomBytes): string {
  let name = '';
  while (name.length < uniqueLength) {
    for (const byte of random(uniqueLength)) {
      if (byte < 248 && name.length < uniqueLength) name += alphabet[byte % alphabet.length];
    }
  }
  return name;
}
