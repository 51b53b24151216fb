// SPDX-License-Identifier: Apache-2.0
import { type DigestFileName, parseDigestKey } from './digest-file-name.js';
import { type LogFileName, parseLogFileKey } from './log-file-name.js';

/**
 * A file of a trail below some root. Digests name the place where CloudTrail put a file; a copy may lie below any other
 * root, but from `AWSLogs/` on its path stays the same. Two files change places, or one its account, Region, trail or
 * time, only by changing that part.
 */
interface Placed {
  /** Everything before `AWSLogs/`: empty, or with a slash at its end. */
  readonly root: string;
  /** From `AWSLogs/` on. */
  readonly relative: string;
}
export interface PlacedDigest extends Placed {
  readonly name: DigestFileName;
}
export interface PlacedLogFile extends Placed {
  readonly name: LogFileName;
}

/** @param path an object's key, or an absolute path with `/` between its parts */
export function placeDigest(path: string): PlacedDigest | undefined {
  const name = parseDigestKey(path);
  return name && { name, ...split(path, name.prefix) };
}

export function placeLogFile(path: string): PlacedLogFile | undefined {
  const name = parseLogFileKey(path);
  return name && { name, ...split(path, name.prefix) };
}

function split(path: string, prefix: string | undefined): Placed {
  const root = prefix === undefined ? '' : `${prefix}/`;
  return { root, relative: path.slice(root.length) };
}

/**
 * A log file's path below the root of the digest that lists it. Undefined for one that no CloudTrail would write: what
 * digests list is data, and a path may not climb out of a copy's folder.
 * @param prefix the part of the digest's own object key before `AWSLogs/`
 */
export function relativeToRoot(objectKey: string, prefix: string | undefined): string | undefined {
  const root = prefix === undefined ? '' : `${prefix}/`;
  const relative =
    objectKey.startsWith(root) && objectKey.startsWith('AWSLogs/', root.length)
      ? objectKey.slice(root.length)
      : /(?:^|\/)(AWSLogs\/.*)$/s.exec(objectKey)?.[1];
  const isPlain = relative?.split('/').every((part) => part !== '..' && part !== '.' && part !== '');
  return isPlain === true && !/[\\\0]/.test(relative!) ? relative : undefined;
}

/** All digests of one of these are one chain: same place, account, Region, trail. */
export function chainId({ root, name }: PlacedDigest): string {
  const { organizationId = '', accountId, region, trailName, homeRegion } = name;
  return [root, organizationId, accountId, region, trailName, homeRegion].join('|');
}

/** The folder that a chain shares with all trails that deliver for the same account and Region to the same root. */
export function logFolderId(
  root: string,
  name: Pick<LogFileName, 'organizationId' | 'accountId' | 'region'>,
): string {
  return [root, name.organizationId ?? '', name.accountId, name.region].join('|');
}
