// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync } from 'node:crypto';
import type { StaticStructureSchema } from '@smithy/types';
import { type Shape, type StructureShape, shapeOf } from '../../wire/shape.js';

/** What the root made before the walk: names of things that operations can be about. */
export interface Walked {
  readonly accountId: string;
  readonly bucket: string;
  readonly lockedBucket: string;
  readonly symmetricKey: string;
  readonly signingKey: string;
  readonly macKey: string;
  readonly agreementKey: string;
  readonly disposableKey: string;
  readonly ciphertext: Uint8Array;
  readonly signature: Uint8Array;
  readonly mac: Uint8Array;
  readonly grantId: string;
  readonly uploadId: string;
  readonly topicArn: string;
  readonly subscriptionArn: string;
  readonly trailArn: string;
  readonly storeArn: string;
  readonly group: string;
  readonly stream: string;
  readonly workGroup: string;
  readonly queryId: string;
  readonly namedQueryId: string;
  readonly doomedNamedQueryId: string;
  readonly organization: {
    readonly rootId: string;
    readonly unitId: string;
    readonly memberId: string;
    readonly policyId: string;
    readonly handshakeId: string;
  };
}

type Inputs = Readonly<Record<string, (walked: Walked) => object>>;

const message = Buffer.from('message');
const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const peer = publicKey.export({ format: 'der', type: 'spki' });

