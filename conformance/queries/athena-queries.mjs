// SPDX-License-Identifier: Apache-2.0
// What the guides ask of CloudTrail's table, in Athena's SQL, each beside the same question to the raw JSON in DuckDB's
// own words. T stands for the table; raw has one column, r: a record.
// Sources: Amazon Athena User Guide, "Query AWS CloudTrail logs" (example queries, "Tips for querying CloudTrail logs",
// "Query nested fields"); CloudTrail User Guide, "Viewing CloudTrail events with Athena"; re:Post Knowledge Center,
// "automatically create tables in Athena to search through CloudTrail logs".

const recent = (days) => `(r->>'eventTime')::TIMESTAMPTZ > now() - INTERVAL ${days} DAY`;
const all = "(r->>'eventID')";

export const athenaQueries = [
  {
    name: 'who did what from where',
    sql: 'SELECT useridentity.arn, eventname, sourceipaddress, eventtime FROM T',
    raw: "SELECT (r->>'$.userIdentity.arn'), (r->>'eventName'), (r->>'sourceIPAddress'), (r->>'eventTime') FROM raw",
  },
  {
    name: 'a user',
    sql: "SELECT eventid FROM T WHERE useridentity.username = 'alice'",
    raw: `SELECT ${all} FROM raw WHERE (r->>'$.userIdentity.userName') = 'alice'`,
  },
  {
    name: 'either of two users',
    sql: "SELECT eventid FROM T WHERE useridentity.username = 'alice' OR useridentity.username = 'bob'",
    raw: `SELECT ${all} FROM raw WHERE (r->>'$.userIdentity.userName') IN ('alice', 'bob')`,
  },
  {
    name: 'users of the last seven days',
    sql: "SELECT DISTINCT useridentity.username FROM T WHERE from_iso8601_timestamp(eventtime) > date_add('day', -7, now())",
    raw: `SELECT DISTINCT (r->>'$.userIdentity.userName') FROM raw WHERE ${recent(7)}`,
  },
  {
    name: 'what the root did',
    sql: "SELECT eventid, eventname FROM T WHERE useridentity.type = 'Root'",
    raw: `SELECT ${all}, (r->>'eventName') FROM raw WHERE (r->>'$.userIdentity.type') = 'Root'`,
  },
  {
    name: 'sign-ins with their result',
    sql: "SELECT eventtime, useridentity.username, json_extract_scalar(responseelements, '$.ConsoleLogin') AS result, json_extract_scalar(additionaleventdata, '$.MFAUsed') FROM T WHERE eventname = 'ConsoleLogin'",
    raw: "SELECT (r->>'eventTime'), (r->>'$.userIdentity.userName'), (r->>'$.responseElements.ConsoleLogin'), (r->>'$.additionalEventData.MFAUsed') FROM raw WHERE (r->>'eventName') = 'ConsoleLogin'",
  },
  {
    name: 'sign-ins without MFA that succeeded',
    sql: "SELECT useridentity.arn FROM T WHERE eventname = 'ConsoleLogin' AND json_extract_scalar(additionaleventdata, '$.MFAUsed') = 'No' AND json_extract_scalar(responseelements, '$.ConsoleLogin') = 'Success'",
    raw: "SELECT (r->>'$.userIdentity.arn') FROM raw WHERE (r->>'eventName') = 'ConsoleLogin' AND (r->>'$.additionalEventData.MFAUsed') = 'No' AND (r->>'$.responseElements.ConsoleLogin') = 'Success'",
  },
  {
    name: 'how often each API was called',
    ordered: true,
    sql: 'SELECT eventsource, eventname, count(*) AS calls FROM T GROUP BY eventsource, eventname ORDER BY calls DESC, eventsource, eventname',
    raw: "SELECT (r->>'eventSource') AS s, (r->>'eventName') AS n, count(*)::VARCHAR FROM raw GROUP BY 1, 2 ORDER BY count(*) DESC, s, n",
  },
  {
    name: 'the ten busiest addresses',
    ordered: true,
    sql: 'SELECT sourceipaddress, COUNT(*) AS total FROM T GROUP BY sourceipaddress ORDER BY total DESC, sourceipaddress LIMIT 10',
    raw: "SELECT (r->>'sourceIPAddress') AS a, count(*)::VARCHAR FROM raw GROUP BY 1 ORDER BY count(*) DESC, a LIMIT 10",
  },
  {
    name: 'errors by code',
    ordered: true,
    sql: 'SELECT errorcode, count(errorcode) AS n FROM T WHERE errorcode IS NOT NULL GROUP BY errorcode ORDER BY n DESC, 1',
    raw: "SELECT (r->>'errorCode') AS e, count(*)::VARCHAR FROM raw WHERE (r->>'errorCode') IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, e",
  },
  {
    name: 'denied calls by principal',
    sql: "SELECT useridentity.arn, eventsource, eventname, count(*) FROM T WHERE errorcode IN ('AccessDenied', 'Client.UnauthorizedOperation') GROUP BY useridentity.arn, eventsource, eventname",
    raw: "SELECT (r->>'$.userIdentity.arn'), (r->>'eventSource'), (r->>'eventName'), count(*)::VARCHAR FROM raw WHERE (r->>'errorCode') IN ('AccessDenied', 'Client.UnauthorizedOperation') GROUP BY ALL",
  },
  {
    name: 'errors by pattern',
    sql: "SELECT eventid FROM T WHERE regexp_like(errorcode, '(?i)unauthorized|denied')",
    raw: `SELECT ${all} FROM raw WHERE regexp_matches(r->>'errorCode', '(?i)unauthorized|denied')`,
  },
  {
    name: 'buckets that were made',
    sql: "SELECT json_extract_scalar(requestparameters, '$.bucketName') FROM T WHERE eventsource = 's3.amazonaws.com' AND eventname = 'CreateBucket'",
    raw: "SELECT (r->>'$.requestParameters.bucketName') FROM raw WHERE (r->>'eventSource') = 's3.amazonaws.com' AND (r->>'eventName') = 'CreateBucket'",
  },
  {
    name: 'everything about one bucket',
    sql: "SELECT eventname, useridentity.arn FROM T WHERE json_extract_scalar(requestparameters, '$.bucketName') = 'audit-logs'",
    raw: "SELECT (r->>'eventName'), (r->>'$.userIdentity.arn') FROM raw WHERE (r->>'$.requestParameters.bucketName') = 'audit-logs'",
  },
  {
    name: 'Regions and how many events',
    sql: 'SELECT awsregion, count(*) FROM T GROUP BY awsregion',
    raw: "SELECT (r->>'awsRegion'), count(*)::VARCHAR FROM raw GROUP BY 1",
  },
  {
    name: 'writes only',
    sql: "SELECT eventid FROM T WHERE readonly = 'false'",
    raw: `SELECT ${all} FROM raw WHERE (r->>'readOnly') = 'false'`,
  },
  {
    name: 'a half-open range of time, as text',
    sql: "SELECT eventid FROM T WHERE eventtime >= '2023-07-10T00:00:00Z' AND eventtime < '2023-07-11T00:00:00Z'",
    raw: `SELECT ${all} FROM raw WHERE (r->>'eventTime') >= '2023-07-10T00:00:00Z' AND (r->>'eventTime') < '2023-07-11T00:00:00Z'`,
  },
  {
    name: 'a range of time by BETWEEN',
    sql: "SELECT count(*) FROM T WHERE eventtime BETWEEN '2023-07-10' AND '2023-07-11'",
    raw: "SELECT count(*)::VARCHAR FROM raw WHERE (r->>'eventTime') BETWEEN '2023-07-10' AND '2023-07-11'",
  },
  {
    name: 'events a day',
    ordered: true,
    sql: 'SELECT date(from_iso8601_timestamp(eventtime)) AS day, count(*) FROM T GROUP BY 1 ORDER BY 1',
    raw: "SELECT (r->>'eventTime')[:10] AS d, count(*)::VARCHAR FROM raw GROUP BY 1 ORDER BY 1",
  },
  {
    name: 'events an hour',
    ordered: true,
    sql: "SELECT date_trunc('hour', from_iso8601_timestamp(eventtime)) AS hour, count(*) FROM T GROUP BY 1 ORDER BY 1",
    raw: "SELECT strftime(date_trunc('hour', (r->>'eventTime')::TIMESTAMP), '%Y-%m-%d %H:%M:%S.000 UTC') AS h, count(*)::VARCHAR FROM raw GROUP BY 1 ORDER BY 1",
  },
  {
    name: 'events by day of the week',
    sql: 'SELECT day_of_week(from_iso8601_timestamp(eventtime)), count(*) FROM T GROUP BY 1',
    raw: "SELECT isodow((r->>'eventTime')::TIMESTAMP)::VARCHAR, count(*)::VARCHAR FROM raw GROUP BY 1",
  },
  {
    name: 'calls by temporary credentials with the role behind them',
    sql: "SELECT useridentity.sessioncontext.sessionissuer.arn, count(*) FROM T WHERE useridentity.type = 'AssumedRole' GROUP BY 1",
    raw: "SELECT (r->>'$.userIdentity.sessionContext.sessionIssuer.arn'), count(*)::VARCHAR FROM raw WHERE (r->>'$.userIdentity.type') = 'AssumedRole' GROUP BY 1",
  },
  {
    name: 'calls with MFA',
    sql: "SELECT eventid FROM T WHERE useridentity.sessioncontext.attributes.mfaauthenticated = 'true'",
    raw: `SELECT ${all} FROM raw WHERE (r->>'$.userIdentity.sessionContext.attributes.mfaAuthenticated') = 'true'`,
  },
  {
    name: 'resources, one a row',
    sql: 'SELECT eventid, resource.arn, resource.type FROM T CROSS JOIN UNNEST(resources) AS resource(arn, accountid, type)',
    raw: "SELECT (r->>'eventID'), (x->>'ARN'), (x->>'type') FROM (SELECT r, unnest((r->'resources')::JSON[]) AS x FROM raw WHERE json_type(r->'resources') = 'ARRAY')",
  },
  {
    name: 'calls of services on behalf of somebody',
    sql: 'SELECT useridentity.invokedby, count(*) FROM T WHERE useridentity.invokedby IS NOT NULL GROUP BY useridentity.invokedby',
    raw: "SELECT (r->>'$.userIdentity.invokedBy'), count(*)::VARCHAR FROM raw WHERE (r->>'$.userIdentity.invokedBy') IS NOT NULL GROUP BY 1",
  },
  {
    name: 'callers of other accounts',
    sql: 'SELECT eventid FROM T WHERE useridentity.accountid <> recipientaccountid',
    raw: `SELECT ${all} FROM raw WHERE (r->>'$.userIdentity.accountId') <> (r->>'recipientAccountId')`,
  },
  {
    name: 'who tampered with trails',
    sql: "SELECT eventtime, eventname, useridentity.arn FROM T WHERE eventsource = 'cloudtrail.amazonaws.com' AND eventname IN ('StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors')",
    raw: "SELECT (r->>'eventTime'), (r->>'eventName'), (r->>'$.userIdentity.arn') FROM raw WHERE (r->>'eventSource') = 'cloudtrail.amazonaws.com' AND (r->>'eventName') IN ('StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors')",
  },
  {
    name: 'security groups opened to everybody',
    sql: "SELECT useridentity.arn, json_extract_scalar(requestparameters, '$.groupId') FROM T WHERE eventname = 'AuthorizeSecurityGroupIngress' AND requestparameters LIKE '%0.0.0.0/0%'",
    raw: "SELECT (r->>'$.userIdentity.arn'), (r->>'$.requestParameters.groupId') FROM raw WHERE (r->>'eventName') = 'AuthorizeSecurityGroupIngress' AND CAST(r->'requestParameters' AS VARCHAR) LIKE '%0.0.0.0/0%'",
  },
  {
    name: 'instances that were started, by the first of them',
    sql: "SELECT json_extract_scalar(responseelements, '$.instancesSet.items[0].instanceId') FROM T WHERE eventname = 'RunInstances' AND errorcode IS NULL",
    raw: "SELECT (r->>'$.responseElements.instancesSet.items[0].instanceId') FROM raw WHERE (r->>'eventName') = 'RunInstances' AND (r->>'errorCode') IS NULL",
  },
  {
    name: 'the role that was assumed',
    sql: "SELECT json_extract_scalar(requestparameters, '$.roleArn') AS role, count(*) FROM T WHERE eventname = 'AssumeRole' GROUP BY 1",
    raw: "SELECT (r->>'$.requestParameters.roleArn'), count(*)::VARCHAR FROM raw WHERE (r->>'eventName') = 'AssumeRole' GROUP BY 1",
  },
  {
    name: 'old TLS',
    sql: "SELECT eventid FROM T WHERE tlsdetails.tlsversion IN ('TLSv1', 'TLSv1.1')",
    raw: `SELECT ${all} FROM raw WHERE (r->>'$.tlsDetails.tlsVersion') IN ('TLSv1', 'TLSv1.1')`,
  },
  {
    name: 'TLS versions and hosts',
    sql: 'SELECT tlsdetails.tlsversion, tlsdetails.clientprovidedhostheader, count(*) FROM T WHERE tlsdetails.tlsversion IS NOT NULL GROUP BY 1, 2',
    raw: "SELECT (r->>'$.tlsDetails.tlsVersion'), (r->>'$.tlsDetails.clientProvidedHostHeader'), count(*)::VARCHAR FROM raw WHERE (r->>'$.tlsDetails.tlsVersion') IS NOT NULL GROUP BY 1, 2",
  },
  {
    name: 'by user agent',
    sql: "SELECT split_part(useragent, '/', 1), count(*) FROM T WHERE useragent LIKE 'aws-cli/%' GROUP BY 1",
    raw: "SELECT split_part(r->>'userAgent', '/', 1), count(*)::VARCHAR FROM raw WHERE (r->>'userAgent') LIKE 'aws-cli/%' GROUP BY 1",
  },
  {
    name: 'distinct users a service',
    sql: 'SELECT eventsource, count(DISTINCT useridentity.arn) FROM T GROUP BY eventsource',
    raw: "SELECT (r->>'eventSource'), count(DISTINCT r->>'$.userIdentity.arn')::VARCHAR FROM raw GROUP BY 1",
  },
  {
    name: 'services with at least five errors',
    sql: 'SELECT eventsource, count(*) FROM T WHERE errorcode IS NOT NULL GROUP BY eventsource HAVING count(*) >= 5',
    raw: "SELECT (r->>'eventSource'), count(*)::VARCHAR FROM raw WHERE (r->>'errorCode') IS NOT NULL GROUP BY 1 HAVING count(*) >= 5",
  },
  {
    name: 'the newest event of each user',
    sql: 'WITH ranked AS (SELECT useridentity.arn AS arn, eventname, row_number() OVER (PARTITION BY useridentity.arn ORDER BY eventtime DESC, eventid) AS place FROM T WHERE useridentity.arn IS NOT NULL) SELECT arn, eventname FROM ranked WHERE place = 1',
    raw: "SELECT (r->>'$.userIdentity.arn'), (r->>'eventName') FROM raw WHERE (r->>'$.userIdentity.arn') IS NOT NULL QUALIFY row_number() OVER (PARTITION BY (r->>'$.userIdentity.arn') ORDER BY (r->>'eventTime') DESC, r->>'eventID') = 1",
  },
  {
    name: 'access keys in use',
    sql: "SELECT DISTINCT useridentity.accesskeyid FROM T WHERE useridentity.accesskeyid <> ''",
    raw: "SELECT DISTINCT (r->>'$.userIdentity.accessKeyId') FROM raw WHERE (r->>'$.userIdentity.accessKeyId') <> ''",
  },
  {
    name: 'keys that are to be deleted',
    sql: "SELECT useridentity.username, json_extract_scalar(requestparameters, '$.keyId') FROM T WHERE eventname = 'ScheduleKeyDeletion'",
    raw: "SELECT (r->>'$.userIdentity.userName'), (r->>'$.requestParameters.keyId') FROM raw WHERE (r->>'eventName') = 'ScheduleKeyDeletion'",
  },
  {
    name: 'databases deleted without a snapshot',
    sql: "SELECT json_extract_scalar(requestparameters, '$.dBInstanceIdentifier') FROM T WHERE eventname = 'DeleteDBInstance' AND json_extract_scalar(requestparameters, '$.skipFinalSnapshot') = 'true'",
    raw: "SELECT (r->>'$.requestParameters.dBInstanceIdentifier') FROM raw WHERE (r->>'eventName') = 'DeleteDBInstance' AND (r->>'$.requestParameters.skipFinalSnapshot') = 'true'",
  },
  {
    name: 'who got to be an administrator',
    sql: "SELECT useridentity.username, json_extract_scalar(requestparameters, '$.userName') FROM T WHERE eventname = 'AttachUserPolicy' AND json_extract_scalar(requestparameters, '$.policyArn') LIKE '%AdministratorAccess'",
    raw: "SELECT (r->>'$.userIdentity.userName'), (r->>'$.requestParameters.userName') FROM raw WHERE (r->>'eventName') = 'AttachUserPolicy' AND (r->>'$.requestParameters.policyArn') LIKE '%AdministratorAccess'",
  },
  {
    name: 'one event by its id, all columns',
    sql: "SELECT eventversion, useridentity.principalid, eventtype, apiversion, requestid, vpcendpointid, sharedeventid FROM T WHERE eventname = 'AssumeRole' AND sharedeventid IS NOT NULL",
    raw: "SELECT (r->>'eventVersion'), (r->>'$.userIdentity.principalId'), (r->>'eventType'), (r->>'apiVersion'), (r->>'requestID'), (r->>'vpcEndpointId'), (r->>'sharedEventID') FROM raw WHERE (r->>'eventName') = 'AssumeRole' AND (r->>'sharedEventID') IS NOT NULL",
  },
  {
    name: 'minutes between the first and the last event of a user',
    sql: "SELECT useridentity.username, date_diff('minute', min(from_iso8601_timestamp(eventtime)), max(from_iso8601_timestamp(eventtime))) FROM T WHERE useridentity.username IN ('alice', 'bob', 'carol') GROUP BY 1",
    raw: "SELECT (r->>'$.userIdentity.userName'), (epoch(max((r->>'eventTime')::TIMESTAMP) - min((r->>'eventTime')::TIMESTAMP))::BIGINT // 60)::VARCHAR FROM raw WHERE (r->>'$.userIdentity.userName') IN ('alice', 'bob', 'carol') GROUP BY 1",
  },
];
