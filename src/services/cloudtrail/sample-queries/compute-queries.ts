// SPDX-License-Identifier: Apache-2.0
import type { SampleQuery } from './sample-query.js';

export const computeQueries: readonly SampleQuery[] = [
  {
    name: 'Instances launched',
    description: 'EC2 instances that were launched in the past week: who, where, of which type.',
    sql: `SELECT eventTime, userIdentity.arn, awsRegion, element_at(requestParameters, 'instanceType') AS instance_type
FROM $EDS_ID
WHERE eventSource = 'ec2.amazonaws.com'
  AND eventName = 'RunInstances'
  AND errorCode IS NULL
  AND eventTime > date_add('day', -7, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'Instances stopped and terminated',
    description: 'Who stopped, rebooted or terminated EC2 instances in the past week.',
    sql: `SELECT eventTime, eventName, userIdentity.arn, awsRegion
FROM $EDS_ID
WHERE eventName IN ('StopInstances', 'RebootInstances', 'TerminateInstances')
  AND eventTime > date_add('day', -7, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'Security groups opened',
    description:
      'Rules that were added to security groups in the past 30 days: changes to what the network lets in.',
    sql: `SELECT eventTime, userIdentity.arn, element_at(requestParameters, 'groupId') AS security_group, element_at(requestParameters, 'ipPermissions') AS rules
FROM $EDS_ID
WHERE eventName = 'AuthorizeSecurityGroupIngress'
  AND eventTime > date_add('day', -30, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'Security groups open to the world',
    description: 'Rules for ingress from 0.0.0.0/0 that were added to security groups.',
    sql: `SELECT eventTime, userIdentity.arn, element_at(requestParameters, 'groupId') AS security_group
FROM $EDS_ID
WHERE eventName = 'AuthorizeSecurityGroupIngress'
  AND element_at(requestParameters, 'ipPermissions') LIKE '%0.0.0.0/0%'
ORDER BY eventTime DESC`,
  },
  {
    name: 'Network access control lists changed',
    description: 'Changes to the network ACLs of VPCs in the past 90 days.',
    sql: `SELECT eventTime, eventName, userIdentity.arn
FROM $EDS_ID
WHERE eventName IN ('CreateNetworkAcl', 'CreateNetworkAclEntry', 'DeleteNetworkAcl', 'DeleteNetworkAclEntry', 'ReplaceNetworkAclEntry', 'ReplaceNetworkAclAssociation')
  AND eventTime > date_add('day', -90, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'Gateways and routes changed',
    description: 'Internet gateways and routes of VPCs that were created, changed or deleted.',
    sql: `SELECT eventTime, eventName, userIdentity.arn, awsRegion
FROM $EDS_ID
WHERE eventName IN ('AttachInternetGateway', 'CreateInternetGateway', 'DeleteInternetGateway', 'DetachInternetGateway', 'CreateRoute', 'ReplaceRoute', 'DeleteRoute', 'CreateRouteTable', 'DeleteRouteTable')
  AND eventTime > date_add('day', -90, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'VPC changes',
    description: 'Virtual private clouds that were created, deleted, peered or modified in the past 90 days.',
    sql: `SELECT eventTime, eventName, userIdentity.arn, awsRegion
FROM $EDS_ID
WHERE eventName IN ('CreateVpc', 'DeleteVpc', 'ModifyVpcAttribute', 'AcceptVpcPeeringConnection', 'CreateVpcPeeringConnection', 'DeleteVpcPeeringConnection')
  AND eventTime > date_add('day', -90, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'Lambda functions changed',
    description:
      'Code and configuration of Lambda functions that were created, updated or deleted in the past 30 days.',
    sql: `SELECT eventTime, eventName, userIdentity.arn, element_at(requestParameters, 'functionName') AS function_name
FROM $EDS_ID
WHERE eventSource = 'lambda.amazonaws.com'
  AND readOnly = false
  AND eventName NOT LIKE 'Invoke%'
  AND eventTime > date_add('day', -30, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'Lambda functions invoked most often',
    description:
      'Which Lambda functions were invoked most often in the past day. Needs data events of Lambda.',
    sql: `SELECT element_at(requestParameters, 'functionName') AS function_name, count(*) AS invocations
FROM $EDS_ID
WHERE eventSource = 'lambda.amazonaws.com'
  AND eventName LIKE 'Invoke%'
  AND eventTime > date_add('day', -1, now())
GROUP BY element_at(requestParameters, 'functionName')
ORDER BY invocations DESC`,
  },
  {
    name: 'Images shared',
    description: 'Machine images (AMIs) whose launch permissions were changed in the past 90 days.',
    sql: `SELECT eventTime, userIdentity.arn, element_at(requestParameters, 'imageId') AS image
FROM $EDS_ID
WHERE eventName = 'ModifyImageAttribute'
  AND eventTime > date_add('day', -90, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'Sessions on instances',
    description: 'Who has opened a shell on an EC2 instance through Systems Manager in the past 30 days.',
    sql: `SELECT eventTime, userIdentity.arn, element_at(requestParameters, 'target') AS target
FROM $EDS_ID
WHERE eventSource = 'ssm.amazonaws.com'
  AND eventName = 'StartSession'
  AND eventTime > date_add('day', -30, now())
ORDER BY eventTime DESC`,
  },
];