/** Inputs of operations whose handlers ask by themselves: they have to get as far as that. */
export const inputs: Readonly<Record<string, Inputs>> = {
  cloudtrail: {
    AddTags: (w) => ({ ResourceId: w.trailArn, TagsList: [{ Key: 'k', Value: 'v' }] }),
    ListTags: (w) => ({ ResourceIdList: [w.trailArn] }),
    RemoveTags: (w) => ({ ResourceId: w.trailArn, TagsList: [{ Key: 'k' }] }),
    CreateTrail: (w) => ({
      Name: 'made-by-walk',
      S3BucketName: w.bucket,
      TagsList: [{ Key: 'k', Value: 'v' }],
      CloudWatchLogsLogGroupArn: `arn:aws:logs:us-east-1:${w.accountId}:log-group:${w.group}:*`,
      CloudWatchLogsRoleArn: `arn:aws:iam::${w.accountId}:role/walk`,
    }),
    UpdateTrail: (w) => ({ Name: 'walk', CloudWatchLogsRoleArn: `arn:aws:iam::${w.accountId}:role/walk` }),
    GetEventConfiguration: () => ({ TrailName: 'walk' }),
    PutEventConfiguration: () => ({ TrailName: 'walk', AggregationConfigurations: [] }),
    PutEventSelectors: () => ({ TrailName: 'walk', EventSelectors: [{}] }),
    CreateEventDataStore: () => ({ Name: 'made-by-walk', TagsList: [{ Key: 'k', Value: 'v' }] }),
    EnableFederation: (w) => ({
      EventDataStore: w.storeArn,
      FederationRoleArn: `arn:aws:iam::${w.accountId}:role/walk`,
    }),
    StartQuery: (w) => ({ QueryStatement: `SELECT eventID FROM ${w.storeArn.split('/')[1]}` }),
    PutResourcePolicy: (w) => ({ ResourceArn: w.storeArn, ResourcePolicy: '{}' }),
    GetResourcePolicy: (w) => ({ ResourceArn: w.storeArn }),
    DeleteResourcePolicy: (w) => ({ ResourceArn: w.storeArn }),
    CreateChannel: (w) => ({
      Name: 'made-by-walk',
      Source: 'Custom',
      Destinations: [{ Type: 'EVENT_DATA_STORE', Location: w.storeArn }],
      Tags: [{ Key: 'k', Value: 'v' }],
    }),
    CreateDashboard: () => ({ Name: 'made-by-walk', TagsList: [{ Key: 'k', Value: 'v' }] }),
    StartImport: (w) => ({
      Destinations: [w.storeArn],
      ImportSource: {
        S3: {
          S3LocationUri: `s3://${w.bucket}/`,
          S3BucketRegion: 'us-east-1',
          S3BucketAccessRoleArn: `arn:aws:iam::${w.accountId}:role/walk`,
        },
      },
    }),
  },
  athena: {
    BatchGetNamedQuery: (w) => ({ NamedQueryIds: [w.namedQueryId] }),
    BatchGetQueryExecution: (w) => ({ QueryExecutionIds: [w.queryId] }),
    CreateDataCatalog: (w) => ({
      Name: 'made-by-walk',
      Type: 'GLUE',
      Parameters: { 'catalog-id': w.accountId },
      Tags: [{ Key: 'k', Value: 'v' }],
    }),
    CreateNamedQuery: (w) => ({
      Name: 'made-by-walk',
      Database: 'default',
      QueryString: 'SELECT 1',
      WorkGroup: w.workGroup,
    }),
    CreatePreparedStatement: (w) => ({
      StatementName: 'made_by_walk',
      WorkGroup: w.workGroup,
      QueryStatement: 'SELECT ?',
    }),
    CreateWorkGroup: () => ({ Name: 'made-by-walk', Tags: [{ Key: 'k', Value: 'v' }] }),
    DeleteDataCatalog: () => ({ Name: 'walk-doomed' }),
    DeleteNamedQuery: (w) => ({ NamedQueryId: w.doomedNamedQueryId }),
    DeletePreparedStatement: (w) => ({ StatementName: 'doomed', WorkGroup: w.workGroup }),
    DeleteWorkGroup: () => ({ WorkGroup: 'walk-doomed' }),
    ListNamedQueries: (w) => ({ WorkGroup: w.workGroup }),
    ListQueryExecutions: () => ({}),
    ListTagsForResource: (w) => ({ ResourceARN: `arn:aws:athena:us-east-1:${w.accountId}:datacatalog/walk` }),
    StartQueryExecution: (w) => ({ QueryString: 'EXECUTE walk USING 1', WorkGroup: w.workGroup }),
    TagResource: (w) => ({
      ResourceARN: `arn:aws:athena:us-east-1:${w.accountId}:workgroup/${w.workGroup}`,
      Tags: [{ Key: 'k', Value: 'v' }],
    }),
    UntagResource: (w) => ({
      ResourceARN: `arn:aws:athena:us-east-1:${w.accountId}:workgroup/${w.workGroup}`,
      TagKeys: ['k'],
    }),
    UpdateDataCatalog: (w) => ({
      Name: 'walk',
      Type: 'GLUE',
      Parameters: { 'catalog-id': w.accountId },
    }),
    UpdateNamedQuery: (w) => ({ NamedQueryId: w.namedQueryId, Name: 'walk', QueryString: 'SELECT 2' }),
    UpdatePreparedStatement: (w) => ({
      StatementName: 'walk',
      WorkGroup: w.workGroup,
      QueryStatement: 'SELECT ? + 1',
    }),
  },
  s3: {
    CreateBucket: () => ({
      Bucket: 'walk-made',
      ObjectLockEnabledForBucket: true,
      ObjectOwnership: 'ObjectWriter',
      GrantRead: 'uri="http://acs.amazonaws.com/groups/s3/LogDelivery"',
      CreateBucketConfiguration: { Tags: [{ Key: 'k', Value: 'v' }] },
    }),
    DeleteBucket: () => ({ Bucket: 'walk-doomed' }),
    CopyObject: (w) => ({ Bucket: w.bucket, Key: 'copy', CopySource: `${w.bucket}/k` }),
    UploadPartCopy: (w) => ({
      Bucket: w.bucket,
      Key: 'up',
      CopySource: `${w.bucket}/k`,
      PartNumber: 1,
      UploadId: w.uploadId,
    }),
    UploadPart: (w) => ({ Bucket: w.bucket, Key: 'up', PartNumber: 1, UploadId: w.uploadId, Body: 'x' }),
    AbortMultipartUpload: (w) => ({ Bucket: w.bucket, Key: 'up', UploadId: 'nothing' }),
    CompleteMultipartUpload: (w) => ({
      Bucket: w.bucket,
      Key: 'up',
      UploadId: 'nothing',
      MultipartUpload: { Parts: [{ PartNumber: 1, ETag: 'x' }] },
    }),
    ListParts: (w) => ({ Bucket: w.bucket, Key: 'up', UploadId: w.uploadId }),
    PutObject: (w) => ({ Bucket: w.bucket, Key: 'k', Body: 'x', ACL: 'private', Tagging: 'a=b' }),
    DeleteObject: (w) => ({ Bucket: w.bucket, Key: 'gone' }),
    DeleteObjects: (w) => ({ Bucket: w.bucket, Delete: { Objects: [{ Key: 'gone' }] } }),
    GetObjectAttributes: (w) => ({ Bucket: w.bucket, Key: 'k', ObjectAttributes: ['ETag'] }),
    PutBucketTagging: (w) => ({ Bucket: w.bucket, Tagging: { TagSet: [] } }),
    PutObjectTagging: (w) => ({ Bucket: w.bucket, Key: 'k', Tagging: { TagSet: [] } }),
    PutObjectAcl: (w) => ({ Bucket: w.bucket, Key: 'k', ACL: 'private' }),
    PutBucketAcl: (w) => ({ Bucket: w.bucket, ACL: 'private' }),
    PutBucketPolicy: (w) => ({ Bucket: w.bucket, Policy: '{}' }),
    PutBucketVersioning: (w) => ({ Bucket: w.lockedBucket, VersioningConfiguration: { Status: 'Enabled' } }),
    PutBucketRequestPayment: (w) => ({
      Bucket: w.bucket,
      RequestPaymentConfiguration: { Payer: 'BucketOwner' },
    }),
    PutBucketOwnershipControls: (w) => ({
      Bucket: w.bucket,
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    }),
    DeleteBucketOwnershipControls: () => ({ Bucket: 'walk-spare' }),
    PutPublicAccessBlock: (w) => ({ Bucket: w.bucket, PublicAccessBlockConfiguration: {} }),
    PutBucketLifecycleConfiguration: (w) => ({ Bucket: w.bucket, LifecycleConfiguration: { Rules: [] } }),
    PutBucketEncryption: (w) => ({
      Bucket: w.bucket,
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
    }),
    PutObjectRetention: (w) => ({
      Bucket: w.lockedBucket,
      Key: 'k',
      Retention: { Mode: 'GOVERNANCE', RetainUntilDate: new Date(Date.now() + 86_400_000) },
      BypassGovernanceRetention: true,
    }),
    PutObjectLegalHold: (w) => ({ Bucket: w.lockedBucket, Key: 'k', LegalHold: { Status: 'OFF' } }),
    PutObjectLockConfiguration: (w) => ({
      Bucket: w.lockedBucket,
      ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' },
    }),
  },
  kms: {
    CreateKey: () => ({ Tags: [{ TagKey: 'k', TagValue: 'v' }] }),
    CreateAlias: (w) => ({ AliasName: 'alias/made-by-walk', TargetKeyId: w.symmetricKey }),
    UpdateAlias: (w) => ({ AliasName: 'alias/walk', TargetKeyId: w.symmetricKey }),
    DeleteAlias: () => ({ AliasName: 'alias/doomed' }),
    CreateGrant: (w) => ({ KeyId: w.symmetricKey, GranteePrincipal: w.accountId, Operations: ['Encrypt'] }),
    Decrypt: (w) => ({ CiphertextBlob: w.ciphertext }),
    ReEncrypt: (w) => ({ CiphertextBlob: w.ciphertext, DestinationKeyId: w.symmetricKey }),
    DeriveSharedSecret: (w) => ({ KeyId: w.agreementKey, KeyAgreementAlgorithm: 'ECDH', PublicKey: peer }),
    GenerateDataKey: (w) => ({ KeyId: w.symmetricKey, KeySpec: 'AES_256' }),
    GenerateDataKeyWithoutPlaintext: (w) => ({ KeyId: w.symmetricKey, KeySpec: 'AES_256' }),
    GenerateDataKeyPair: (w) => ({ KeyId: w.symmetricKey, KeyPairSpec: 'ECC_NIST_P256' }),
    GenerateDataKeyPairWithoutPlaintext: (w) => ({ KeyId: w.symmetricKey, KeyPairSpec: 'ECC_NIST_P256' }),
    GenerateMac: (w) => ({ KeyId: w.macKey, Message: message, MacAlgorithm: 'HMAC_SHA_256' }),
    VerifyMac: (w) => ({ KeyId: w.macKey, Message: message, MacAlgorithm: 'HMAC_SHA_256', Mac: w.mac }),
    GenerateRandom: () => ({ NumberOfBytes: 8 }),
    GetPublicKey: (w) => ({ KeyId: w.signingKey }),
    Sign: (w) => ({ KeyId: w.signingKey, Message: message, SigningAlgorithm: 'ECDSA_SHA_256' }),
    Verify: (w) => ({
      KeyId: w.signingKey,
      Message: message,
      SigningAlgorithm: 'ECDSA_SHA_256',
      Signature: w.signature,
    }),
    ListRetirableGrants: (w) => ({ RetiringPrincipal: `arn:aws:iam::${w.accountId}:root` }),
    RetireGrant: (w) => ({
      KeyId: `arn:aws:kms:us-east-1:${w.accountId}:key/${w.symmetricKey}`,
      GrantId: w.grantId,
    }),
    RevokeGrant: (w) => ({ KeyId: w.symmetricKey, GrantId: w.grantId }),
    PutKeyPolicy: (w) => ({ KeyId: w.symmetricKey, Policy: '{}' }),
    ScheduleKeyDeletion: (w) => ({ KeyId: w.disposableKey }),
    CancelKeyDeletion: (w) => ({ KeyId: w.disposableKey }),
    DisableKey: (w) => ({ KeyId: w.disposableKey }),
    EnableKey: (w) => ({ KeyId: w.disposableKey }),
    TagResource: (w) => ({ KeyId: w.symmetricKey, Tags: [{ TagKey: 'k', TagValue: 'v' }] }),
    UntagResource: (w) => ({ KeyId: w.symmetricKey, TagKeys: ['k'] }),
    UpdateKeyDescription: (w) => ({ KeyId: w.symmetricKey, Description: 'd' }),
  },
  sns: {
    AddPermission: (w) => ({
      TopicArn: w.topicArn,
      Label: 'l',
      AWSAccountId: [w.accountId],
      ActionName: ['Publish'],
    }),
    ConfirmSubscription: (w) => ({ TopicArn: w.topicArn, Token: 'nothing' }),
    CreateTopic: () => ({ Name: 'made-by-walk', Tags: [{ Key: 'k', Value: 'v' }] }),
    DeleteTopic: (w) => ({ TopicArn: w.topicArn.replace(/walk$/, 'doomed') }),
    Publish: (w) => ({ TopicArn: w.topicArn, Message: 'm' }),
    PublishBatch: (w) => ({ TopicArn: w.topicArn, PublishBatchRequestEntries: [{ Id: '1', Message: 'm' }] }),
    SetTopicAttributes: (w) => ({ TopicArn: w.topicArn, AttributeName: 'DisplayName', AttributeValue: 'd' }),
    SetSubscriptionAttributes: (w) => ({
      SubscriptionArn: w.subscriptionArn,
      AttributeName: 'RawMessageDelivery',
      AttributeValue: 'true',
    }),
    Subscribe: (w) => ({ TopicArn: w.topicArn, Protocol: 'http', Endpoint: 'http://127.0.0.1:9/' }),
    TagResource: (w) => ({ ResourceArn: w.topicArn, Tags: [{ Key: 'k', Value: 'v' }] }),
    UntagResource: (w) => ({ ResourceArn: w.topicArn, TagKeys: ['k'] }),
    ListTagsForResource: (w) => ({ ResourceArn: w.topicArn }),
    RemovePermission: (w) => ({ TopicArn: w.topicArn, Label: 'l' }),
    Unsubscribe: (w) => ({ SubscriptionArn: w.subscriptionArn }),
    GetSubscriptionAttributes: (w) => ({ SubscriptionArn: w.subscriptionArn }),
  },
  sts: {
    AssumeRoot: () => ({
      TargetPrincipal: '444455556666',
      TaskPolicyArn: { arn: 'arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials' },
    }),
    GetWebIdentityToken: () => ({ Audience: ['https://example.com'], SigningAlgorithm: 'RS256' }),
  },
  organizations: {
    AttachPolicy: ({ organization: o }) => ({ PolicyId: o.policyId, TargetId: o.unitId }),
    DetachPolicy: ({ organization: o }) => ({ PolicyId: o.policyId, TargetId: o.memberId }),
    CreateOrganizationalUnit: ({ organization: o }) => ({ ParentId: o.rootId, Name: 'made-by-walk' }),
    CreatePolicy: () => ({ Type: 'SERVICE_CONTROL_POLICY', Name: 'made', Description: '', Content: '{}' }),
    DescribeEffectivePolicy: ({ organization: o }) => ({ PolicyType: 'TAG_POLICY', TargetId: o.memberId }),
    EnablePolicyType: ({ organization: o }) => ({ RootId: o.rootId, PolicyType: 'TAG_POLICY' }),
    DisablePolicyType: ({ organization: o }) => ({ RootId: o.rootId, PolicyType: 'TAG_POLICY' }),
    InviteAccountToOrganization: () => ({ Target: { Type: 'ACCOUNT', Id: '777788889999' } }),
    ListChildren: ({ organization: o }) => ({ ParentId: o.rootId, ChildType: 'ACCOUNT' }),
    ListPolicies: () => ({ Filter: 'SERVICE_CONTROL_POLICY' }),
    ListPoliciesForTarget: ({ organization: o }) => ({
      TargetId: o.unitId,
      Filter: 'SERVICE_CONTROL_POLICY',
    }),
    MoveAccount: ({ organization: o }) => ({
      AccountId: o.memberId,
      SourceParentId: o.rootId,
      DestinationParentId: o.unitId,
    }),
    PutResourcePolicy: () => ({ Content: '{}' }),
    TagResource: ({ organization: o }) => ({ ResourceId: o.unitId, Tags: [{ Key: 'k', Value: 'v' }] }),
    UntagResource: ({ organization: o }) => ({ ResourceId: o.unitId, TagKeys: ['k'] }),
    ListTagsForResource: ({ organization: o }) => ({ ResourceId: o.unitId }),
    RegisterDelegatedAdministrator: ({ organization: o }) => ({
      AccountId: o.memberId,
      ServicePrincipal: 'cloudtrail.amazonaws.com',
    }),
    DeregisterDelegatedAdministrator: ({ organization: o }) => ({
      AccountId: o.memberId,
      ServicePrincipal: 'cloudtrail.amazonaws.com',
    }),
  },
  iam: {
    ListPoliciesGrantingServiceAccess: (w) => ({
      Arn: `arn:aws:iam::${w.accountId}:user/walker`,
      ServiceNamespaces: ['s3'],
    }),
    SimulateCustomPolicy: () => ({ PolicyInputList: ['{}'], ActionNames: ['s3:GetObject'] }),
    GetContextKeysForCustomPolicy: () => ({ PolicyInputList: ['{}'] }),
  },
  logs: {
    TagResource: (w) => ({
      resourceArn: `arn:aws:logs:us-east-1:${w.accountId}:log-group:${w.group}`,
      tags: { k: 'v' },
    }),
    UntagResource: (w) => ({
      resourceArn: `arn:aws:logs:us-east-1:${w.accountId}:log-group:${w.group}`,
      tagKeys: ['k'],
    }),
    ListTagsForResource: (w) => ({
      resourceArn: `arn:aws:logs:us-east-1:${w.accountId}:log-group:${w.group}`,
    }),
    GetLogEvents: (w) => ({ logGroupName: w.group, logStreamName: w.stream }),
    FilterLogEvents: (w) => ({ logGroupIdentifier: w.group }),
    DescribeLogStreams: (w) => ({
      logGroupIdentifier: `arn:aws:logs:us-east-1:${w.accountId}:log-group:${w.group}`,
    }),
    DescribeLogGroups: () => ({}),
    PutResourcePolicy: () => ({ policyName: 'p', policyDocument: '{}' }),
    DeleteResourcePolicy: () => ({ policyName: 'p' }),
    DescribeResourcePolicies: () => ({}),
  },
};

