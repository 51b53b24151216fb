// SPDX-License-Identifier: Apache-2.0

/** A kind of call that the generator makes up events of. */
export interface CallTemplate {
  readonly service: string;
  readonly eventName: string;
  readonly readOnly: boolean;
  readonly resource?: ResourceTemplate;
}

/** `{n}` in the ARN is filled with a number below `count`, `{r}` with the Region, `{a}` with the account. */
export interface ResourceTemplate {
  readonly type: string;
  readonly arn: string;
  readonly count: number;
  /** What parameters of calls name it by. */
  readonly member: string;
}

const bucket: ResourceTemplate = {
  type: 'AWS::S3::Bucket',
  arn: 'arn:aws:s3:::team-data-{n}',
  count: 400,
  member: 'bucketName',
};
const key: ResourceTemplate = {
  type: 'AWS::KMS::Key',
  arn: 'arn:aws:kms:{r}:{a}:key/9b1d4c7e-5f60-4a31-8e2b-{n}',
  count: 60,
  member: 'keyId',
};
const role: ResourceTemplate = {
  type: 'AWS::IAM::Role',
  arn: 'arn:aws:iam::{a}:role/service-{n}',
  count: 120,
  member: 'roleName',
};
const table: ResourceTemplate = {
  type: 'AWS::DynamoDB::Table',
  arn: 'arn:aws:dynamodb:{r}:{a}:table/orders-{n}',
  count: 80,
  member: 'tableName',
};
const secret: ResourceTemplate = {
  type: 'AWS::SecretsManager::Secret',
  arn: 'arn:aws:secretsmanager:{r}:{a}:secret:app/{n}-Ab3dEf',
  count: 300,
  member: 'secretId',
};
const lambda: ResourceTemplate = {
  type: 'AWS::Lambda::Function',
  arn: 'arn:aws:lambda:{r}:{a}:function:worker-{n}',
  count: 150,
  member: 'functionName',
};

/**
 * Services with their calls, those called most first: `reads | writes`, separated by blanks. Names as in the
 * services' API references; how often each comes is made up (a Zipf curve over the whole list).
 */
