// SPDX-License-Identifier: Apache-2.0
import type { SampleQuery } from './sample-query.js';

export const securityQueries: readonly SampleQuery[] = [
  {
    name: 'Access denied errors',
    description:
      'Calls of the past week that were refused for want of permission, counted by principal and action.',
    sql: `SELECT userIdentity.arn, eventSource, eventName, count(*) AS refused
FROM $EDS_ID
WHERE errorCode IN ('AccessDenied', 'AccessDeniedException', 'Client.UnauthorizedOperation', 'UnauthorizedOperation')
  AND eventTime > date_add('day', -7, now())
GROUP BY userIdentity.arn, eventSource, eventName
ORDER BY refused DESC
LIMIT 50`,
  },
  {
    name: 'Trails stopped, changed or deleted',
    description:
      'Attempts to turn off or alter the audit log itself: CloudTrail trails that were stopped, updated or deleted.',
    sql: `SELECT eventTime, eventName, userIdentity.arn, sourceIPAddress, element_at(requestParameters, 'name') AS trail
FROM $EDS_ID
WHERE eventSource = 'cloudtrail.amazonaws.com'
  AND eventName IN ('StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors')
  AND eventTime > date_add('day', -90, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'Event data stores changed',
    description:
      'Changes to event data stores: ingestion stopped, retention or selectors updated, deletion asked for.',
    sql: `SELECT eventTime, eventName, userIdentity.arn, errorCode
FROM $EDS_ID
WHERE eventName IN ('UpdateEventDataStore', 'DeleteEventDataStore', 'StopEventDataStoreIngestion')
  AND eventTime > date_add('day', -90, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'KMS keys disabled or scheduled for deletion',
    description: 'Encryption keys that somebody disabled or is about to delete.',
    sql: `SELECT eventTime, eventName, userIdentity.arn, element_at(requestParameters, 'keyId') AS key_id
FROM $EDS_ID
WHERE eventSource = 'kms.amazonaws.com'
  AND eventName IN ('DisableKey', 'ScheduleKeyDeletion')
  AND eventTime > date_add('day', -90, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'Changes to KMS key policies',
    description: 'Who changed the policy of which encryption key in the past 90 days.',
    sql: `SELECT eventTime, userIdentity.arn, element_at(requestParameters, 'keyId') AS key_id
FROM $EDS_ID
WHERE eventName = 'PutKeyPolicy'
  AND eventTime > date_add('day', -90, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'Decryption by key and principal',
    description: 'Which principals have used which KMS keys to decrypt in the past week, and how often.',
    sql: `SELECT userIdentity.arn, element_at(requestParameters, 'keyId') AS key_id, count(*) AS times
FROM $EDS_ID
WHERE eventSource = 'kms.amazonaws.com'
  AND eventName = 'Decrypt'
  AND eventTime > date_add('day', -7, now())
GROUP BY userIdentity.arn, element_at(requestParameters, 'keyId')
ORDER BY times DESC`,
  },
  {
    name: 'Secrets read',
    description: 'Reads of secret values from Secrets Manager in the past week, by principal.',
    sql: `SELECT userIdentity.arn, element_at(requestParameters, 'secretId') AS secret, count(*) AS times
FROM $EDS_ID
WHERE eventSource = 'secretsmanager.amazonaws.com'
  AND eventName = 'GetSecretValue'
  AND eventTime > date_add('day', -7, now())
GROUP BY userIdentity.arn, element_at(requestParameters, 'secretId')
ORDER BY times DESC`,
  },
  {
    name: 'Calls from one IP address',
    description: 'Everything that came from one source address; replace it by the one you investigate.',
    sql: `SELECT eventTime, eventSource, eventName, userIdentity.arn, errorCode
FROM $EDS_ID
WHERE sourceIPAddress = '192.0.2.1'
ORDER BY eventTime DESC`,
  },
  {
    name: 'Source addresses by principal',
    description: 'From how many different IP addresses each principal has called in the past week.',
    sql: `SELECT userIdentity.arn, count(DISTINCT sourceIPAddress) AS addresses, count(*) AS calls
FROM $EDS_ID
WHERE eventTime > date_add('day', -7, now())
GROUP BY userIdentity.arn
ORDER BY addresses DESC
LIMIT 50`,
  },
  {
    name: 'Activity in unusual Regions',
    description:
      'Calls that changed something outside of the Regions that you use; put your own Regions into the list.',
    sql: `SELECT awsRegion, eventSource, count(*) AS calls
FROM $EDS_ID
WHERE awsRegion NOT IN ('us-east-1', 'us-west-2', 'eu-west-1')
  AND readOnly = false
  AND eventTime > date_add('day', -7, now())
GROUP BY awsRegion, eventSource
ORDER BY calls DESC`,
  },
  {
    name: 'Changes outside of working hours',
    description: 'Calls that changed something at night or on a weekend (UTC) in the past 30 days.',
    sql: `SELECT eventTime, eventName, userIdentity.arn
FROM $EDS_ID
WHERE readOnly = false
  AND (day_of_week(eventTime) IN (6, 7) OR hour(eventTime) NOT BETWEEN 7 AND 19)
  AND eventTime > date_add('day', -30, now())
ORDER BY eventTime DESC
LIMIT 200`,
  },
  {
    name: 'GuardDuty detectors changed',
    description: 'Threat detection that was deleted, or whose settings were updated, in the past 90 days.',
    sql: `SELECT eventTime, eventName, userIdentity.arn
FROM $EDS_ID
WHERE eventSource = 'guardduty.amazonaws.com'
  AND eventName IN ('DeleteDetector', 'UpdateDetector', 'StopMonitoringMembers', 'DisassociateMembers')
  AND eventTime > date_add('day', -90, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'AWS Config recorders stopped',
    description:
      'Configuration recorders and delivery channels that were stopped or deleted in the past 90 days.',
    sql: `SELECT eventTime, eventName, userIdentity.arn
FROM $EDS_ID
WHERE eventSource = 'config.amazonaws.com'
  AND eventName IN ('StopConfigurationRecorder', 'DeleteConfigurationRecorder', 'DeleteDeliveryChannel')
  AND eventTime > date_add('day', -90, now())
ORDER BY eventTime DESC`,
  },
  {
    name: 'Calls over old TLS',
    description: 'Clients that still connect with a TLS version before 1.2, by principal and user agent.',
    sql: `SELECT tlsDetails.tlsVersion, userIdentity.arn, userAgent, count(*) AS calls
FROM $EDS_ID
WHERE tlsDetails.tlsVersion IN ('TLSv1', 'TLSv1.1')
GROUP BY tlsDetails.tlsVersion, userIdentity.arn, userAgent
ORDER BY calls DESC`,
  },
  {
    name: 'Enumeration of resources',
    description:
      'Principals that called many different List, Describe and Get actions within the past day: what reconnaissance looks like.',
    sql: `SELECT userIdentity.arn, count(DISTINCT eventName) AS actions, count(*) AS calls
FROM $EDS_ID
WHERE regexp_like(eventName, '^(List|Describe|Get)')
  AND eventTime > date_add('day', -1, now())
GROUP BY userIdentity.arn
HAVING count(DISTINCT eventName) > 20
ORDER BY actions DESC`,
  },
];
