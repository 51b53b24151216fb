// SPDX-License-Identifier: Apache-2.0
import { type BucketDocument, bucketKey } from '../../../buckets/bucket.js';
import type { ForeignBuckets } from '../../../buckets/foreign-buckets.js';
import { canCloudTrailWrite } from '../../../buckets/log-destination.js';
import {
  type LakeQueryFacts,
  parseDeliveryUri,
  resultsFolder,
} from '../../../event-data-stores/lake-query.js';
import { WireError } from '../../../wire/wire-error.js';
import type { Call } from '../../service.js';
import { insufficientPolicy, missingBucket, verifyForeignBucket } from '../bucket-refusals.js';

/** Source: CloudTrail API Reference, "StartQuery" (DeliveryS3Uri): 1,024 characters. */
const uriLengthMax = 1024;

type Delivery = Pick<LakeQueryFacts, 'deliveryS3Uri' | 'deliveryStatus' | 'bucketIsForeign'>;

/**
 * What a query keeps of where its results go. Refuses a bucket that they could not go to, as AWS does when the query is
 * started. Source: CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail Lake query results".
 * @param storeArn the source in whose name results are written
 */
export async function resultDelivery(
  uri: string | undefined,
  storeArn: string,
  accountId: string,
  call: Call,
  foreignBuckets: ForeignBuckets | undefined,
): Promise<Delivery> {
  if (uri === undefined || uri === '') return {};
  const place = uri.length > uriLengthMax ? undefined : parseDeliveryUri(uri);
  if (place === undefined)
    throw new WireError(
      'InvalidS3BucketNameException',
      'The DeliveryS3Uri is not valid: it must be s3://BUCKET[/PREFIX].',
    );
  if (/[\u0000-\u001f\u007f]/.test(place.prefix) || /\p{Surrogate}/u.test(place.prefix))
    throw new WireError('InvalidS3PrefixException', 'The S3 prefix can only contain printable characters.');
  const delivery: Delivery = { deliveryS3Uri: uri, deliveryStatus: 'PENDING' };
  const bucket = call.state.get<BucketDocument>(bucketKey(place.bucket));
  const where = foreignBuckets?.place(place.bucket, accountId);
  if (
    foreignBuckets !== undefined &&
    (where === 'named' || (where === 'otherwise' && bucket === undefined))
  ) {
    await verifyForeignBucket(place.bucket, accountId, foreignBuckets);
    return { ...delivery, bucketIsForeign: true };
  }
  if (bucket === undefined) throw missingBucket(place.bucket);
  const check = { bucket, trailArn: storeArn, accountId, keyPrefix: place.prefix, folders: [resultsFolder] };
  if (!canCloudTrailWrite(check).ok) throw insufficientPolicy(place.bucket);
  return delivery;
}
