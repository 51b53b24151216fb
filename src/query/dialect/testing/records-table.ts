// SPDX-License-Identifier: Apache-2.0
import type { ResolvedTable } from '../dialect.js';

/** A small table in the form of Athena's CloudTrail table, with the faster ways that segments have. */
export const RECORDS_TABLE: ResolvedTable = {
  view: 'records',
  schema: {
    columns: [
      { name: 'eventtime', type: 'varchar' },
      { name: 'eventname', type: 'varchar' },
      {
        name: 'useridentity',
        type: 'row(type varchar, username varchar, sessioncontext row(attributes row(mfaauthenticated varchar)))',
      },
      { name: 'requestparameters', type: 'varchar' },
      { name: 'resources', type: 'array(row(arn varchar, type varchar))' },
    ],
    hidden: ['_time', '_user', '$path'],
    faster: { eventtime: { timestamp: '_time' }, useridentity: { fields: { username: '_user' } } },
  },
};

/** The same in the form of an event data store. */
export const LAKE_TABLE: ResolvedTable = {
  view: 'store',
  schema: {
    columns: [
      { name: 'eventTime', type: 'timestamp(3)' },
      { name: 'eventName', type: 'varchar' },
      { name: 'userIdentity', type: 'row(type varchar, username varchar)' },
      { name: 'requestParameters', type: 'map(varchar, varchar)' },
    ],
    hidden: ['_parameters'],
    faster: { requestparameters: { json: '_parameters' } },
  },
};

const rows: readonly (readonly [time: string, name: string, user: string, parameters: string])[] = [
  ['2026-11-01 09:00:00', 'ConsoleLogin', 'alice', '{}'],
  ['2026-11-20 09:00:00', 'DeleteBucket', 'alice', '{"bucketName":"logs","x-amz":{"acl":["private"]}}'],
  ['2026-11-20 10:00:01', 'CreateUser', 'bob', '{"userName":"eve"}'],
];

export const TABLES_SETUP: readonly string[] = [
  `CREATE TABLE records AS SELECT strftime(t, '%Y-%m-%dT%H:%M:%SZ') AS eventtime, n AS eventname,
   {'type': 'IAMUser', 'username': u, 'sessioncontext': {'attributes': {'mfaauthenticated': 'true'}}} AS useridentity, p AS requestparameters,
   [{'arn': 'arn:aws:s3:::' || n, 'type': 'AWS::S3::Bucket'}] AS resources, t AS _time, u AS _user, 's3://bucket/key' AS "$path"
   FROM (VALUES ${rows.map(([time, ...rest]) => `(TIMESTAMP '${time}', ${rest.map((text) => `'${text}'`).join(', ')})`).join(', ')}) AS v(t, n, u, p)`,
  `CREATE TABLE store AS SELECT _time AS "eventTime", eventname AS "eventName", {'type': 'IAMUser', 'username': _user} AS "userIdentity",
   MAP(['bucketName'], [json_extract_string(requestparameters, '$.bucketName')]) AS "requestParameters", requestparameters AS _parameters FROM records`,
];
