// SPDX-License-Identifier: Apache-2.0
import type { SampleQuery } from './sample-query.js';

export const operationsQueries: readonly SampleQuery[] = [
  {
    name: 'Top callers',
    description: 'The 20 principals with most calls in the past day.',
    sql: `SELECT userIdentity.arn, count(*) AS calls
FROM $EDS_ID
WHERE eventTime > date_add('day', -1, now())
GROUP BY userIdentity.arn
ORDER BY calls DESC
LIMIT 20`,
  },
  {
    name: 'Top services',
    description: 'The services that were called most often in the past week.',
    sql: `SELECT eventSource, count(*) AS calls
FROM $EDS_ID
WHERE eventTime > date_add('day', -7, now())
GROUP BY eventSource
ORDER BY calls DESC
LIMIT 20`,
  },
  {
    name: 'Top API calls',
    description: 'The API actions that were called most often in the past week.',
    sql: `SELECT eventSource, eventName, count(*) AS calls
FROM $EDS_ID
WHERE eventTime > date_add('day', -7, now())
GROUP BY eventSource, eventName
ORDER BY calls DESC
LIMIT 20`,
  },
  {
    name: 'Top errors',
    description: 'The errors that callers met most often in the past week, by service and action.',
    sql: `SELECT eventSource, eventName, errorCode, count(*) AS errors
FROM $EDS_ID
WHERE errorCode IS NOT NULL
  AND eventTime > date_add('day', -7, now())
GROUP BY eventSource, eventName, errorCode
ORDER BY errors DESC
LIMIT 50`,
  },
  {
    name: 'Throttled calls',
    description:
      'Calls that were throttled in the past day: which principals and actions run into rate limits.',
    sql: `SELECT userIdentity.arn, eventSource, eventName, count(*) AS throttled
FROM $EDS_ID
WHERE errorCode IN ('ThrottlingException', 'Throttling', 'RequestLimitExceeded', 'TooManyRequestsException', 'SlowDown')
  AND eventTime > date_add('day', -1, now())
GROUP BY userIdentity.arn, eventSource, eventName
ORDER BY throttled DESC`,
  },
  {
    name: 'Calls by hour',
    description: 'How many calls there were in every hour of the past day.',
    sql: `SELECT date_trunc('hour', eventTime) AS hour_start, count(*) AS calls
FROM $EDS_ID
WHERE eventTime > date_add('day', -1, now())
GROUP BY date_trunc('hour', eventTime)
ORDER BY hour_start`,
  },
  {
    name: 'Changes by day',
    description: 'How many calls changed something on each day of the past 30 days.',
    sql: `SELECT date_trunc('day', eventTime) AS day_start, count(*) AS changes
FROM $EDS_ID
WHERE readOnly = false
  AND eventTime > date_add('day', -30, now())
GROUP BY date_trunc('day', eventTime)
ORDER BY day_start`,
  },
  {
    name: 'Activity by Region',
    description: 'Calls of the past week by AWS Region.',
    sql: `SELECT awsRegion, count(*) AS calls
FROM $EDS_ID
WHERE eventTime > date_add('day', -7, now())
GROUP BY awsRegion
ORDER BY calls DESC`,
  },
  {
    name: 'Activity by account',
    description: 'Calls of the past week by account: for event data stores of an organization.',
    sql: `SELECT recipientAccountId, count(*) AS calls, count(DISTINCT userIdentity.arn) AS principals
FROM $EDS_ID
WHERE eventTime > date_add('day', -7, now())
GROUP BY recipientAccountId
ORDER BY calls DESC`,
  },
  {
    name: 'What one user has done',
    description: 'All calls of one user, newest first; replace the name by the one you look for.',
    sql: `SELECT eventTime, eventSource, eventName, sourceIPAddress, errorCode
FROM $EDS_ID
WHERE userIdentity.userName = 'Alice'
ORDER BY eventTime DESC
LIMIT 500`,
  },
  {
    name: 'What happened to one resource',
    description: 'All calls that name one resource; replace the ARN by the one you look for.',
    sql: `SELECT eventTime, eventName, userIdentity.arn, errorCode
FROM $EDS_ID
WHERE any_match(resources, r -> r.arn = 'arn:aws:s3:::amzn-s3-demo-bucket')
ORDER BY eventTime DESC`,
  },
  {
    name: 'One event by its id',
    description: 'The event with a given event ID, whole.',
    sql: `SELECT *
FROM $EDS_ID
WHERE eventID = '11111111-2222-3333-4444-555555555555'`,
  },
  {
    name: 'User agents',
    description: 'With which tools and SDKs your accounts are used: calls of the past week by user agent.',
    sql: `SELECT userAgent, count(*) AS calls
FROM $EDS_ID
WHERE eventTime > date_add('day', -7, now())
GROUP BY userAgent
ORDER BY calls DESC
LIMIT 50`,
  },
  {
    name: 'CloudFormation stacks changed',
    description: 'Stacks that were created, updated or deleted in the past 30 days.',
    sql: `SELECT eventTime, eventName, userIdentity.arn, element_at(requestParameters, 'stackName') AS stack
FROM $EDS_ID
WHERE eventSource = 'cloudformation.amazonaws.com'
  AND eventName IN ('CreateStack', 'UpdateStack', 'DeleteStack', 'ExecuteChangeSet')
  AND eventTime > date_add('day', -30, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'Changes to tags',
    description: 'Who added or removed tags in the past week.',
    sql: `SELECT eventTime, eventSource, eventName, userIdentity.arn
FROM $EDS_ID
WHERE regexp_like(eventName, '(Tag|Untag)')
  AND readOnly = false
  AND eventTime > date_add('day', -7, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'Alarms and log groups deleted',
    description: 'CloudWatch alarms and log groups that were deleted in the past 90 days.',
    sql: `SELECT eventTime, eventName, userIdentity.arn
FROM $EDS_ID
WHERE eventName IN ('DeleteAlarms', 'DisableAlarmActions', 'DeleteLogGroup', 'DeleteLogStream')
  AND eventTime > date_add('day', -90, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'Accounts of the organization changed',
    description: 'Accounts that were created, closed, invited or removed in AWS Organizations.',
    sql: `SELECT eventTime, eventName, userIdentity.arn
FROM $EDS_ID
WHERE eventSource = 'organizations.amazonaws.com'
  AND eventName IN ('CreateAccount', 'CloseAccount', 'InviteAccountToOrganization', 'RemoveAccountFromOrganization', 'LeaveOrganization')
  AND eventTime > date_add('day', -365, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'Service control policies changed',
    description: 'Service control policies that were created, updated, attached or detached.',
    sql: `SELECT eventTime, eventName, userIdentity.arn
FROM $EDS_ID
WHERE eventSource = 'organizations.amazonaws.com'
  AND eventName IN ('CreatePolicy', 'UpdatePolicy', 'DeletePolicy', 'AttachPolicy', 'DetachPolicy')
  AND eventTime > date_add('day', -365, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'Queries on event data stores',
    description: 'Who has run which queries on CloudTrail Lake in the past week.',
    sql: `SELECT eventTime, userIdentity.arn, element_at(requestParameters, 'queryStatement') AS query
FROM $EDS_ID
WHERE eventSource = 'cloudtrail.amazonaws.com'
  AND eventName = 'StartQuery'
  AND eventTime > date_add('day', -7, now())
ORDER BY eventTime DESC`,
  },
];
