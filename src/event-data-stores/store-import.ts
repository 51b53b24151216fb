// SPDX-License-Identifier: Apache-2.0

/** What StartImport has asked for, and how far it has come. Everything but starting and stopping is set by `pipelines/lake-imports`. */
export interface StoreImportDocument {
  /** UUID. */
  readonly id: string;
  readonly accountId: string;
  readonly region: string;
  /** ARN of the event data store. */
  readonly destination: string;
  readonly source: ImportSource;
  /** Bounds of the times that names of log files tell. */
  readonly startEventTimeMs?: number;
  readonly endEventTimeMs?: number;
  readonly status: StoreImportStatus;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly statistics: ImportStatistics;
  /** The last object that was looked at: everything behind it is still to do. */
  readonly after?: string;
  /** The bucket was seen to its end. */
  readonly isListed?: boolean;
  /** The prefix of `after`, which counts as completed with the first object of another. */
  readonly prefix?: string;
  /** Failed entries are tried once more, from this one on; absent: they are not, or were. */
  readonly retryAfter?: string;
}

export type StoreImportStatus = 'INITIALIZING' | 'IN_PROGRESS' | 'FAILED' | 'STOPPED' | 'COMPLETED';
export const storeImportStatuses: readonly StoreImportStatus[] = [
  'INITIALIZING',
  'IN_PROGRESS',
  'FAILED',
  'STOPPED',
  'COMPLETED',
];

export interface ImportSource {
  /** `s3://bucket/prefix/` */
  readonly s3LocationUri: string;
  readonly s3BucketRegion: string;
  readonly s3BucketAccessRoleArn: string;
}

export interface ImportStatistics {
  readonly prefixesFound: number;
  readonly prefixesCompleted: number;
  readonly filesCompleted: number;
  readonly eventsCompleted: number;
  readonly failedEntries: number;
}

export interface ImportFailure {
  /** `s3://bucket/key` */
  readonly location: string;
  readonly status: 'FAILED' | 'RETRY' | 'SUCCEEDED';
  readonly errorType: string;
  readonly errorMessage: string;
  readonly updatedAtMs: number;
}

/** Failures that are kept of an import, to be listed and tried again; what fails beyond it ends the import. */
export const importFailuresMax = 10_000;

type Place = Pick<StoreImportDocument, 'accountId' | 'region' | 'id'>;

export const storeImportsPrefix = 'store-import/';

/** `store-import/111122223333/eu-west-1/<id>` */
export function storeImportKey({ accountId, region, id }: Place): string {
  return `${storeImportPrefix(accountId, region)}${id}`;
}

export function storeImportPrefix(accountId: string, region: string): string {
  return `${storeImportsPrefix}${accountId}/${region}/`;
}

/** Failures sort by the order in which they were met. */
export function importFailureKey(place: Place, index: number): string {
  return `${importFailurePrefix(place)}${String(index).padStart(8, '0')}`;
}

export function importFailurePrefix({ accountId, region, id }: Place): string {
  return `store-import-failure/${accountId}/${region}/${id}/`;
}

export function isUnderWay({ status }: Pick<StoreImportDocument, 'status'>): boolean {
  return status === 'INITIALIZING' || status === 'IN_PROGRESS';
}
