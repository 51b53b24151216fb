// SPDX-License-Identifier: Apache-2.0
// Oracle: the filters of the CloudTrail User Guide, "Creating CloudWatch alarms for CloudTrail events: examples" and
// "… additional examples", and of the CIS AWS Foundations Benchmark (section 4), each with the events that its text says
// it is for, and with ones that it must leave alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileFilterPattern } from './filter-pattern.js';

const anyOf = (names: string) =>
  names
    .split(' ')
    .map((name) => `($.eventName = ${name})`)
    .join(' || ');
const cis = (names: string) =>
  names
    .split(' ')
    .map((name) => `($.eventName=${name})`)
    .join('||');
const iamNames =
  'DeleteGroupPolicy DeleteRolePolicy DeleteUserPolicy PutGroupPolicy PutRolePolicy PutUserPolicy CreatePolicy DeletePolicy CreatePolicyVersion DeletePolicyVersion AttachRolePolicy DetachRolePolicy AttachUserPolicy DetachUserPolicy AttachGroupPolicy DetachGroupPolicy';

const user = { type: 'IAMUser', userName: 'alice' };
const root = { type: 'Root', accountId: '111122223333' };
const call = (eventSource: string, eventName: string, rest: object = {}) => ({
  eventSource: `${eventSource}.amazonaws.com`,
  eventName,
  eventType: 'AwsApiCall',
  sourceIPAddress: '203.0.113.10',
  userIdentity: user,
  ...rest,
});
const login = (MFAUsed: string, ConsoleLogin: string, rest: object = {}) =>
  call('signin', 'ConsoleLogin', {
    eventType: 'AwsConsoleSignIn',
    additionalEventData: { MFAUsed },
    responseElements: { ConsoleLogin },
    ...rest,
  });

type Case = readonly [what: string, pattern: string, takes: readonly object[], leaves: readonly object[]];

