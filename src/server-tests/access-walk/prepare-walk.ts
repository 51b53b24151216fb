// SPDX-License-Identifier: Apache-2.0
import * as athena from '@aws-sdk/client-athena';
import {
  CloudTrailClient,
  CreateEventDataStoreCommand,
  CreateTrailCommand,
} from '@aws-sdk/client-cloudtrail';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { CreateAccessKeyCommand, CreateRoleCommand, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam';
import * as kms from '@aws-sdk/client-kms';
import * as organizations from '@aws-sdk/client-organizations';
import * as s3 from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import type { Walked } from './walk-inputs.js';

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const message = Buffer.from('message');

/** Makes, as the root, one of everything that operations are about, and a user without policies. */
export async function prepareWalk(
  endpoint: string,
  accountId: string,
  credentials: Credentials,
): Promise<{ readonly walked: Walked; readonly walker: Credentials }> {
  const settings = { endpoint, region: 'us-east-1', credentials, maxAttempts: 1 };
  const [buckets, keys, topics, groups, walker] = await Promise.all([
    makeBuckets({ ...settings, forcePathStyle: true }, accountId),
    makeKeys(settings, accountId),
    makeTopics(settings),
    makeGroups(settings),
    makeUser(settings, accountId),
  ]);
  const organization = await makeOrganization(settings);
  const queries = await makeQueries(settings, accountId, buckets.bucket);
  const trails = new CloudTrailClient(settings);
  const { TrailARN: trailArn = '' } = await trails.send(
    new CreateTrailCommand({ Name: 'walk', S3BucketName: buckets.bucket }),
  );
  const { EventDataStoreArn: storeArn = '' } = await trails.send(
    new CreateEventDataStoreCommand({ Name: 'walk' }),
  );
  trails.destroy();
  const made = { ...buckets, ...keys, ...topics, ...groups, ...queries, trailArn, storeArn, organization };
  return { walked: { accountId, ...made }, walker };
}

async function makeBuckets(settings: s3.S3ClientConfig, accountId: string) {
  const client = new s3.S3Client(settings);
  const [bucket, lockedBucket] = ['walk-bucket', 'walk-locked'];
  for (const Bucket of [bucket, 'walk-doomed', 'walk-spare'])
    await client.send(new s3.CreateBucketCommand({ Bucket }));
  await client.send(new s3.CreateBucketCommand({ Bucket: lockedBucket, ObjectLockEnabledForBucket: true }));
  for (const Bucket of [bucket, lockedBucket])
    await client.send(new s3.PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
  const Principal = { Service: 'cloudtrail.amazonaws.com' };
  const Statement = [
    { Effect: 'Allow', Principal, Action: 's3:GetBucketAcl', Resource: `arn:aws:s3:::${bucket}` },
    {
      Effect: 'Allow',
      Principal,
      Action: 's3:PutObject',
      Resource: `arn:aws:s3:::${bucket}/AWSLogs/${accountId}/*`,
    },
  ];
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  await client.send(new s3.PutBucketPolicyCommand({ Bucket: bucket, Policy }));
  const upload = await client.send(new s3.CreateMultipartUploadCommand({ Bucket: bucket, Key: 'up' }));
  client.destroy();
  return { bucket, lockedBucket, uploadId: upload.UploadId ?? '' };
}

async function makeKeys(settings: kms.KMSClientConfig, accountId: string) {
  const client = new kms.KMSClient(settings);
  const make = async (input: kms.CreateKeyCommandInput = {}): Promise<string> =>
    (await client.send(new kms.CreateKeyCommand(input))).KeyMetadata?.KeyId ?? '';
  const symmetricKey = await make();
  const signingKey = await make({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
  const macKey = await make({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
  const agreementKey = await make({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'KEY_AGREEMENT' });
  const disposableKey = await make();
  for (const AliasName of ['alias/walk', 'alias/doomed'])
    await client.send(new kms.CreateAliasCommand({ AliasName, TargetKeyId: symmetricKey }));
  const encrypted = await client.send(new kms.EncryptCommand({ KeyId: symmetricKey, Plaintext: message }));
  const SigningAlgorithm = 'ECDSA_SHA_256';
  const signed = await client.send(
    new kms.SignCommand({ KeyId: signingKey, Message: message, SigningAlgorithm }),
  );
  const MacAlgorithm = 'HMAC_SHA_256';
  const mac = await client.send(
    new kms.GenerateMacCommand({ KeyId: macKey, Message: message, MacAlgorithm }),
  );
  const grant = await client.send(
    new kms.CreateGrantCommand({ KeyId: symmetricKey, GranteePrincipal: accountId, Operations: ['Encrypt'] }),
  );
  client.destroy();
  return {
    symmetricKey,
    signingKey,
    macKey,
    agreementKey,
    disposableKey,
    ciphertext: encrypted.CiphertextBlob ?? new Uint8Array(),
    signature: signed.Signature ?? new Uint8Array(),
    mac: mac.Mac ?? new Uint8Array(),
    grantId: grant.GrantId ?? '',
  };
}

async function makeTopics(settings: object) {
  const client = new SNSClient(settings);
  await client.send(new CreateTopicCommand({ Name: 'doomed' }));
  const { TopicArn: topicArn = '' } = await client.send(new CreateTopicCommand({ Name: 'walk' }));
  const { SubscriptionArn: subscriptionArn = '' } = await client.send(
    new SubscribeCommand({
      TopicArn: topicArn,
      Protocol: 'http',
      Endpoint: 'http://127.0.0.1:9/walk',
      ReturnSubscriptionArn: true,
    }),
  );
  client.destroy();
  return { topicArn, subscriptionArn };
}

async function makeGroups(settings: object) {
  const client = new CloudWatchLogsClient(settings);
  const [group, stream] = ['walk-group', 'walk-stream'];
  await client.send(new CreateLogGroupCommand({ logGroupName: group }));
  await client.send(new CreateLogStreamCommand({ logGroupName: group, logStreamName: stream }));
  client.destroy();
  return { group, stream };
}

/** A work group whose query has ended, so that there are results to read. */
async function makeQueries(settings: athena.AthenaClientConfig, accountId: string, bucket: string) {
  const client = new athena.AthenaClient(settings);
  const WorkGroup = 'walk';
  const ResultConfiguration = { OutputLocation: `s3://${bucket}/athena/` };
  await client.send(
    new athena.CreateWorkGroupCommand({ Name: WorkGroup, Configuration: { ResultConfiguration } }),
  );
  await client.send(new athena.CreateWorkGroupCommand({ Name: 'walk-doomed' }));
  const Parameters = { 'catalog-id': accountId };
  for (const Name of ['walk', 'walk-doomed'])
    await client.send(new athena.CreateDataCatalogCommand({ Name, Type: 'GLUE', Parameters }));
  for (const StatementName of ['walk', 'doomed'])
    await client.send(
      new athena.CreatePreparedStatementCommand({ StatementName, WorkGroup, QueryStatement: 'SELECT ?' }),
    );
  const QueryString = 'SELECT 1';
  const save = async (Name: string): Promise<string> => {
    const input = { Name, Database: 'default', QueryString, WorkGroup };
    return (await client.send(new athena.CreateNamedQueryCommand(input))).NamedQueryId ?? '';
  };
  const [namedQueryId, doomedNamedQueryId] = [await save('walk'), await save('doomed')];
  const started = await client.send(new athena.StartQueryExecutionCommand({ QueryString, WorkGroup }));
  const queryId = started.QueryExecutionId ?? '';
  await queryEnded(client, queryId);
  client.destroy();
  return { workGroup: WorkGroup, queryId, namedQueryId, doomedNamedQueryId };
}

async function queryEnded(client: athena.AthenaClient, QueryExecutionId: string): Promise<void> {
  let state: string | undefined = 'QUEUED';
  while (state === 'QUEUED' || state === 'RUNNING') {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const { QueryExecution } = await client.send(new athena.GetQueryExecutionCommand({ QueryExecutionId }));
    state = QueryExecution?.Status?.State;
  }
  if (state !== 'SUCCEEDED') throw new Error(`the query of the walk ended as ${state}`);
}

async function makeOrganization(settings: object): Promise<Walked['organization']> {
  const client = new organizations.OrganizationsClient(settings);
  await client.send(new organizations.CreateOrganizationCommand({}));
  const { Roots = [] } = await client.send(new organizations.ListRootsCommand({}));
  const rootId = Roots[0]?.Id ?? '';
  const unit = await client.send(
    new organizations.CreateOrganizationalUnitCommand({ ParentId: rootId, Name: 'walk' }),
  );
  const policy = await client.send(
    new organizations.CreatePolicyCommand({
      Type: 'SERVICE_CONTROL_POLICY',
      Name: 'walk',
      Description: '',
      Content: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
      }),
    }),
  );
  const asked = await client.send(
    new organizations.CreateAccountCommand({ Email: 'member@example.com', AccountName: 'member' }),
  );
  let status = asked.CreateAccountStatus;
  while (status?.State === 'IN_PROGRESS') {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const CreateAccountRequestId = status.Id;
    const answer = await client.send(
      new organizations.DescribeCreateAccountStatusCommand({ CreateAccountRequestId }),
    );
    status = answer.CreateAccountStatus;
  }
  const Target = { Type: 'EMAIL', Id: 'invited@example.com' } as const;
  const invited = await client
    .send(new organizations.InviteAccountToOrganizationCommand({ Target }))
    .catch(() => ({ Handshake: { Id: 'h-walkwalkwalk' } }));
  client.destroy();
  return {
    rootId,
    unitId: unit.OrganizationalUnit?.Id ?? '',
    memberId: status?.AccountId ?? '',
    policyId: policy.Policy?.PolicySummary?.Id ?? '',
    handshakeId: invited.Handshake?.Id ?? '',
  };
}

async function makeUser(settings: object, accountId: string): Promise<Credentials> {
  const client = new IAMClient(settings);
  await client.send(new CreateUserCommand({ UserName: 'walker' }));
  const Statement = { Effect: 'Allow', Principal: { AWS: accountId }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await client.send(new CreateRoleCommand({ RoleName: 'walk', AssumeRolePolicyDocument }));
  const { AccessKey } = await client.send(new CreateAccessKeyCommand({ UserName: 'walker' }));
  client.destroy();
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}
