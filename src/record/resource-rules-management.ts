// SPDX-License-Identifier: Apache-2.0
import type { RuleTable } from './resource-rules.js';

/** Their `name` is no trail's. */
function isLakeCall(eventName: string): boolean {
  return /EventDataStore|Channel|Dashboard|Import|Query|Queries/.test(eventName);
}

/** CloudTrail and the services that run, watch and deploy things. */
export const managementRules: RuleTable = {
  'cloudtrail.amazonaws.com': [
    {
      only: (eventName) => !isLakeCall(eventName),
      request: {
        name: 'AWS::CloudTrail::Trail',
        trailName: 'AWS::CloudTrail::Trail',
        trailNameList: 'AWS::CloudTrail::Trail',
        resourceId: 'AWS::CloudTrail::Trail',
        resourceIdList: 'AWS::CloudTrail::Trail',
        s3BucketName: 'AWS::S3::Bucket',
        snsTopicName: 'AWS::SNS::Topic',
        kmsKeyId: 'AWS::KMS::Key',
      },
      response: {
        name: 'AWS::CloudTrail::Trail',
        trailARN: 'AWS::CloudTrail::Trail',
        s3BucketName: 'AWS::S3::Bucket',
        snsTopicARN: 'AWS::SNS::Topic',
      },
    },
    {
      only: isLakeCall,
      request: { eventDataStore: 'AWS::CloudTrail::EventDataStore', channel: 'AWS::CloudTrail::Channel' },
      response: {
        eventDataStoreArn: 'AWS::CloudTrail::EventDataStore',
        channelArn: 'AWS::CloudTrail::Channel',
      },
    },
  ],
  'cloudformation.amazonaws.com': {
    request: { stackName: 'AWS::CloudFormation::Stack' },
    response: { stackId: 'AWS::CloudFormation::Stack' },
  },
  'autoscaling.amazonaws.com': {
    request: {
      autoScalingGroupName: 'AWS::AutoScaling::AutoScalingGroup',
      launchConfigurationName: 'AWS::AutoScaling::LaunchConfiguration',
      policyName: 'AWS::AutoScaling::ScalingPolicy',
      scheduledActionName: 'AWS::AutoScaling::ScheduledAction',
      lifecycleHookName: 'AWS::AutoScaling::LifecycleHook',
      instanceId: 'AWS::EC2::Instance',
    },
    response: { policyARN: 'AWS::AutoScaling::ScalingPolicy' },
    only: (eventName) => !eventName.startsWith('Describe'),
  },
  'monitoring.amazonaws.com': {
    request: { alarmName: 'AWS::CloudWatch::Alarm', alarmNames: 'AWS::CloudWatch::Alarm' },
  },
  'logs.amazonaws.com': {
    request: { logGroupName: 'AWS::Logs::LogGroup', logStreamName: 'AWS::Logs::LogStream' },
  },
  'events.amazonaws.com': {
    request: { name: 'AWS::Events::Rule', rule: 'AWS::Events::Rule' },
    response: { ruleArn: 'AWS::Events::Rule' },
  },
  'lambda.amazonaws.com': {
    request: { functionName: 'AWS::Lambda::Function', layerName: 'AWS::Lambda::LayerVersion' },
    response: { functionName: 'AWS::Lambda::Function', functionArn: 'AWS::Lambda::Function' },
  },
  'elasticbeanstalk.amazonaws.com': {
    request: {
      applicationName: 'AWS::ElasticBeanstalk::Application',
      environmentName: 'AWS::ElasticBeanstalk::Environment',
      environmentId: 'AWS::ElasticBeanstalk::Environment',
      versionLabel: 'AWS::ElasticBeanstalk::ApplicationVersion',
      templateName: 'AWS::ElasticBeanstalk::ConfigurationTemplate',
    },
  },
  'elasticloadbalancing.amazonaws.com': {
    // Recorded answers list nothing for target groups and for DescribeX calls.
    only: (eventName) => !eventName.startsWith('Describe'),
    request: {
      loadBalancerName: 'AWS::ElasticLoadBalancing::LoadBalancer',
      loadBalancerArn: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
      'instances[].instanceId': 'AWS::EC2::Instance',
    },
    response: { 'loadBalancers[].loadBalancerArn': 'AWS::ElasticLoadBalancingV2::LoadBalancer' },
  },
  'route53.amazonaws.com': {
    request: { hostedZoneId: 'AWS::Route53::HostedZone', name: 'AWS::Route53::HostedZone' },
    response: { 'hostedZone.id': 'AWS::Route53::HostedZone', 'hostedZone.name': 'AWS::Route53::HostedZone' },
  },
  'cloudfront.amazonaws.com': {
    request: { id: 'AWS::CloudFront::Distribution', distributionId: 'AWS::CloudFront::Distribution' },
    response: {
      'distribution.id': 'AWS::CloudFront::Distribution',
      'distribution.aRN': 'AWS::CloudFront::Distribution',
    },
  },
  'codebuild.amazonaws.com': { request: { projectName: 'AWS::CodeBuild::Project' } },
  'codepipeline.amazonaws.com': {
    request: { pipelineName: 'AWS::CodePipeline::Pipeline', 'pipeline.name': 'AWS::CodePipeline::Pipeline' },
  },
  'ecs.amazonaws.com': {
    request: {
      cluster: 'AWS::ECS::Cluster',
      clusterName: 'AWS::ECS::Cluster',
      service: 'AWS::ECS::Service',
      taskDefinition: 'AWS::ECS::TaskDefinition',
    },
  },
  'eks.amazonaws.com': { request: { name: 'AWS::EKS::Cluster', clusterName: 'AWS::EKS::Cluster' } },
  'ssm.amazonaws.com': {
    request: {
      instanceIds: 'AWS::EC2::Instance',
      instanceId: 'AWS::EC2::Instance',
      name: 'AWS::SSM::Parameter',
      documentName: 'AWS::SSM::Document',
    },
    // `target` holds an instance for StartSession, `name` a document for the document calls.
    only: (eventName) => !eventName.endsWith('Document') && !eventName.startsWith('Describe'),
  },
  'config.amazonaws.com': {
    request: {
      configRuleName: 'AWS::Config::ConfigRule',
      configurationRecorderName: 'AWS::Config::ConfigurationRecorder',
    },
  },
  'guardduty.amazonaws.com': { request: { detectorId: 'AWS::GuardDuty::Detector' } },
};