const catalogue: readonly [service: string, calls: string, resource?: ResourceTemplate][] = [
  [
    'sts',
    'AssumeRole GetCallerIdentity AssumeRoleWithWebIdentity AssumeRoleWithSAML GetSessionToken GetFederationToken |',
    role,
  ],
  [
    'kms',
    'Decrypt GenerateDataKey Encrypt DescribeKey ListAliases GetKeyPolicy GetKeyRotationStatus ListKeys ListGrants ListResourceTags GetPublicKey | CreateGrant CreateKey ScheduleKeyDeletion EnableKeyRotation PutKeyPolicy CreateAlias RetireGrant',
    key,
  ],
  [
    'ec2',
    'DescribeInstances DescribeVolumes DescribeSecurityGroups DescribeSubnets DescribeVpcs DescribeNetworkInterfaces DescribeTags DescribeRouteTables DescribeImages DescribeRegions DescribeAddresses DescribeAvailabilityZones DescribeInstanceStatus DescribeSnapshots DescribeKeyPairs DescribeNatGateways DescribeNetworkAcls DescribeVpcEndpoints DescribeInstanceTypes DescribeLaunchTemplates DescribeInternetGateways DescribeAccountAttributes DescribeFlowLogs DescribeVpcAttribute DescribeInstanceAttribute GetConsoleOutput GetPasswordData DescribeTransitGateways DescribeSpotPriceHistory | RunInstances TerminateInstances StartInstances StopInstances CreateTags DeleteTags AuthorizeSecurityGroupIngress RevokeSecurityGroupIngress CreateSecurityGroup DeleteSecurityGroup CreateSnapshot DeleteSnapshot CreateVolume AttachVolume DetachVolume DeleteVolume CreateNetworkInterface DeleteNetworkInterface ModifyInstanceAttribute RebootInstances AllocateAddress ReleaseAddress AssociateAddress CreateImage DeregisterImage ModifySnapshotAttribute CreateKeyPair',
  ],
  [
    's3',
    'ListBuckets GetBucketAcl GetBucketLocation GetBucketPolicy GetBucketEncryption GetBucketVersioning GetBucketPublicAccessBlock GetBucketPolicyStatus GetBucketLogging GetBucketTagging GetBucketLifecycle GetBucketNotification GetBucketReplication GetAccountPublicAccessBlock GetBucketOwnershipControls ListAccessPoints | PutBucketPolicy CreateBucket DeleteBucket PutBucketAcl PutBucketEncryption PutBucketLifecycle PutBucketPublicAccessBlock PutBucketTagging PutBucketVersioning DeleteBucketPolicy PutBucketLogging',
    bucket,
  ],
  [
    'iam',
    'GetRole ListRoles GetUser ListUsers ListAttachedRolePolicies ListRolePolicies GetPolicy GetPolicyVersion ListPolicies ListAccessKeys GetAccountSummary ListMFADevices GetInstanceProfile ListGroupsForUser GetLoginProfile GetAccessKeyLastUsed GetRolePolicy ListUserPolicies GenerateCredentialReport GetAccountPasswordPolicy | CreateRole AttachRolePolicy DetachRolePolicy DeleteRole CreateUser DeleteUser CreateAccessKey DeleteAccessKey UpdateAccessKey PutRolePolicy PutUserPolicy CreatePolicy CreatePolicyVersion DeletePolicy PassRole UpdateAssumeRolePolicy AddUserToGroup CreateLoginProfile UpdateLoginProfile DeactivateMFADevice AttachUserPolicy',
    role,
  ],
  [
    'logs',
    'DescribeLogGroups DescribeLogStreams FilterLogEvents GetLogEvents DescribeMetricFilters StartQuery GetQueryResults DescribeSubscriptionFilters | CreateLogStream CreateLogGroup PutRetentionPolicy DeleteLogGroup PutMetricFilter PutSubscriptionFilter',
  ],
  [
    'lambda',
    'GetFunction20150331v2 ListFunctions20150331 GetPolicy20150331v2 ListTags20170331 GetFunctionConfiguration20150331v2 ListVersionsByFunction20150331 | UpdateFunctionCode20150331v2 UpdateFunctionConfiguration20150331v2 CreateFunction20150331 DeleteFunction20150331 AddPermission20150331v2 PublishVersion20150331',
    lambda,
  ],
  [
    'ssm',
    'DescribeInstanceInformation GetParameter GetParameters GetParametersByPath DescribeParameters ListAssociations ListInstanceAssociations ListTagsForResource DescribeDocument ListCommands | UpdateInstanceInformation PutParameter DeleteParameter SendCommand StartSession TerminateSession PutInventory UpdateInstanceAssociationStatus',
  ],
  [
    'secretsmanager',
    'GetSecretValue DescribeSecret ListSecrets GetResourcePolicy GetRandomPassword | CreateSecret PutSecretValue UpdateSecret DeleteSecret RotateSecret RestoreSecret',
    secret,
  ],
  [
    'dynamodb',
    'DescribeTable ListTables DescribeContinuousBackups DescribeTimeToLive ListTagsOfResource DescribeLimits | CreateTable UpdateTable DeleteTable UpdateContinuousBackups CreateBackup',
    table,
  ],
  [
    'rds',
    'DescribeDBInstances DescribeDBClusters DescribeDBSnapshots DescribeDBEngineVersions DescribeOrderableDBInstanceOptions DescribeEvents ListTagsForResource DescribeDBSubnetGroups | CreateDBInstance ModifyDBInstance DeleteDBInstance CreateDBSnapshot RestoreDBInstanceFromDBSnapshot ModifyDBSnapshotAttribute',
  ],
  [
    'monitoring',
    'DescribeAlarms ListMetrics GetMetricData GetDashboard ListDashboards | PutMetricAlarm DeleteAlarms PutDashboard SetAlarmState',
  ],
  [
    'ecs',
    'DescribeServices DescribeTasks ListTasks ListServices DescribeTaskDefinition DescribeClusters DescribeContainerInstances | RegisterTaskDefinition UpdateService RunTask StopTask CreateService SubmitTaskStateChange',
  ],
  [
    'elasticloadbalancing',
    'DescribeLoadBalancers DescribeTargetGroups DescribeTargetHealth DescribeListeners DescribeRules DescribeTags | RegisterTargets DeregisterTargets CreateLoadBalancer ModifyListener CreateTargetGroup',
  ],
  [
    'autoscaling',
    'DescribeAutoScalingGroups DescribeAutoScalingInstances DescribePolicies DescribeScalingActivities | UpdateAutoScalingGroup SetDesiredCapacity TerminateInstanceInAutoScalingGroup CompleteLifecycleAction',
  ],
  [
    'cloudformation',
    'DescribeStacks DescribeStackEvents ListStacks DescribeStackResources GetTemplate ListStackResources | CreateStack UpdateStack DeleteStack CreateChangeSet ExecuteChangeSet',
  ],
  [
    'ecr',
    'BatchGetImage GetDownloadUrlForLayer DescribeRepositories GetAuthorizationToken BatchCheckLayerAvailability DescribeImages | PutImage InitiateLayerUpload CompleteLayerUpload CreateRepository',
  ],
  [
    'eks',
    'DescribeCluster ListClusters DescribeNodegroup ListNodegroups ListAddons | CreateCluster UpdateClusterConfig UpdateNodegroupVersion',
  ],
  [
    'route53',
    'ListHostedZones ListResourceRecordSets GetHostedZone GetChange | ChangeResourceRecordSets CreateHostedZone',
  ],
  [
    'cloudtrail',
    'DescribeTrails GetTrailStatus LookupEvents GetEventSelectors ListTrails StartQuery | StopLogging StartLogging UpdateTrail DeleteTrail PutEventSelectors CreateTrail',
  ],
  [
    'sns',
    'ListTopics GetTopicAttributes ListSubscriptionsByTopic | CreateTopic Subscribe SetTopicAttributes Unsubscribe',
  ],
  ['sqs', 'GetQueueAttributes ListQueues | CreateQueue SetQueueAttributes DeleteQueue PurgeQueue'],
  [
    'config',
    'DescribeConfigurationRecorders DescribeConfigRules SelectResourceConfig | PutEvaluations PutConfigRule StopConfigurationRecorder',
  ],
  [
    'guardduty',
    'ListDetectors GetDetector ListFindings GetFindings | UpdateDetector DeleteDetector ArchiveFindings',
  ],
  [
    'organizations',
    'DescribeOrganization ListAccounts ListPolicies | CreateAccount AttachPolicy LeaveOrganization',
  ],
  ['health', 'DescribeEventAggregates DescribeEvents DescribeAffectedEntities |'],
  ['signin', '| ConsoleLogin SwitchRole'],
];

