// SPDX-License-Identifier: Apache-2.0
import type { S3Bucket } from '../delivery/s3-bucket.js';
import { s3Sdk } from '../delivery/s3-sdk.js';
import { fileBytesMax } from '../import/limits.js';
import { type ImportBucket, ImportSourceError, keysPerPage } from './import-bucket.js';

/** A bucket at an endpoint that the operator has set, read with the credentials that he has set for it. */
export function foreignBucket({ client, name }: Pick<S3Bucket, 'client' | 'name'>): ImportBucket {
  return {
    list: (prefix, after) =>
      named(async () => {
        const { Contents = [], IsTruncated } = await client.send(
          new (s3Sdk().ListObjectsV2Command)({
            Bucket: name,
            Prefix: prefix,
            MaxKeys: keysPerPage,
            ...(after === undefined ? {} : { StartAfter: after }),
          }),
        );
        return { keys: Contents.map(({ Key = '' }) => Key), isEnd: IsTruncated !== true };
      }),
    get: (key) =>
      named(async () => {
        const { Body, ContentLength = 0 } = await client.send(
          new (s3Sdk().GetObjectCommand)({ Bucket: name, Key: key }),
        );
        if (ContentLength > fileBytesMax || Body === undefined)
          throw new ImportSourceError('EntityTooLarge', `The object is larger than ${fileBytesMax} bytes.`);
        return Body.transformToByteArray();
      }),
  };
}

/** What the endpoint says is for whoever has asked for the import; who does not answer is asked again by the client. */
async function named<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ImportSourceError) throw error;
    if (error instanceof s3Sdk().S3ServiceException)
      throw new ImportSourceError(error.name, error.message, { cause: error });
    throw new ImportSourceError('Unreachable', 'The endpoint of the bucket does not answer.', {
      cause: error,
    });
  }
}
