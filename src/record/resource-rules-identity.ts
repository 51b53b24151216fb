// SPDX-License-Identifier: Apache-2.0
import type { RuleTable } from './resource-rules.js';

/** IAM, STS, KMS, Secrets Manager, Organizations. */
export const identityRules: RuleTable = {
  'iam.amazonaws.com': {
    request: {
      userName: 'AWS::IAM::User',
      groupName: 'AWS::IAM::Group',
      roleName: 'AWS::IAM::Role',
      policyName: 'AWS::IAM::Policy',
      policyArn: 'AWS::IAM::Policy',
      accessKeyId: 'AWS::IAM::AccessKey',
      instanceProfileName: 'AWS::IAM::InstanceProfile',
      serialNumber: 'AWS::IAM::MfaDevice',
      virtualMFADeviceName: 'AWS::IAM::VirtualMFADevice',
      accountAlias: 'AWS::IAM::AccountAlias',
      sAMLProviderArn: 'AWS::IAM::SamlProvider',
      openIDConnectProviderArn: 'AWS::IAM::OpenIDConnectProvider',
      serverCertificateName: 'AWS::IAM::ServerCertificate',
      certificateId: 'AWS::IAM::SigningCertificate',
      sSHPublicKeyId: 'AWS::IAM::SshPublicKey',
    },
    response: {
      'user.userName': 'AWS::IAM::User',
      'user.userId': 'AWS::IAM::User',
      'user.arn': 'AWS::IAM::User',
      'group.groupName': 'AWS::IAM::Group',
      'group.groupId': 'AWS::IAM::Group',
      'group.arn': 'AWS::IAM::Group',
      'role.roleName': 'AWS::IAM::Role',
      'role.roleId': 'AWS::IAM::Role',
      'role.arn': 'AWS::IAM::Role',
      'policy.policyName': 'AWS::IAM::Policy',
      'policy.policyId': 'AWS::IAM::Policy',
      'policy.arn': 'AWS::IAM::Policy',
      'accessKey.accessKeyId': 'AWS::IAM::AccessKey',
      'accessKey.userName': 'AWS::IAM::User',
      'instanceProfile.instanceProfileName': 'AWS::IAM::InstanceProfile',
      'instanceProfile.arn': 'AWS::IAM::InstanceProfile',
      'virtualMFADevice.serialNumber': 'AWS::IAM::VirtualMFADevice',
      'sSHPublicKey.sSHPublicKeyId': 'AWS::IAM::SshPublicKey',
      sAMLProviderArn: 'AWS::IAM::SamlProvider',
      openIDConnectProviderArn: 'AWS::IAM::OpenIDConnectProvider',
    },
  },
  // Recorded answers for AssumeRole list the new key, the session by id, name and ARN, and the role by ARN.
  'sts.amazonaws.com': {
    request: {
      roleArn: 'AWS::IAM::Role',
      roleSessionName: 'AWS::STS::AssumedRole',
      name: 'AWS::STS::FederatedUser',
      principalArn: 'AWS::IAM::SamlProvider',
      accessKeyId: 'AWS::IAM::AccessKey',
    },
    response: {
      'credentials.accessKeyId': 'AWS::IAM::AccessKey',
      'assumedRoleUser.assumedRoleId': 'AWS::STS::AssumedRole',
      'assumedRoleUser.arn': 'AWS::STS::AssumedRole',
      'federatedUser.federatedUserId': 'AWS::STS::FederatedUser',
      'federatedUser.arn': 'AWS::STS::FederatedUser',
    },
  },
  'kms.amazonaws.com': {
    request: { keyId: 'AWS::KMS::Key', targetKeyId: 'AWS::KMS::Key', aliasName: 'AWS::KMS::Alias' },
    response: {
      keyId: 'AWS::KMS::Key',
      'keyMetadata.keyId': 'AWS::KMS::Key',
      'keyMetadata.arn': 'AWS::KMS::Key',
    },
  },
  'secretsmanager.amazonaws.com': {
    request: { secretId: 'AWS::SecretsManager::Secret', name: 'AWS::SecretsManager::Secret' },
    response: { arn: 'AWS::SecretsManager::Secret', name: 'AWS::SecretsManager::Secret' },
  },
  'acm.amazonaws.com': {
    request: { certificateArn: 'AWS::ACM::Certificate' },
    response: { certificateArn: 'AWS::ACM::Certificate' },
  },
  'organizations.amazonaws.com': {
    request: {
      accountId: 'AWS::Organizations::Account',
      policyId: 'AWS::Organizations::Policy',
      organizationalUnitId: 'AWS::Organizations::OrganizationalUnit',
    },
  },
};
