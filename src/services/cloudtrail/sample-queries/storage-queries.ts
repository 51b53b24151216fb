// SPDX-License-Identifier: Apache-2.0
import type { SampleQuery } from './sample-query.js';

export const storageQueries: readonly SampleQuery[] = [
  {
    name: 'Buckets created and deleted',
    description: 'Which S3 buckets were created or deleted in the past 30 days, and by whom.',
    sql: `SELECT eventTime, eventName, userIdentity.arn, element_at(requestParameters, 'bucketName') AS bucket
FROM $EDS_ID
WHERE eventSource = 's3.amazonaws.com'
  AND eventName IN ('CreateBucket', 'DeleteBucket')
  AND eventTime > date_add('day', -30, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'Bucket policies changed',
    description:
      'Changes to who may reach an S3 bucket: policies, ACLs and public access settings of the past 30 days.',
    sql: `SELECT eventTime, eventName, userIdentity.arn, element_at(requestParameters, 'bucketName') AS bucket
FROM $EDS_ID
WHERE eventName IN ('PutBucketPolicy', 'DeleteBucketPolicy', 'PutBucketAcl', 'PutBucketPublicAccessBlock', 'DeleteBucketPublicAccessBlock')
  AND eventTime > date_add('day', -30, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'Objects deleted',
    description: 'Deletions of S3 objects in the past week. Needs data events of S3.',
    sql: `SELECT eventTime, userIdentity.arn, element_at(requestParameters, 'bucketName') AS bucket, element_at(requestParameters, 'key') AS object_key
FROM $EDS_ID
WHERE eventName IN ('DeleteObject', 'DeleteObjects')
  AND eventTime > date_add('day', -7, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'Objects read most often',
    description: 'The S3 objects that were read most often in the past week. Needs data events of S3.',
    sql: `SELECT element_at(requestParameters, 'bucketName') AS bucket, element_at(requestParameters, 'key') AS object_key, count(*) AS reads
FROM $EDS_ID
WHERE eventName = 'GetObject'
  AND eventTime > date_add('day', -7, now())
GROUP BY element_at(requestParameters, 'bucketName'), element_at(requestParameters, 'key')
ORDER BY reads DESC
LIMIT 20`,
  },
  {
    name: 'Anonymous requests to buckets',
    description:
      'S3 requests that nobody has signed: public access to your objects. Needs data events of S3.',
    sql: `SELECT eventTime, eventName, sourceIPAddress, element_at(requestParameters, 'bucketName') AS bucket
FROM $EDS_ID
WHERE eventSource = 's3.amazonaws.com'
  AND userIdentity.accountId = 'anonymous'
ORDER BY eventTime DESC
LIMIT 200`,
  },
  {
    name: 'Bucket traffic by principal',
    description:
      'Who makes most requests to S3 buckets: calls of the past week, by principal and bucket. Needs data events of S3.',
    sql: `SELECT userIdentity.arn, element_at(requestParameters, 'bucketName') AS bucket, count(*) AS calls
FROM $EDS_ID
WHERE eventSource = 's3.amazonaws.com'
  AND eventTime > date_add('day', -7, now())
GROUP BY userIdentity.arn, element_at(requestParameters, 'bucketName')
ORDER BY calls DESC
LIMIT 50`,
  },
  {
    name: 'Bucket encryption changed',
    description: 'Changes of the default encryption of S3 buckets in the past 90 days.',
    sql: `SELECT eventTime, eventName, userIdentity.arn, element_at(requestParameters, 'bucketName') AS bucket
FROM $EDS_ID
WHERE eventName IN ('PutBucketEncryption', 'DeleteBucketEncryption')
  AND eventTime > date_add('day', -90, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'Bucket versioning and lifecycle changed',
    description: 'Changes that decide how long versions of S3 objects are kept.',
    sql: `SELECT eventTime, eventName, userIdentity.arn, element_at(requestParameters, 'bucketName') AS bucket
FROM $EDS_ID
WHERE eventName IN ('PutBucketVersioning', 'PutBucketLifecycle', 'PutBucketLifecycleConfiguration', 'DeleteBucketLifecycle')
  AND eventTime > date_add('day', -90, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'Snapshots shared',
    description:
      'EBS and RDS snapshots that were shared with other accounts, or with everybody, in the past 90 days.',
    sql: `SELECT eventTime, eventName, userIdentity.arn
FROM $EDS_ID
WHERE eventName IN ('ModifySnapshotAttribute', 'ModifyDBSnapshotAttribute', 'ModifyDBClusterSnapshotAttribute')
  AND eventTime > date_add('day', -90, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'Databases created and deleted',
    description: 'RDS instances and clusters that were created or deleted in the past 30 days.',
    sql: `SELECT eventTime, eventName, userIdentity.arn, awsRegion
FROM $EDS_ID
WHERE eventSource = 'rds.amazonaws.com'
  AND eventName IN ('CreateDBInstance', 'DeleteDBInstance', 'CreateDBCluster', 'DeleteDBCluster')
  AND eventTime > date_add('day', -30, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'DynamoDB tables deleted',
    description: 'Tables of DynamoDB that were deleted in the past 90 days.',
    sql: `SELECT eventTime, userIdentity.arn, element_at(requestParameters, 'tableName') AS table_name
FROM $EDS_ID
WHERE eventSource = 'dynamodb.amazonaws.com'
  AND eventName = 'DeleteTable'
  AND eventTime > date_add('day', -90, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'Volumes deleted',
    description: 'EBS volumes that were deleted in the past 30 days, and by whom.',
    sql: `SELECT eventTime, userIdentity.arn, element_at(requestParameters, 'volumeId') AS volume
FROM $EDS_ID
WHERE eventName = 'DeleteVolume'
  AND eventTime > date_add('day', -30, now())
ORDER BY eventTime DESC`,
  },
];