/** Values of members by name, for all operations that are not given above. */
function named(name: string, service: string, walked: Walked): unknown {
  const byName: Readonly<Record<string, unknown>> = {
    Bucket: walked.bucket,
    Key: 'k',
    TopicArn: walked.topicArn,
    SubscriptionArn: walked.subscriptionArn,
    Name: 'walk',
    TrailName: 'walk',
    logGroupName: walked.group,
    logGroupIdentifier: walked.group,
    logStreamName: walked.stream,
    KeyId: walked.symmetricKey,
    PolicyArn: `arn:aws:iam::${walked.accountId}:policy/walk`,
    PolicySourceArn: `arn:aws:iam::${walked.accountId}:user/walker`,
    OpenIDConnectProviderArn: `arn:aws:iam::${walked.accountId}:oidc-provider/walk.example.com`,
    SerialNumber: `arn:aws:iam::${walked.accountId}:mfa/walk`,
    RoleArn: `arn:aws:iam::${walked.accountId}:role/walk`,
    MemberAccountId: walked.organization.memberId,
    AccountId: walked.organization.memberId,
    ChildId: walked.organization.memberId,
    ParentId: walked.organization.rootId,
    OrganizationalUnitId: walked.organization.unitId,
    PolicyId: walked.organization.policyId,
    HandshakeId: walked.organization.handshakeId,
    WorkGroup: walked.workGroup,
    QueryExecutionId: walked.queryId,
    NamedQueryId: walked.namedQueryId,
    CatalogName: 'AwsDataCatalog',
    DatabaseName: 'default',
    TableName: 'cairn_history',
  };
  if (Object.hasOwn(byName, name)) return byName[name];
  if (service === 'iam' && /Policy.*Document|^Policy/.test(name)) return '{}';
  return undefined;
}

/** The input of an operation: the one above, or required members alone, of values that say nothing. */
export function inputOf(
  service: string,
  operation: string,
  schema: StaticStructureSchema | undefined,
  walked: Walked,
): object {
  const given = inputs[service]?.[operation];
  if (given !== undefined) return given(walked);
  return schema === undefined ? {} : required(shapeOf(schema), service, walked);
}

function required(shape: StructureShape, service: string, walked: Walked): object {
  const wanted = shape.members.filter((member) => member.required);
  return Object.fromEntries(
    wanted.map((member) => [
      member.name,
      named(member.name, service, walked) ?? sample(member.shape, service, walked),
    ]),
  );
}

function sample(shape: Shape, service: string, walked: Walked): unknown {
  switch (shape.type) {
    case 'structure':
      return required(shape, service, walked);
    case 'list':
      return [sample(shape.item.shape, service, walked)];
    case 'map':
      return { k: sample(shape.value.shape, service, walked) };
    case 'number':
      return 7;
    case 'boolean':
      return true;
    case 'timestamp':
      return new Date(0);
    case 'blob':
      return new Uint8Array([1]);
    default:
      return 'walk';
  }
}