const cases: readonly Case[] = [
  [
    'S3 bucket activity',
    `{ ($.eventSource = s3.amazonaws.com) && (${anyOf('PutBucketAcl PutBucketPolicy PutBucketCors PutBucketLifecycle PutBucketReplication DeleteBucketPolicy DeleteBucketCors DeleteBucketLifecycle DeleteBucketReplication')}) }`,
    [call('s3', 'PutBucketPolicy'), call('s3', 'DeleteBucketReplication')],
    [call('s3', 'CreateBucket'), call('s3-outposts', 'PutBucketPolicy')],
  ],
  [
    'security groups',
    `{ ${anyOf('AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress RevokeSecurityGroupIngress RevokeSecurityGroupEgress CreateSecurityGroup DeleteSecurityGroup')} }`,
    [call('ec2', 'RevokeSecurityGroupEgress')],
    [call('ec2', 'DescribeSecurityGroups')],
  ],
  [
    'network ACLs',
    `{ ${anyOf('CreateNetworkAcl CreateNetworkAclEntry DeleteNetworkAcl DeleteNetworkAclEntry ReplaceNetworkAclEntry ReplaceNetworkAclAssociation')} }`,
    [call('ec2', 'CreateNetworkAcl')],
    [call('ec2', 'CreateNetworkInterface')],
  ],
  [
    'gateways',
    `{ ${anyOf('CreateCustomerGateway DeleteCustomerGateway AttachInternetGateway CreateInternetGateway DeleteInternetGateway DetachInternetGateway')} }`,
    [call('ec2', 'DetachInternetGateway')],
    [call('ec2', 'CreateNatGateway')],
  ],
  [
    'VPCs',
    `{ ${anyOf('CreateVpc DeleteVpc ModifyVpcAttribute AcceptVpcPeeringConnection CreateVpcPeeringConnection DeleteVpcPeeringConnection RejectVpcPeeringConnection AttachClassicLinkVpc DetachClassicLinkVpc DisableVpcClassicLink EnableVpcClassicLink')} }`,
    [call('ec2', 'CreateVpc')],
    [call('ec2', 'CreateVpcEndpoint')],
  ],
  [
    'EC2 instances',
    `{ ${anyOf('RunInstances RebootInstances StartInstances StopInstances TerminateInstances')} }`,
    [call('ec2', 'RunInstances')],
    [call('ec2', 'DescribeInstances')],
  ],
  [
    'large EC2 instances',
    '{ ($.eventName = RunInstances) && (($.requestParameters.instanceType = *.8xlarge) || ($.requestParameters.instanceType = *.4xlarge)) }',
    [call('ec2', 'RunInstances', { requestParameters: { instanceType: 'm5.4xlarge' } })],
    [
      call('ec2', 'RunInstances', { requestParameters: { instanceType: 'm5.2xlarge' } }),
      call('ec2', 'RunInstances'),
    ],
  ],
  [
    'CloudTrail changes',
    `{ ${anyOf('CreateTrail UpdateTrail DeleteTrail StartLogging StopLogging')} }`,
    [call('cloudtrail', 'StopLogging')],
    [call('cloudtrail', 'GetTrailStatus')],
  ],
  [
    'console sign-in failures',
    '{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }',
    [login('No', 'Failure', { errorMessage: 'Failed authentication' })],
    [
      login('No', 'Success'),
      login('No', 'Failure', { errorMessage: 'No username found in supplied account' }),
    ],
  ],
  [
    'authorization failures',
    '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }',
    [
      call('ec2', 'RunInstances', { errorCode: 'Client.UnauthorizedOperation' }),
      call('s3', 'GetBucketAcl', { errorCode: 'AccessDenied' }),
      call('kms', 'Decrypt', { errorCode: 'AccessDeniedException' }),
    ],
    [call('s3', 'GetBucketAcl'), call('s3', 'GetBucketAcl', { errorCode: 'NoSuchBucket' })],
  ],
  [
    'IAM policy changes',
    `{${cis(iamNames)}}`,
    [call('iam', 'PutUserPolicy'), call('iam', 'DetachGroupPolicy')],
    [call('iam', 'GetPolicy')],
  ],
  [
    'root usage',
    '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }',
    [call('iam', 'ListUsers', { userIdentity: root })],
    [
      call('iam', 'ListUsers'),
      call('iam', 'ListUsers', { userIdentity: { ...root, invokedBy: 'AWS Internal' } }),
      call('s3', 'X', { userIdentity: root, eventType: 'AwsServiceEvent' }),
    ],
  ],
  [
    'no MFA',
    '{ $.userIdentity.sessionContext.attributes.mfaAuthenticated != "true" }',
    [
      call('ec2', 'X', {
        userIdentity: { ...user, sessionContext: { attributes: { mfaAuthenticated: 'false' } } },
      }),
    ],
    [
      call('ec2', 'X', {
        userIdentity: { ...user, sessionContext: { attributes: { mfaAuthenticated: 'true' } } },
      }),
    ],
  ],
  [
    'sign-in without MFA',
    '{ $.eventName = "ConsoleLogin" && $.additionalEventData.MFAUsed = "No" }',
    [login('No', 'Success')],
    [login('Yes', 'Success')],
  ],
  [
    'CIS 4.1',
    '{ ($.errorCode ="*UnauthorizedOperation") || ($.errorCode ="AccessDenied*") && ($.sourceIPAddress!="delivery.logs.amazonaws.com") && ($.eventName!="HeadBucket") }',
    [call('kms', 'Decrypt', { errorCode: 'AccessDenied' })],
    [
      call('s3', 'HeadBucket', { errorCode: 'AccessDenied' }),
      call('s3', 'PutObject', { errorCode: 'AccessDenied', sourceIPAddress: 'delivery.logs.amazonaws.com' }),
    ],
  ],
  [
    'CIS 4.2',
    '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && ($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }',
    [login('No', 'Success')],
    [login('Yes', 'Success'), login('No', 'Failure'), login('No', 'Success', { userIdentity: root })],
  ],
  [
    'CIS 4.3',
    '{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}',
    [call('iam', 'ListUsers', { userIdentity: root })],
    [call('iam', 'ListUsers')],
  ],
  [
    'CIS 4.4',
    `{($.eventSource=iam.amazonaws.com) && (${cis(iamNames)})}`,
    [call('iam', 'AttachRolePolicy')],
    [call('organizations', 'AttachRolePolicy')],
  ],
  [
    'CIS 4.7',
    '{($.eventSource=kms.amazonaws.com) && (($.eventName=DisableKey)||($.eventName=ScheduleKeyDeletion)) }',
    [call('kms', 'ScheduleKeyDeletion')],
    [call('kms', 'EnableKey')],
  ],
  [
    'CIS 4.9',
    '{($.eventSource=config.amazonaws.com) && (($.eventName=StopConfigurationRecorder)||($.eventName=DeleteDeliveryChannel)||($.eventName=PutDeliveryChannel)||($.eventName=PutConfigurationRecorder))}',
    [call('config', 'PutDeliveryChannel')],
    [call('config', 'DescribeDeliveryChannels')],
  ],
  [
    'CIS 4.13',
    `{($.eventSource = ec2.amazonaws.com) && (${cis('CreateRoute CreateRouteTable ReplaceRoute ReplaceRouteTableAssociation DeleteRouteTable DeleteRoute DisassociateRouteTable')}) }`,
    [call('ec2', 'ReplaceRoute')],
    [call('appmesh', 'CreateRoute')],
  ],
  [
    'CIS 4.15',
    `{ ($.eventSource = organizations.amazonaws.com) && (${cis('AcceptHandshake AttachPolicy CreateAccount CreateOrganizationalUnit CreatePolicy DeclineHandshake DeleteOrganization DeleteOrganizationalUnit DeletePolicy DetachPolicy DisablePolicyType EnablePolicyType InviteAccountToOrganization LeaveOrganization MoveAccount RemoveAccountFromOrganization UpdatePolicy UpdateOrganizationalUnit')}) }`,
    [call('organizations', 'LeaveOrganization')],
    [call('iam', 'CreatePolicy')],
  ],
];

for (const [what, pattern, takes, leaves] of cases) {
  test(what, () => {
    const { matches } = compileFilterPattern(pattern);
    for (const event of takes) assert.ok(matches(JSON.stringify(event)), `leaves ${JSON.stringify(event)}`);
    for (const event of leaves) assert.ok(!matches(JSON.stringify(event)), `takes ${JSON.stringify(event)}`);
  });
}
