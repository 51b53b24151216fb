// SPDX-License-Identifier: Apache-2.0
import type { CreateTrailRequest, UpdateTrailRequest } from '@aws-sdk/client-cloudtrail';
import { WireError } from '../../wire/wire-error.js';

/**
 * Refuses what a trail would need of services that hold nothing yet: no topic, key, log group or organization exists,
 * so AWS's answer for one that does not exist is the true one. An empty text takes a setting away and passes.
 */
export function refuseAbsentServices(input: CreateTrailRequest | UpdateTrailRequest): void {
  refuseTopic(input.SnsTopicName);
  refuseKey(input.KmsKeyId);
  refuseLogGroup(input.CloudWatchLogsLogGroupArn, input.CloudWatchLogsRoleArn);
  if (input.IsOrganizationTrail === true) {
    throw new WireError('OrganizationsNotInUseException', 'Your account is not a member of an organization.');
  }
}

const topicNameForm = /^(arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:)?[A-Za-z0-9_-]{1,256}$/;

function refuseTopic(topic = ''): void {
  if (topic === '') return;
  if (!topicNameForm.test(topic))
    throw new WireError('InvalidSnsTopicNameException', `SNS topic name ${topic} is not valid.`);
  throw new WireError(
    'InsufficientSnsTopicPolicyException',
    'SNS Topic does not exist or the topic policy is incorrect!',
  );
}

/** A key ID, its ARN, an alias (`alias/…`) or its ARN. */
const keyForm =
  /^(arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(key|alias)\/.+|alias\/.+|(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}))$/;

function refuseKey(key = ''): void {
  if (key === '') return;
  if (!keyForm.test(key)) throw new WireError('InvalidKmsKeyIdException', `KMS key ID ${key} is not valid.`);
  throw new WireError('KmsKeyNotFoundException', `KMS key ${key} does not exist.`);
}

function refuseLogGroup(group = '', role = ''): void {
  if (group === '' && role === '') return;
  if (role === '') {
    throw new WireError(
      'InvalidCloudWatchLogsRoleArnException',
      'You must specify a role ARN as well as a log group.',
    );
  }
  if (group === '') {
    throw new WireError(
      'InvalidCloudWatchLogsLogGroupArnException',
      'You must specify a log group as well as a role ARN.',
    );
  }
  throw new WireError(
    'InvalidCloudWatchLogsLogGroupArnException',
    'CloudTrail cannot validate the specified log group ARN.',
  );
}
