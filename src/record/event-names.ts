// SPDX-License-Identifier: Apache-2.0

/**
 * Operations that are recorded under another name. S3: user guide, "Amazon S3 CloudTrail events" (the names of its
 * bucket- and object-level lists), and recorded events.
 */
const eventNameByOperation: ReadonlyMap<string, string> = new Map(
  Object.entries({
    's3.DeletePublicAccessBlock': 'DeleteBucketPublicAccessBlock',
    's3.GetBucketAccelerateConfiguration': 'GetAccelerateConfiguration',
    's3.GetBucketLifecycleConfiguration': 'GetBucketLifecycle',
    's3.GetBucketNotificationConfiguration': 'GetBucketNotification',
    's3.GetObjectLockConfiguration': 'GetBucketObjectLockConfiguration',
    's3.GetPublicAccessBlock': 'GetBucketPublicAccessBlock',
    's3.ListObjectsV2': 'ListObjects',
    's3.PutBucketAccelerateConfiguration': 'PutAccelerateConfiguration',
    's3.PutBucketLifecycleConfiguration': 'PutBucketLifecycle',
    's3.PutBucketNotificationConfiguration': 'PutBucketNotification',
    's3.PutObjectLockConfiguration': 'PutBucketObjectLockConfiguration',
    's3.PutPublicAccessBlock': 'PutBucketPublicAccessBlock',
  }),
);

/** The eventName of an operation; a name that is one already stays. */
export function eventNameOf(service: string, operation: string): string {
  return eventNameByOperation.get(`${service}.${operation}`) ?? operation;
}
