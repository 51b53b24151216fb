// SPDX-License-Identifier: Apache-2.0
import type { SampleQuery } from './sample-query.js';

export const identityQueries: readonly SampleQuery[] = [
  {
    name: 'Root user activity',
    description:
      'Everything that the root user of an account has done in the past 30 days, newest first, with the address it came from.',
    sql: `SELECT eventTime, eventName, eventSource, sourceIPAddress, userAgent
FROM $EDS_ID
WHERE userIdentity.type = 'Root'
  AND eventTime > date_add('day', -30, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'Console sign-ins without MFA',
    description: 'Successful console logins of the past week where no multi-factor authentication was used.',
    sql: `SELECT eventTime, userIdentity.arn, sourceIPAddress, awsRegion
FROM $EDS_ID
WHERE eventName = 'ConsoleLogin'
  AND element_at(additionalEventData, 'MFAUsed') = 'No'
  AND element_at(responseElements, 'ConsoleLogin') = 'Success'
  AND eventTime > date_add('day', -7, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'Failed console sign-ins',
    description:
      'Failed attempts to sign in to the console in the past week, counted by user and source IP address.',
    sql: `SELECT userIdentity.userName, sourceIPAddress, count(*) AS attempts, max(eventTime) AS latest
FROM $EDS_ID
WHERE eventName = 'ConsoleLogin'
  AND errorMessage = 'Failed authentication'
  AND eventTime > date_add('day', -7, now())
GROUP BY userIdentity.userName, sourceIPAddress
ORDER BY attempts DESC`,
  },
  {
    name: 'Console sign-ins by user',
    description: 'How often each principal has signed in to the console in the past 30 days, and when last.',
    sql: `SELECT userIdentity.arn, count(*) AS logins, max(eventTime) AS latest
FROM $EDS_ID
WHERE eventName = 'ConsoleLogin'
  AND eventTime > date_add('day', -30, now())
GROUP BY userIdentity.arn
ORDER BY logins DESC`,
  },
  {
    name: 'IAM users created',
    description: 'Who created which IAM users in the past 90 days.',
    sql: `SELECT eventTime, userIdentity.arn AS creator, element_at(requestParameters, 'userName') AS new_user
FROM $EDS_ID
WHERE eventSource = 'iam.amazonaws.com'
  AND eventName = 'CreateUser'
  AND errorCode IS NULL
  AND eventTime > date_add('day', -90, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'IAM users deleted',
    description: 'Who deleted which IAM users in the past 90 days.',
    sql: `SELECT eventTime, userIdentity.arn, element_at(requestParameters, 'userName') AS deleted_user
FROM $EDS_ID
WHERE eventName = 'DeleteUser'
  AND eventSource = 'iam.amazonaws.com'
  AND eventTime > date_add('day', -90, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'Access keys created',
    description: 'Long-term access keys that were made in the past 30 days, for whom and by whom.',
    sql: `SELECT eventTime, userIdentity.arn AS creator, element_at(requestParameters, 'userName') AS for_user
FROM $EDS_ID
WHERE eventName = 'CreateAccessKey'
  AND errorCode IS NULL
  AND eventTime > date_add('day', -30, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'Use of an access key',
    description:
      'All calls that were signed with one access key; replace the key id by the one you investigate.',
    sql: `SELECT eventTime, eventSource, eventName, sourceIPAddress, userAgent, errorCode
FROM $EDS_ID
WHERE userIdentity.accessKeyId = 'AKIAIOSFODNN7EXAMPLE'
ORDER BY eventTime DESC`,
  },
  {
    name: 'Administrator policies attached',
    description:
      'Calls of the past 30 days that attached the AdministratorAccess managed policy to a user, group or role.',
    sql: `SELECT eventTime, eventName, userIdentity.arn, element_at(requestParameters, 'policyArn') AS policy
FROM $EDS_ID
WHERE eventName IN ('AttachUserPolicy', 'AttachGroupPolicy', 'AttachRolePolicy')
  AND element_at(requestParameters, 'policyArn') LIKE '%:policy/AdministratorAccess'
  AND eventTime > date_add('day', -30, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'Changes to IAM policies',
    description: 'Every call of the past week that created, changed, attached or deleted an IAM policy.',
    sql: `SELECT eventTime, eventName, userIdentity.arn, errorCode
FROM $EDS_ID
WHERE eventSource = 'iam.amazonaws.com'
  AND eventName LIKE '%Policy%'
  AND readOnly = false
  AND eventTime > date_add('day', -7, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'Roles assumed most often',
    description: 'The ten IAM roles that were assumed most often in the past week.',
    sql: `SELECT element_at(requestParameters, 'roleArn') AS role, count(*) AS times
FROM $EDS_ID
WHERE eventSource = 'sts.amazonaws.com'
  AND eventName = 'AssumeRole'
  AND eventTime > date_add('day', -7, now())
GROUP BY element_at(requestParameters, 'roleArn')
ORDER BY times DESC
LIMIT 10`,
  },
  {
    name: 'Roles assumed from other accounts',
    description:
      'AssumeRole calls of the past week whose caller belongs to another account than the one that recorded them.',
    sql: `SELECT eventTime, userIdentity.accountId AS caller_account, recipientAccountId, element_at(requestParameters, 'roleArn') AS role
FROM $EDS_ID
WHERE eventName = 'AssumeRole'
  AND userIdentity.type = 'AWSAccount'
  AND userIdentity.accountId <> recipientAccountId
  AND eventTime > date_add('day', -7, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'Changes to trust policies of roles',
    description: 'Who changed which principals may assume a role in the past 30 days.',
    sql: `SELECT eventTime, userIdentity.arn, element_at(requestParameters, 'roleName') AS role, element_at(requestParameters, 'policyDocument') AS trust_policy
FROM $EDS_ID
WHERE eventName = 'UpdateAssumeRolePolicy'
  AND eventTime > date_add('day', -30, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'MFA devices removed',
    description: 'Multi-factor authentication devices that were deactivated or deleted in the past 90 days.',
    sql: `SELECT eventTime, eventName, userIdentity.arn, element_at(requestParameters, 'userName') AS of_user
FROM $EDS_ID
WHERE eventName IN ('DeactivateMFADevice', 'DeleteVirtualMFADevice')
  AND eventTime > date_add('day', -90, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'Changes to the password policy',
    description: 'Updates and deletions of the account password policy in the past year.',
    sql: `SELECT eventTime, eventName, userIdentity.arn, sourceIPAddress
FROM $EDS_ID
WHERE eventName IN ('UpdateAccountPasswordPolicy', 'DeleteAccountPasswordPolicy')
  AND eventTime > date_add('day', -365, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'Federated sign-ins',
    description: 'Who has signed in through SAML or a web identity provider in the past week.',
    sql: `SELECT eventTime, eventName, userIdentity.userName, userIdentity.identityProvider, sourceIPAddress
FROM $EDS_ID
WHERE eventName IN ('AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity')
  AND eventTime > date_add('day', -7, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'Principals without recent activity',
    description:
      'For each IAM user, when it last called anything; those at the top have been quiet for longest.',
    sql: `SELECT userIdentity.userName, max(eventTime) AS last_seen
FROM $EDS_ID
WHERE userIdentity.type = 'IAMUser'
GROUP BY userIdentity.userName
ORDER BY last_seen`,
  },
];