/** Every call of the catalogue. Ranked so that the first calls of each service are frequent: the n-th round holds every service's n-th call. */
export const callTemplates: readonly CallTemplate[] = (() => {
  const ranked: { rank: number; call: CallTemplate }[] = [];
  for (const [service, calls, resource] of catalogue) {
    const [reads = '', writes = ''] = calls.split('|');
    const add = (names: string, readOnly: boolean, rankStep: number): void => {
      names
        .split(' ')
        .filter(Boolean)
        .forEach((eventName, index) => {
          ranked.push({
            rank: (index + 1) * rankStep,
            call: { service, eventName, readOnly, ...(resource && { resource }) },
          });
        });
    };
    add(reads, true, 1);
    add(writes, false, 2.5);
  }
  return ranked.sort((a, b) => a.rank - b.rank).map(({ call }) => call);
})();

export const regions = [
  'us-east-1',
  'us-west-2',
  'eu-west-1',
  'eu-central-1',
  'us-east-2',
  'ap-southeast-1',
  'ap-northeast-1',
  'ap-southeast-2',
  'eu-west-2',
  'ca-central-1',
  'sa-east-1',
  'ap-south-1',
  'eu-north-1',
  'us-west-1',
] as const;

/** Whole user agents as they appear in records. */
export const userAgents = [
  'aws-cli/2.17.9 md/awscrt#0.20.11 ua/2.0 os/linux#6.1.94 md/arch#x86_64 lang/python#3.11.8 cfg/retry-mode#standard command/*',
  'Boto3/1.34.140 md/Botocore#1.34.140 ua/2.0 os/linux#5.10.219 lang/python#3.12.4 cfg/retry-mode#legacy Botocore/1.34.140',
  'aws-sdk-go-v2/1.30.1 os/linux lang/go#1.22.5 md/GOOS#linux md/GOARCH#amd64',
  'APN/1.0 HashiCorp/1.0 Terraform/1.9.2 (+https://www.terraform.io) terraform-provider-aws/5.58.0 aws-sdk-go-v2/1.30.1',
  'aws-sdk-java/2.26.20 Linux/5.10.219 OpenJDK_64-Bit_Server_VM/21.0.3 Java/21.0.3 cfg/retry-mode/standard',
  'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
] as const;
