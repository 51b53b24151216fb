// SPDX-License-Identifier: Apache-2.0
// What the guides ask of event data stores, in CloudTrail Lake's SQL, each beside the same question to the raw JSON in
// DuckDB's own words. T stands for the store's id.
// Sources: CloudTrail User Guide, "Create or edit a query with the CloudTrail console", "View sample queries with the
// CloudTrail console", "CloudTrail Lake SQL constraints", "Optimize CloudTrail Lake queries".

const time = "strftime((r->>'eventTime')::TIMESTAMP, '%Y-%m-%d %H:%M:%S.%g')";
const all = "(r->>'eventID')";
const after = (text) => `(r->>'eventTime')::TIMESTAMP > TIMESTAMP '${text}'`;

export const lakeQueries = [
  {
    name: 'the newest IAM calls',
    ordered: true,
    sql: "SELECT eventTime, eventName, userIdentity.arn FROM T WHERE eventSource = 'iam.amazonaws.com' AND eventTime > '2026-01-01 00:00:00' ORDER BY eventTime DESC LIMIT 20",
    raw: `SELECT ${time}, (r->>'eventName'), (r->>'$.userIdentity.arn') FROM raw WHERE (r->>'eventSource') = 'iam.amazonaws.com' AND ${after('2026-01-01')} ORDER BY (r->>'eventTime') DESC LIMIT 20`,
  },
  {
    name: 'principals that made buckets',
    sql: "SELECT userIdentity.principalid, eventName FROM T WHERE userIdentity.principalid IS NOT NULL AND eventTime > '2023-01-22 00:00:00' AND eventName='CreateBucket'",
    raw: `SELECT (r->>'$.userIdentity.principalId'), (r->>'eventName') FROM raw WHERE (r->>'$.userIdentity.principalId') IS NOT NULL AND ${after('2023-01-22')} AND (r->>'eventName') = 'CreateBucket'`,
  },
  {
    name: 'all that a user called',
    sql: "SELECT eventID, eventName, eventSource, eventTime FROM T WHERE userIdentity.username = 'bob' AND eventTime > '2023-01-22 00:00:00'",
    raw: `SELECT ${all}, (r->>'eventName'), (r->>'eventSource'), ${time} FROM raw WHERE (r->>'$.userIdentity.userName') = 'bob' AND ${after('2023-01-22')}`,
  },
  {
    name: 'calls by name and source',
    ordered: true,
    sql: "SELECT eventSource, eventName, COUNT(*) AS apiCount FROM T WHERE eventTime > '2023-01-01 00:00:00' GROUP BY eventSource, eventName ORDER BY apiCount DESC, eventSource, eventName",
    raw: `SELECT (r->>'eventSource') AS s, (r->>'eventName') AS n, count(*)::VARCHAR FROM raw WHERE ${after('2023-01-01')} GROUP BY 1, 2 ORDER BY count(*) DESC, s, n`,
  },
  {
    name: 'who signed in, in a set of Regions',
    sql: "SELECT eventTime, useridentity.arn, awsRegion FROM T WHERE awsRegion in ('us-east-1', 'us-west-2') AND eventName = 'ConsoleLogin'",
    raw: `SELECT ${time}, (r->>'$.userIdentity.arn'), (r->>'awsRegion') FROM raw WHERE (r->>'awsRegion') IN ('us-east-1', 'us-west-2') AND (r->>'eventName') = 'ConsoleLogin'`,
  },
  {
    name: 'Lake queries that were run',
    sql: "SELECT element_at(responseElements, 'queryId'), element_at(requestParameters, 'queryStatement') FROM T WHERE eventName='StartQuery' AND eventSource = 'cloudtrail.amazonaws.com' AND responseElements IS NOT NULL",
    raw: "SELECT (r->>'$.responseElements.queryId'), (r->>'$.requestParameters.queryStatement') FROM raw WHERE (r->>'eventName') = 'StartQuery' AND (r->>'eventSource') = 'cloudtrail.amazonaws.com' AND json_type(r->'responseElements') = 'OBJECT'",
  },
  {
    name: 'sign-ins without MFA',
    sql: "SELECT eventTime, userIdentity.arn FROM T WHERE eventName = 'ConsoleLogin' AND element_at(additionalEventData, 'MFAUsed') = 'No'",
    raw: `SELECT ${time}, (r->>'$.userIdentity.arn') FROM raw WHERE (r->>'eventName') = 'ConsoleLogin' AND (r->>'$.additionalEventData.MFAUsed') = 'No'`,
  },
  {
    name: 'a nested member of a parameter',
    sql: "SELECT json_extract_scalar(element_at(responseElements, 'user'), '$.userName') FROM T WHERE eventName = 'CreateUser' AND responseElements IS NOT NULL",
    raw: "SELECT (r->>'$.responseElements.user.userName') FROM raw WHERE (r->>'eventName') = 'CreateUser' AND json_type(r->'responseElements') = 'OBJECT'",
  },
  {
    name: 'writes of the console',
    sql: "SELECT eventID FROM T WHERE readOnly = false AND userAgent = 'console.amazonaws.com'",
    raw: `SELECT ${all} FROM raw WHERE (r->>'readOnly') = 'false' AND (r->>'userAgent') = 'console.amazonaws.com'`,
  },
  {
    name: 'resources by type',
    sql: 'SELECT resource.type, count(*) FROM (SELECT eventID, element_at(resources, 1) AS resource FROM T) GROUP BY resource.type',
    raw: "SELECT (r->>'$.resources[0].type'), count(*)::VARCHAR FROM raw GROUP BY 1",
  },
  {
    name: 'errors, most frequent first',
    ordered: true,
    sql: 'SELECT errorCode, count(*) AS n FROM T WHERE errorCode IS NOT NULL GROUP BY errorCode ORDER BY n DESC, errorCode',
    raw: "SELECT (r->>'errorCode') AS e, count(*)::VARCHAR FROM raw WHERE (r->>'errorCode') IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, e",
  },
  {
    name: 'events by account and user',
    sql: 'SELECT recipientAccountId, userIdentity.userName, count(*) FROM T GROUP BY recipientAccountId, userIdentity.userName',
    raw: "SELECT (r->>'recipientAccountId'), (r->>'$.userIdentity.userName'), count(*)::VARCHAR FROM raw GROUP BY 1, 2",
  },
  {
    name: 'a week by date_trunc',
    sql: "SELECT date_trunc('week', eventTime), count(*) FROM T WHERE eventTime > '2023-01-01 00:00:00' GROUP BY 1",
    raw: `SELECT strftime(date_trunc('week', (r->>'eventTime')::TIMESTAMP)::TIMESTAMP, '%Y-%m-%d 00:00:00.000'), count(*)::VARCHAR FROM raw WHERE ${after('2023-01-01')} GROUP BY 1`,
  },
  {
    name: 'everything of one role',
    sql: "SELECT eventID FROM T WHERE userIdentity.sessionContext.sessionIssuer.userName = 'deployer'",
    raw: `SELECT ${all} FROM raw WHERE (r->>'$.userIdentity.sessionContext.sessionIssuer.userName') = 'deployer'`,
  },
  {
    name: 'old TLS',
    sql: "SELECT userIdentity.arn, tlsDetails.tlsVersion FROM T WHERE tlsDetails.tlsVersion IN ('TLSv1', 'TLSv1.1')",
    raw: "SELECT (r->>'$.userIdentity.arn'), (r->>'$.tlsDetails.tlsVersion') FROM raw WHERE (r->>'$.tlsDetails.tlsVersion') IN ('TLSv1', 'TLSv1.1')",
  },
  {
    name: 'calls across accounts',
    sql: 'SELECT eventID FROM T WHERE userIdentity.accountId != recipientAccountId',
    raw: `SELECT ${all} FROM raw WHERE (r->>'$.userIdentity.accountId') <> (r->>'recipientAccountId')`,
  },
  {
    name: 'a text within the parameters of any event',
    sql: "SELECT eventID FROM T WHERE cast(element_at(requestParameters, 'bucketName') AS varchar) = 'audit-logs'",
    raw: `SELECT ${all} FROM raw WHERE (r->>'$.requestParameters.bucketName') = 'audit-logs'`,
  },
  {
    name: 'an address',
    sql: "SELECT eventName, count(*) FROM T WHERE sourceIpAddress = '198.51.100.7' GROUP BY eventName",
    raw: "SELECT (r->>'eventName'), count(*)::VARCHAR FROM raw WHERE (r->>'sourceIPAddress') = '198.51.100.7' GROUP BY 1",
  },
];
