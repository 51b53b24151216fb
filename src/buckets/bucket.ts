// SPDX-License-Identifier: Apache-2.0

import type { ObjectLockDocument } from './object-lock.js';

/** A bucket's set-up as it is kept in state under `bucketKey`; its objects are in the ObjectStore. */
export interface BucketDocument {
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly createdAtMs: number;
  /** The policy document as it was put, as text. */
  readonly policy?: string;
  readonly versioning?: 'Enabled' | 'Suspended';
  readonly objectOwnership: 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter';
  /** DeleteBucketOwnershipControls was called: there are none to answer (`objectOwnership` is ObjectWriter then). */
  readonly ownershipControlsDeleted?: true;
  readonly publicAccessBlock?: {
    readonly blockPublicAcls: boolean;
    readonly ignorePublicAcls: boolean;
    readonly blockPublicPolicy: boolean;
    readonly restrictPublicBuckets: boolean;
  };
  /** Object Lock is on, for ever. Versioning is on with it. */
  readonly objectLock?: ObjectLockDocument;
  readonly requestPayer?: 'BucketOwner' | 'Requester';
  /** Subresources kept as the SDK's own input shapes (LifecycleConfiguration, ServerSideEncryptionConfiguration, …). */
  readonly lifecycle?: unknown;
  readonly encryption?: unknown;
  readonly acl?: unknown;
  readonly tags?: Readonly<Record<string, string>>;
}

export const bucketPrefix = 'bucket/';

/** Bucket names are unique across all accounts, as in S3. */
export function bucketKey(name: string): string {
  return `${bucketPrefix}${name}`;
}
