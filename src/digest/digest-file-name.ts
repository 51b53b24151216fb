// SPDX-License-Identifier: Apache-2.0

/**
 * Where a digest lies in its bucket. `region` is the one that it covers and whose key signs it; `homeRegion` the one
 * in which its trail was made: they differ for a multi-Region trail.
 * Source: CloudTrail User Guide, "CloudTrail digest file structure" (digest file location, digestS3Object).
 */
export interface DigestFileName {
  /** The trail's `S3KeyPrefix`, without the slash that follows it. */
  readonly prefix?: string;
  /** `o-…`, in the files of an organization's trail. */
  readonly organizationId?: string;
  readonly accountId: string;
  readonly region: string;
  readonly trailName: string;
  readonly homeRegion: string;
  /** The digest's end, ms since the epoch; the name keeps the second of it. */
  readonly endMs: number;
  /** A digest of files that their own digest missed. */
  readonly isBackfill: boolean;
}

/**
 * `[prefix/]AWSLogs/[o-…/]ACCOUNT/CloudTrail-Digest/REGION/YYYY/MM/DD/`
 * `ACCOUNT_CloudTrail-Digest_REGION_TRAIL_HOMEREGION_YYYYMMDDTHHMMSSZ[_backfill].json.gz`
 */
export function toDigestKey(name: DigestFileName): string {
  const iso = new Date(name.endMs).toISOString();
  const stamp = `${iso.slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
  const file = [name.accountId, 'CloudTrail-Digest', name.region, name.trailName, name.homeRegion, stamp];
  if (name.isBackfill) file.push('backfill');
  return `${digestFolder(name)}/${iso.slice(0, 10).replaceAll('-', '/')}/${file.join('_')}.json.gz`;
}

/** The folder above the days. */
export function digestFolder(
  name: Pick<DigestFileName, 'prefix' | 'organizationId' | 'accountId' | 'region'>,
): string {
  return [name.prefix, 'AWSLogs', name.organizationId, name.accountId, 'CloudTrail-Digest', name.region]
    .filter((part) => part !== undefined && part !== '')
    .join('/');
}

// A trail's name may hold underscores, a Region's cannot: the last Region in the name is always the home.
const keyForm =
  /^(?:(?<prefix>.*)\/)?AWSLogs\/(?:(?<organization>o-[a-z0-9]{10,32})\/)?(?<account>\d{12})\/CloudTrail-Digest\/(?<region>[a-z0-9-]+)\/(?<day>\d{4}\/\d{2}\/\d{2})\/\k<account>_CloudTrail-Digest_\k<region>_(?<trail>[A-Za-z0-9._-]+)_(?<home>[a-z0-9-]+)_(?<stamp>\d{8}T\d{6})Z(?<backfill>_backfill)?\.json\.gz$/s;

/** The parts of a digest's key; undefined for every other key. */
export function parseDigestKey(key: string): DigestFileName | undefined {
  const parts = keyForm.exec(key)?.groups;
  if (parts === undefined) return undefined;
  const { prefix, organization, account, region, day, trail, home, stamp, backfill } = parts;
  const endMs = parseStamp(stamp as string);
  if (endMs === undefined || new Date(endMs).toISOString().slice(0, 10).replaceAll('-', '/') !== day)
    return undefined;
  return {
    ...(prefix === undefined ? {} : { prefix }),
    ...(organization === undefined ? {} : { organizationId: organization }),
    accountId: account as string,
    region: region as string,
    trailName: trail as string,
    homeRegion: home as string,
    endMs,
    isBackfill: backfill !== undefined,
  };
}

/** `20261121T100131` in ms since the epoch; undefined for what is no time. */
function parseStamp(stamp: string): number | undefined {
  const [date, time] = stamp.split('T') as [string, string];
  const iso = `${date.replace(/(....)(..)(..)/, '$1-$2-$3')}T${time.replace(/(..)(..)(..)/, '$1:$2:$3')}.000Z`;
  const timeMs = Date.parse(iso);
  return Number.isNaN(timeMs) || new Date(timeMs).toISOString() !== iso ? undefined : timeMs;
}
