// SPDX-License-Identifier: Apache-2.0
// An event data store with the generated log files, made as a user makes it: the files in a bucket, a role, StartImport.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import {
  CloudTrailClient,
  CreateEventDataStoreCommand,
  GetImportCommand,
  StartImportCommand,
} from '@aws-sdk/client-cloudtrail';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { benchAccountId } from '../generate-events.js';
import { clientConfig } from './query-fronts.js';

const bucket = 'bench-trail-logs';
const roleName = 'bench-lake-import';
const uploadsAtOnce = 4;
const lookMs = 500;

/** @returns the id of the event data store, once all events are in it */
export async function importedStore(url: string, folder: string, files: readonly string[]): Promise<string> {
  const config = clientConfig(url);
  await upload(new S3Client({ ...config, forcePathStyle: true }), folder, files);
  await makeRole(new IAMClient(config));
  const client = new CloudTrailClient(config);
  const { EventDataStoreArn = '' } = await client.send(
    new CreateEventDataStoreCommand({ Name: 'bench', StartIngestion: false }),
  );
  const { ImportId } = await client.send(
    new StartImportCommand({
      Destinations: [EventDataStoreArn],
      ImportSource: {
        S3: {
          S3LocationUri: `s3://${bucket}/AWSLogs/${benchAccountId}/CloudTrail/`,
          S3BucketRegion: 'us-east-1',
          S3BucketAccessRoleArn: `arn:aws:iam::${benchAccountId}:role/${roleName}`,
        },
      },
    }),
  );
  for (;;) {
    const { ImportStatus } = await client.send(new GetImportCommand({ ImportId }));
    if (ImportStatus === 'COMPLETED') return EventDataStoreArn.split('/').at(-1)!;
    if (ImportStatus !== 'IN_PROGRESS' && ImportStatus !== 'INITIALIZING')
      throw new Error(`the import into the event data store is ${ImportStatus}`);
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

async function upload(client: S3Client, folder: string, files: readonly string[]): Promise<void> {
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let file = files[next++]; file !== undefined; file = files[next++])
      await client.send(
        new PutObjectCommand({ Bucket: bucket, Key: relative(folder, file), Body: readFileSync(file) }),
      );
  };
  await Promise.all(Array.from({ length: uploadsAtOnce }, worker));
}

async function makeRole(client: IAMClient): Promise<void> {
  const policy = (rest: object): string =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...rest }] });
  await client.send(
    new CreateRoleCommand({
      RoleName: roleName,
      AssumeRolePolicyDocument: policy({
        Principal: { Service: 'cloudtrail.amazonaws.com' },
        Action: 'sts:AssumeRole',
      }),
    }),
  );
  await client.send(
    new PutRolePolicyCommand({
      RoleName: roleName,
      PolicyName: 'read',
      PolicyDocument: policy({
        Action: ['s3:GetObject', 's3:ListBucket', 's3:GetBucketAcl'],
        Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
      }),
    }),
  );
}
