// SPDX-License-Identifier: Apache-2.0
import { bucketKey } from '../../buckets/bucket.js';
import type { ForeignBuckets } from '../../buckets/foreign-buckets.js';
import type { StateStore } from '../../ports/state-store.js';
import { parseCloudTrailArn } from '../../trails/cloudtrail-arn.js';
import { type TrailDocument, trailKey } from '../../trails/trail.js';
import type { LogDestination, LogFileUpload } from './log-destination.js';

export interface RoutedDestinationDependencies {
  readonly own: LogDestination;
  readonly foreign: LogDestination;
  readonly foreignBuckets: Pick<ForeignBuckets, 'place'>;
  readonly stateStore: StateStore;
}

/**
 * Sends each file to where its bucket is: a trail goes on to deliver to the bucket that was found when it got it. Somebody who
 * makes a bucket of the same name in Cairn later does not draw the log files of a foreign one to himself, and the
 * other way round.
 */
export function routedDestination({
  own,
  foreign,
  foreignBuckets,
  stateStore,
}: RoutedDestinationDependencies): LogDestination {
  function isForeign({ bucket, trailArn }: LogFileUpload): boolean {
    const place = foreignBuckets.place(bucket, parseCloudTrailArn(trailArn)?.accountId ?? '');
    if (place === 'named') return true;
    const trail = find(trailArn);
    if (trail?.s3BucketName === bucket) return trail.s3BucketIsForeign === true;
    // The trail is gone, or has another bucket meanwhile.
    return place === 'otherwise' && stateStore.get(bucketKey(bucket)) === undefined;
  }
  function find(arn: string): TrailDocument | undefined {
    const parts = parseCloudTrailArn(arn);
    if (parts === undefined) return undefined;
    return stateStore.get<TrailDocument>(trailKey(parts.accountId, parts.region, parts.name))?.value;
  }
  return { put: (upload, signal) => (isForeign(upload) ? foreign : own).put(upload, signal) };
}
