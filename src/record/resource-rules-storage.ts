// SPDX-License-Identifier: Apache-2.0
import type { RuleTable } from './resource-rules.js';

/** S3, databases, queues and topics. */
export const storageRules: RuleTable = {
  's3.amazonaws.com': { request: { bucketName: 'AWS::S3::Bucket' } },
  'glacier.amazonaws.com': { request: { vaultName: 'AWS::Glacier::Vault' } },
  'dynamodb.amazonaws.com': {
    request: { tableName: 'AWS::DynamoDB::Table', resourceArn: 'AWS::DynamoDB::Table' },
    response: {
      'tableDescription.tableName': 'AWS::DynamoDB::Table',
      'tableDescription.tableArn': 'AWS::DynamoDB::Table',
    },
  },
  'rds.amazonaws.com': {
    // As with EC2, DescribeX calls name filters rather than resources.
    only: (eventName) => !eventName.startsWith('Describe'),
    request: {
      dBInstanceIdentifier: 'AWS::RDS::DBInstance',
      sourceDBInstanceIdentifier: 'AWS::RDS::DBInstance',
      dBClusterIdentifier: 'AWS::RDS::DBCluster',
      dBSnapshotIdentifier: 'AWS::RDS::DBSnapshot',
      dBClusterSnapshotIdentifier: 'AWS::RDS::DBClusterSnapshot',
      dBParameterGroupName: 'AWS::RDS::DBParameterGroup',
      dBSecurityGroupName: 'AWS::RDS::DBSecurityGroup',
      dBSubnetGroupName: 'AWS::RDS::DBSubnetGroup',
      optionGroupName: 'AWS::RDS::OptionGroup',
      subscriptionName: 'AWS::RDS::EventSubscription',
    },
    response: {
      dBInstanceIdentifier: 'AWS::RDS::DBInstance',
      dBInstanceArn: 'AWS::RDS::DBInstance',
      dBClusterIdentifier: 'AWS::RDS::DBCluster',
      dBClusterArn: 'AWS::RDS::DBCluster',
      dBSnapshotIdentifier: 'AWS::RDS::DBSnapshot',
      dBSnapshotArn: 'AWS::RDS::DBSnapshot',
      'dBSubnetGroup.dBSubnetGroupName': 'AWS::RDS::DBSubnetGroup',
    },
  },
  'redshift.amazonaws.com': {
    request: {
      clusterIdentifier: 'AWS::Redshift::Cluster',
      snapshotIdentifier: 'AWS::Redshift::ClusterSnapshot',
    },
  },
  'elasticache.amazonaws.com': {
    request: {
      cacheClusterId: 'AWS::ElastiCache::CacheCluster',
      replicationGroupId: 'AWS::ElastiCache::ReplicationGroup',
    },
  },
  'elasticfilesystem.amazonaws.com': {
    request: { fileSystemId: 'AWS::EFS::FileSystem', mountTargetId: 'AWS::EFS::MountTarget' },
    response: { fileSystemId: 'AWS::EFS::FileSystem' },
  },
  'ebs.amazonaws.com': { request: { snapshotId: 'AWS::EC2::Snapshot' } },
  'sns.amazonaws.com': {
    request: {
      topicArn: 'AWS::SNS::Topic',
      name: 'AWS::SNS::Topic',
      subscriptionArn: 'AWS::SNS::Subscription',
    },
    response: { topicArn: 'AWS::SNS::Topic', subscriptionArn: 'AWS::SNS::Subscription' },
  },
  'sqs.amazonaws.com': {
    request: { queueUrl: 'AWS::SQS::Queue', queueName: 'AWS::SQS::Queue' },
    response: { queueUrl: 'AWS::SQS::Queue' },
  },
  'kinesis.amazonaws.com': {
    request: { streamName: 'AWS::Kinesis::Stream', streamARN: 'AWS::Kinesis::Stream' },
  },
  'firehose.amazonaws.com': { request: { deliveryStreamName: 'AWS::KinesisFirehose::DeliveryStream' } },
  'ecr.amazonaws.com': { request: { repositoryName: 'AWS::ECR::Repository' } },
};
