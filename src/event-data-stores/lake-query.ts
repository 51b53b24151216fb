// SPDX-License-Identifier: Apache-2.0

/** Source: CloudTrail API Reference, "DescribeQuery" (DeliveryStatus). */
export type DeliveryStatus =
  | 'SUCCESS'
  | 'FAILED'
  | 'FAILED_SIGNING_FILE'
  | 'PENDING'
  | 'RESOURCE_NOT_FOUND'
  | 'ACCESS_DENIED'
  | 'ACCESS_DENIED_SIGNING_FILE'
  | 'CANCELLED'
  | 'UNKNOWN';

/** What a query of CloudTrail Lake keeps in its job's facts. */
export interface LakeQueryFacts {
  /** ARNs of the stores that the caller was let at when the query was started: it reads no others. */
  readonly stores: readonly string[];
  /** `s3://bucket[/prefix]`, as the caller gave it. */
  readonly deliveryS3Uri?: string;
  readonly deliveryStatus?: DeliveryStatus;
  /** The bucket is at a foreign S3 endpoint; absent: one of Cairn. As it was found when the query was started. */
  readonly bucketIsForeign?: true;
  /** Of a dashboard's query. */
  readonly alias?: string;
  readonly refreshId?: string;
}

/** Queries and their results are kept for so long. Source: CloudTrail API Reference, "ListQueries". */
export const queryKeptMs = 7 * 86_400_000;

/** Queued or running at once. Source: CloudTrail User Guide, "Quotas in AWS CloudTrail" (Concurrent queries). */
export const concurrentQueriesMax = 10;

/**
 * The queries that an account may still have under way in a Region, by id: every call that starts one writes it, so
 * that two calls for the last place meet here. Ids of queries that have ended are left out by whoever writes next.
 */
export function querySlotsKey(accountId: string, region: string): string {
  return `lake-query-slots/${accountId}/${region}`;
}

export interface QuerySlots {
  readonly ids: readonly string[];
}

const digits = 13;
const latestMs = 10 ** digits - 1;

/** Queries of a store, newest first. The key says it all; the value is `QueryOfStore`. */
export function queriesOfStorePrefix(place: {
  readonly accountId: string;
  readonly region: string;
  readonly id: string;
}): string {
  return `lake-query/${place.accountId}/${place.region}/${place.id}/`;
}

export interface QueryOfStore {
  readonly queryId: string;
  readonly createdAtMs: number;
}

/** The key's end: sorts queries of later times before those of earlier ones. */
export function queryOrder({ createdAtMs, queryId }: QueryOfStore): string {
  return `${queryTimeOrder(createdAtMs)}-${queryId}`;
}

/** Sorts before every query of this time and behind all later ones. */
export function queryTimeOrder(timeMs: number): string {
  return String(latestMs - timeMs).padStart(digits, '0');
}

/** The last query that ran for an alias of a dashboard. */
export function queryAliasKey(accountId: string, region: string, alias: string): string {
  return `lake-query-alias/${accountId}/${region}/${alias}`;
}

export interface DeliveryPlace {
  readonly bucket: string;
  /** Without slashes at its ends; empty for none. */
  readonly prefix: string;
}

/** Source: CloudTrail API Reference, "StartQuery" (DeliveryS3Uri). */
const deliveryUriForm = /^s3:\/\/([a-z0-9][.\-a-z0-9]{1,61}[a-z0-9])(?:\/(.*))?$/s;

/** The parts of a DeliveryS3Uri; undefined for a text that is none. */
export function parseDeliveryUri(uri: string): DeliveryPlace | undefined {
  const [, bucket, path = ''] = deliveryUriForm.exec(uri) ?? [];
  if (bucket === undefined) return undefined;
  return { bucket, prefix: path.replace(/^\/+|\/+$/g, '') };
}

/** Below the bucket's optional prefix and `AWSLogs/ACCOUNT/`. */
export const resultsFolder = 'CloudTrail-Lake/Query';

/**
 * The folder of a query's results, without a slash at its end.
 * Source: CloudTrail User Guide, "CloudTrail sign file structure" (sign file location).
 */
export function resultFolderKey(
  prefix: string,
  query: { readonly id: string; readonly accountId: string; readonly submittedAtMs: number },
): string {
  const [year, month, day] = new Date(query.submittedAtMs).toISOString().slice(0, 10).split('-');
  const above = prefix === '' ? '' : `${prefix}/`;
  return `${above}AWSLogs/${query.accountId}/${resultsFolder}/${year}/${month}/${day}/${query.id}`;
}
