// SPDX-License-Identifier: Apache-2.0
import { hash } from 'node:crypto';
import { CommandError } from '../command-error.js';
import type { S3Address } from '../s3-address.js';
import { type AwsConnection, awsDomain } from './aws-requests.js';
import type { FileSource } from './file-source.js';
import type { ListedObject } from './listing-page.js';
import { networkReason, S3Reader, S3RefusedError } from './s3-reader.js';

const couldNotCheck = 2;

export function openS3Source(connection: AwsConnection, { bucket, prefix }: S3Address): FileSource {
  const label = `s3://${bucket}/${prefix}`;
  const origin = connection.endpoint ?? awsDomain(connection.region);
  return {
    label,
    id: `${origin.replace(/\/$/, '')}/${bucket}/${prefix}`,
    bucket,
    connection,
    list: async (take) => {
      const reader = new S3Reader(connection);
      try {
        for await (const page of reader.list(bucket, prefix)) {
          for (const object of page) {
            const modifiedMs = Date.parse(object.lastModified);
            take({
              path: object.key,
              sizeBytes: object.sizeBytes,
              mark: markOf(object),
              ...(Number.isNaN(modifiedMs) ? {} : { modifiedMs }),
            });
          }
        }
      } catch (cause) {
        const reason = cause instanceof S3RefusedError ? cause.message : networkReason(cause);
        throw new CommandError(`cannot list ${label}: ${reason}`, couldNotCheck, { cause });
      } finally {
        reader.close();
      }
    },
    contains: (path) => path.startsWith(prefix),
    placeOf: (path, other = bucket) => `s3://${other}/${path}`,
  };
}

/** ETag, size and time of the object as listed: only whoever owns the store can change it and keep all three. */
function markOf({ etag, sizeBytes, lastModified }: ListedObject): string {
  return hash('sha256', `${etag}|${sizeBytes}|${lastModified}`, 'base64url').slice(0, 16);
}
