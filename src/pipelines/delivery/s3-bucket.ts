// SPDX-License-Identifier: Apache-2.0
import type { S3Client } from '@aws-sdk/client-s3';

/** A bucket at somebody's S3-compatible endpoint. */
export interface S3Bucket {
  readonly client: S3Client;
  /** Its name there. */
  readonly name: string;
  readonly serverSideEncryption: 'AES256' | 'none';
  readonly acl: 'bucket-owner-full-control' | 'none';
}

/** The bucket that an account's trails know by a name; undefined where there is no endpoint for it that they may use. */
export type FindS3Bucket = (name: string, accountId: string) => S3Bucket | undefined;
