// SPDX-License-Identifier: Apache-2.0
// The events that the guides' queries are asked of: recorded ones (fixtures/SOURCES.md), and made ones with what those
// lack: sign-ins, a root, roles of other accounts, old TLS, all of the last days.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const account = '111122223333';
const otherAccount = '444455556666';
const fixtures = join(import.meta.dirname, '../../fixtures/cloudtrail');
const hourMs = 3_600_000;

function idOf(number) {
  const hex = createHash('sha256').update(`sample-event-${number}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const user = (userName, extra = {}) => ({
  type: 'IAMUser',
  principalId: `AIDA${userName.toUpperCase().padEnd(17, 'X').slice(0, 17)}`,
  arn: `arn:aws:iam::${account}:user/${userName}`,
  accountId: account,
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  userName,
  ...extra,
});
const root = {
  type: 'Root',
  principalId: account,
  arn: `arn:aws:iam::${account}:root`,
  accountId: account,
};
const role = (roleName, session, mfa = 'false', of = account) => ({
  type: 'AssumedRole',
  principalId: `AROAEXAMPLEEXAMPLE123:${session}`,
  arn: `arn:aws:sts::${of}:assumed-role/${roleName}/${session}`,
  accountId: of,
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  sessionContext: {
    sessionIssuer: {
      type: 'Role',
      principalId: 'AROAEXAMPLEEXAMPLE123',
      arn: `arn:aws:iam::${of}:role/${roleName}`,
      accountId: of,
      userName: roleName,
    },
    webIdFederationData: {},
    attributes: { creationDate: '2026-01-01T00:00:00Z', mfaAuthenticated: mfa },
  },
});
const service = (name) => ({ type: 'AWSService', invokedBy: name });

/** [who, source, name, more] of the last days, one an hour. */
const drafts = [
  [
    root,
    'signin.amazonaws.com',
    'ConsoleLogin',
    {
      responseElements: { ConsoleLogin: 'Success' },
      additionalEventData: { MFAUsed: 'No', LoginTo: 'https://console.aws.amazon.com/console/home' },
      eventType: 'AwsConsoleSignIn',
    },
  ],
  [
    user('alice'),
    'signin.amazonaws.com',
    'ConsoleLogin',
    {
      responseElements: { ConsoleLogin: 'Success' },
      additionalEventData: { MFAUsed: 'Yes' },
      eventType: 'AwsConsoleSignIn',
      awsRegion: 'us-west-2',
    },
  ],
  [
    user('bob'),
    'signin.amazonaws.com',
    'ConsoleLogin',
    {
      responseElements: { ConsoleLogin: 'Failure' },
      additionalEventData: { MFAUsed: 'No' },
      errorMessage: 'Failed authentication',
      eventType: 'AwsConsoleSignIn',
    },
  ],
  [
    user('bob'),
    'signin.amazonaws.com',
    'ConsoleLogin',
    {
      responseElements: { ConsoleLogin: 'Success' },
      additionalEventData: { MFAUsed: 'No' },
      eventType: 'AwsConsoleSignIn',
    },
  ],
  [
    user('alice'),
    's3.amazonaws.com',
    'CreateBucket',
    {
      requestParameters: { bucketName: 'audit-logs', Host: 's3.amazonaws.com' },
      resources: [{ accountId: account, type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::audit-logs' }],
    },
  ],
  [user('alice'), 's3.amazonaws.com', 'DeleteBucket', { requestParameters: { bucketName: 'old-logs' } }],
  [
    user('bob'),
    's3.amazonaws.com',
    'PutBucketPublicAccessBlock',
    {
      requestParameters: {
        bucketName: 'audit-logs',
        PublicAccessBlockConfiguration: { BlockPublicAcls: false },
      },
    },
  ],
  [
    user('bob'),
    'iam.amazonaws.com',
    'CreateUser',
    {
      requestParameters: { userName: 'mallory' },
      responseElements: { user: { userName: 'mallory', userId: 'AIDAEXAMPLE' } },
    },
  ],
  [
    user('bob'),
    'iam.amazonaws.com',
    'AttachUserPolicy',
    { requestParameters: { userName: 'mallory', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' } },
  ],
  [
    user('bob'),
    'iam.amazonaws.com',
    'CreateAccessKey',
    {
      requestParameters: { userName: 'mallory' },
      responseElements: {
        accessKey: { userName: 'mallory', accessKeyId: 'AKIAIOSFODNN7EXAMPLE', status: 'Active' },
      },
    },
  ],
  [
    user('mallory'),
    'iam.amazonaws.com',
    'ListUsers',
    {
      readOnly: true,
      errorCode: 'AccessDenied',
      errorMessage: 'User: arn:aws:iam::111122223333:user/mallory is not authorized',
    },
  ],
  [
    user('mallory'),
    'cloudtrail.amazonaws.com',
    'StopLogging',
    { requestParameters: { name: 'management-events' } },
  ],
  [
    user('mallory'),
    'cloudtrail.amazonaws.com',
    'DeleteTrail',
    { requestParameters: { name: 'management-events' }, errorCode: 'AccessDenied', errorMessage: 'no' },
  ],
  [
    user('alice'),
    'cloudtrail.amazonaws.com',
    'StartQuery',
    {
      requestParameters: { queryStatement: 'SELECT 1' },
      responseElements: { queryId: '2f1d1c9b-0000-4000-8000-000000000001' },
    },
  ],
  [
    role('deployer', 'ci-1', 'true'),
    'ec2.amazonaws.com',
    'RunInstances',
    {
      requestParameters: {
        instancesSet: { items: [{ imageId: 'ami-1', minCount: 1, maxCount: 1 }] },
        instanceType: 't3.micro',
      },
      responseElements: { instancesSet: { items: [{ instanceId: 'i-0123456789abcdef0' }] } },
    },
  ],
  [
    role('deployer', 'ci-2'),
    'ec2.amazonaws.com',
    'TerminateInstances',
    { requestParameters: { instancesSet: { items: [{ instanceId: 'i-0123456789abcdef0' }] } } },
  ],
  [
    role('deployer', 'ci-2'),
    'ec2.amazonaws.com',
    'AuthorizeSecurityGroupIngress',
    {
      requestParameters: {
        groupId: 'sg-1',
        ipPermissions: {
          items: [
            { ipProtocol: 'tcp', fromPort: 22, toPort: 22, ipRanges: { items: [{ cidrIp: '0.0.0.0/0' }] } },
          ],
        },
      },
    },
  ],
  [
    role('deployer', 'ci-3'),
    'ec2.amazonaws.com',
    'DescribeInstances',
    { readOnly: true, awsRegion: 'eu-west-1', userAgent: 'aws-cli/2.15' },
  ],
  [
    role('deployer', 'ci-3'),
    'ec2.amazonaws.com',
    'DescribeInstances',
    { readOnly: true, awsRegion: 'eu-west-1', userAgent: 'aws-cli/2.15' },
  ],
  [
    role('deployer', 'ci-3'),
    'ec2.amazonaws.com',
    'DescribeInstances',
    { readOnly: true, errorCode: 'Client.UnauthorizedOperation', errorMessage: 'You are not authorized' },
  ],
  [
    role('auditor', 'visit', 'true', otherAccount),
    's3.amazonaws.com',
    'GetBucketAcl',
    { readOnly: true, requestParameters: { bucketName: 'audit-logs' } },
  ],
  [
    user('alice'),
    'sts.amazonaws.com',
    'AssumeRole',
    {
      readOnly: true,
      requestParameters: { roleArn: `arn:aws:iam::${account}:role/deployer`, roleSessionName: 'ci-1' },
      responseElements: {
        credentials: { accessKeyId: 'ASIAIOSFODNN7EXAMPLE' },
        assumedRoleUser: { arn: `arn:aws:sts::${account}:assumed-role/deployer/ci-1` },
      },
      resources: [
        { accountId: account, type: 'AWS::IAM::Role', ARN: `arn:aws:iam::${account}:role/deployer` },
      ],
    },
  ],
  [
    service('ec2.amazonaws.com'),
    'sts.amazonaws.com',
    'AssumeRole',
    {
      readOnly: true,
      sourceIPAddress: 'ec2.amazonaws.com',
      requestParameters: { roleArn: `arn:aws:iam::${account}:role/server` },
      sharedEventID: idOf('shared'),
    },
  ],
  [
    user('alice'),
    'kms.amazonaws.com',
    'Decrypt',
    {
      readOnly: true,
      tlsDetails: {
        tlsVersion: 'TLSv1.2',
        cipherSuite: 'ECDHE-RSA-AES128-GCM-SHA256',
        clientProvidedHostHeader: 'kms.us-east-1.amazonaws.com',
      },
    },
  ],
  [
    user('bob'),
    'kms.amazonaws.com',
    'Decrypt',
    {
      readOnly: true,
      tlsDetails: {
        tlsVersion: 'TLSv1',
        cipherSuite: 'AES128-SHA',
        clientProvidedHostHeader: 'kms.us-east-1.amazonaws.com',
      },
    },
  ],
  [
    user('bob'),
    'kms.amazonaws.com',
    'ScheduleKeyDeletion',
    { requestParameters: { keyId: 'arn:aws:kms:us-east-1:111122223333:key/1' } },
  ],
  [
    user('carol', {
      sessionContext: { attributes: { creationDate: '2026-01-01T00:00:00Z', mfaAuthenticated: 'true' } },
    }),
    'rds.amazonaws.com',
    'DeleteDBInstance',
    { requestParameters: { dBInstanceIdentifier: 'orders', skipFinalSnapshot: true } },
  ],
  [
    user('carol'),
    'rds.amazonaws.com',
    'CreateDBInstance',
    {
      requestParameters: { dBInstanceIdentifier: 'orders-2', publiclyAccessible: true },
      sourceIPAddress: '198.51.100.7',
    },
  ],
  [
    user('carol'),
    'lambda.amazonaws.com',
    'CreateFunction20150331',
    {
      requestParameters: { functionName: 'resize' },
      awsRegion: 'ap-southeast-2',
      sourceIPAddress: '198.51.100.7',
    },
  ],
  [root, 'iam.amazonaws.com', 'CreateAccessKey', { requestParameters: null, sourceIPAddress: '203.0.113.9' }],
];

function made(nowMs) {
  return drafts.map(([userIdentity, eventSource, eventName, more], number) => ({
    eventVersion: '1.09',
    userIdentity,
    eventTime: new Date(nowMs - (number + 1) * 5 * hourMs).toISOString().replace(/\.\d+Z$/, 'Z'),
    eventSource,
    eventName,
    awsRegion: 'us-east-1',
    sourceIPAddress: number % 3 === 0 ? '192.0.2.44' : '192.0.2.10',
    userAgent: 'console.amazonaws.com',
    requestParameters: null,
    responseElements: null,
    requestID: idOf(`request-${number}`),
    eventID: idOf(number),
    readOnly: false,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: account,
    eventCategory: 'Management',
    ...more,
  }));
}

function recorded() {
  return ['invictus-ir', 'opensearch-catalog', 'stratus-red-team', 'traildiscover'].flatMap((folder) => {
    const document = JSON.parse(readFileSync(join(fixtures, folder, 'records.json'), 'utf8'));
    return Array.isArray(document) ? document : document.Records;
  });
}

const isManagement = (record) =>
  (record.eventCategory ?? 'Management') === 'Management' && record.managementEvent !== false;

/** Event data stores keep nothing that is older than ten years. */
const oldestTime = '2019-01-01T00:00:00Z';

/**
 * Writes management events as log files below `folder`, where a trail would have put them; answers where they are, and
 * one file of all of them, a record a line.
 */
export function writeSampleEvents(folder, nowMs) {
  const seen = new Set();
  const events = [...recorded(), ...made(nowMs)].filter((record) => {
    const isNew =
      !seen.has(record.eventID) &&
      isManagement(record) &&
      record.eventID !== undefined &&
      record.eventTime > oldestTime;
    seen.add(record.eventID);
    return isNew;
  });
  const prefix = join('AWSLogs', account, 'CloudTrail', 'us-east-1', '2026', '01', '01');
  mkdirSync(join(folder, 'bucket', prefix), { recursive: true });
  const files = [];
  for (let from = 0; from < events.length; from += 100) {
    const name = `${account}_CloudTrail_us-east-1_20260101T00${String(files.length).padStart(2, '0')}Z_${idOf(from).slice(0, 8)}AbCdEfGh.json.gz`;
    writeFileSync(
      join(folder, 'bucket', prefix, name),
      gzipSync(JSON.stringify({ Records: events.slice(from, from + 100) })),
    );
    files.push(`${prefix}/${name}`);
  }
  const lines = join(folder, 'records.ndjson');
  writeFileSync(lines, events.map((record) => JSON.stringify(record)).join('\n'));
  return { bucketFolder: join(folder, 'bucket'), files, lines, count: events.length, account };
}
