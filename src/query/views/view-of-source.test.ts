// SPDX-License-Identifier: Apache-2.0
// Oracles: the column lists of the guides, written out as the pages have them (Athena User Guide, "Create a table for CloudTrail logs
// in Athena using partition projection"; CloudTrail User Guide, "Supported SQL schemas for event data stores"); for values,
// the records themselves; DuckDB says which types the views truly have.
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ParquetEventSegments } from '../../adapters/event-segments/parquet/parquet-event-segments.js';
import { runSql } from '../../adapters/event-segments/parquet/testing/read-parquet.js';
import type { SegmentKind, SegmentSnapshot } from '../../ports/event-segments.js';
import { silentLog } from '../../ports/operator-log.js';
import { parseTrinoType, toDuckdbType } from '../dialect/trino-type.js';
import type { RecordSchema, TableColumn, TableFile, TableSource } from '../table-source.js';
import { unitedPartitionsMax } from './read-files.js';
import { viewOfSource } from './view-of-source.js';

const athenaColumns =
  'eventversion useridentity eventtime eventsource eventname awsregion sourceipaddress useragent errorcode errormessage requestparameters responseelements additionaleventdata requestid eventid readonly resources eventtype apiversion recipientaccountid serviceeventdetails sharedeventid vpcendpointid vpcendpointaccountid eventcategory addendum sessioncredentialfromconsole edgedevicedetails tlsdetails';
const lakeColumns =
  'eventversion useridentity eventtime eventsource eventname awsregion sourceipaddress useragent errorcode errormessage requestparameters responseelements additionaleventdata requestid eventid readonly resources eventtype apiversion managementevent recipientaccountid sharedeventid annotation vpcendpointid vpcendpointaccountid serviceeventdetails addendum edgedevicedetails insightdetails eventcategory tlsdetails sessioncredentialfromconsole eventjson eventjsonchecksum eventcontext';
const activityColumns =
  'eventversion eventcategory eventtype eventid eventtime awsregion recipientaccountid addendum metadata eventdata';

const call = {
  eventVersion: '1.11',
  userIdentity: {
    type: 'AssumedRole',
    principalId: 'AROA:me',
    userName: 'Bob',
    sessionContext: {
      attributes: { mfaAuthenticated: 'true', creationDate: '2026-11-20T09:08:07Z' },
      webIdFederationData: {},
    },
  },
  eventTime: '2026-11-21T10:00:00Z',
  eventSource: 's3.amazonaws.com',
  eventName: 'PutObject',
  awsRegion: 'eu-west-1',
  sourceIPAddress: '203.0.113.7',
  requestParameters: { bucketName: 'logs', 'x-amz-acl': ['a', 'b'], depth: { a: 1 } },
  responseElements: null,
  eventID: '11111111-0000-4000-8000-000000000001',
  readOnly: false,
  managementEvent: true,
  resources: [{ ARN: 'arn:aws:s3:::logs', accountId: '111122223333', type: 'AWS::S3::Bucket' }],
  addendum: { reason: 'UPDATED_DATA', updatedFields: 'a' },
  tlsDetails: { tlsVersion: 'TLSv1.3' },
  newMember: { inside: [1, 2] },
};
const bare = { eventTime: '2026-11-21T11:00:00Z', eventName: 'Nothing', eventID: '2' };
const activityEvent = {
  eventVersion: '1.09',
  eventCategory: 'ActivityAuditLog',
  eventTime: '2026-11-21T10:00:00Z',
  eventID: '3',
  metadata: { ingestionTime: '2026-11-21T10:00:01Z', channelARN: 'arn:channel' },
  eventData: {
    version: '1',
    userIdentity: { type: 'User', principalId: 'me', details: { team: 'blue' } },
    eventName: 'Login',
    eventTime: '2026-11-21T09:59:59Z',
    UID: 'u-1',
    requestParameters: { page: 7 },
    sourceIPAddress: '198.51.100.1',
  },
};

let folder: string;
let segments: ParquetEventSegments;
let calls: SegmentSnapshot;
let activities: SegmentSnapshot;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cairn-views-'));
  segments = new ParquetEventSegments(folder, silentLog);
  calls = await written('history/111122223333', 'cloudtrail', [call, bare]);
  activities = await written('event-data-store/a', 'activity', [activityEvent]);
});
after(async () => {
  await segments.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

async function written(
  stream: string,
  kind: SegmentKind,
  records: readonly object[],
): Promise<SegmentSnapshot> {
  const lines = records.map(
    (record) =>
      `${JSON.stringify({ account: '111122223333', region: 'eu-west-1', category: 'Management', entered: 1, record })}\n`,
  );
  const bytes = Buffer.from(lines.join(''));
  await segments.commit(stream, '1', [{ stream, kind, lines: { bytes, count: lines.length } }]);
  return segments.snapshot(stream);
}

function source(
  schema: RecordSchema,
  more: Partial<Extract<TableSource, { kind: 'segments' }>> = {},
): TableSource {
  return { kind: 'segments', schema, files: (schema === 'activity' ? activities : calls).files, ...more };
}

function viewed(of: TableSource) {
  assert.ok(of.kind === 'segments' || of.kind === 'files');
  return viewOfSource(of);
}

function query(of: TableSource, select: string, more = ''): Promise<Record<string, unknown>[]> {
  return runSql(`SELECT ${select} FROM (${viewed(of).select}) ${more}`);
}

/** The view's columns and types as the engine has them are those that the schema tells the translator. */
async function checkTypes(of: TableSource): Promise<void> {
  const { select, schema, late } = viewed(of);
  const wanted = await runSql(
    `DESCRIBE SELECT ${schema.columns.map(({ name, type }) => `NULL::${toDuckdbType(parseTrinoType(type))} AS "${name}"`).join(', ')}`,
  );
  const found = await runSql(`DESCRIBE ${select}`);
  const hidden = [...schema.hidden, ...(late?.head ?? [])];
  const shown = found.filter(({ column_name }) => !hidden.includes(String(column_name)));
  const pick = (rows: Record<string, unknown>[]) =>
    rows.map(({ column_name, column_type }) => `${column_name} ${column_type}`);
  assert.deepEqual(pick(shown), pick(wanted));
  assert.deepEqual(
    found.slice(shown.length).map(({ column_name }) => column_name),
    hidden,
  );
}

describe('the schemas of records', () => {
  for (const [schema, columns] of [
    ['athena', athenaColumns],
    ['lake', lakeColumns],
    ['activity', activityColumns],
  ] as const) {
    test(`${schema}: the columns of the guide, in its order, with the types that are told`, async () => {
      assert.equal(
        viewed(source(schema))
          .schema.columns.map(({ name }) => name)
          .join(' '),
        columns,
      );
      await checkTypes(source(schema));
    });

    test(`${schema}: without any file, a table without rows`, async () => {
      await checkTypes(source(schema, { files: [] }));
      assert.deepEqual(await query(source(schema, { files: [] }), 'count(*) AS n'), [{ n: 0n }]);
    });

    test(`${schema}: every faster way says what its column says`, async () => {
      const { select, schema: told } = viewed(source(schema));
      for (const [name, { fields = {}, timestamp, json }] of Object.entries(told.faster)) {
        for (const [path, hidden] of Object.entries(fields)) {
          const field = [name, ...path.split('.')].map((part) => `"${part}"`).join('.');
          assert.deepEqual(
            await runSql(`SELECT * FROM (${select}) WHERE ${field} IS DISTINCT FROM "${hidden}"`),
            [],
            `${field}`,
          );
        }
        if (timestamp !== undefined)
          assert.deepEqual(
            await runSql(
              `SELECT * FROM (${select}) WHERE "${name}"::TIMESTAMPTZ IS DISTINCT FROM "${timestamp}"`,
            ),
            [],
          );
        if (json !== undefined)
          assert.deepEqual(
            await runSql(
              `SELECT * FROM (${select}) WHERE "${name}" IS DISTINCT FROM "${json}"::JSON::MAP(VARCHAR, VARCHAR)`,
            ),
            [],
          );
      }
      assert.ok(Object.keys(told.faster).length > 0);
    });
  }
});

describe('values', () => {
  test('athena: texts, structs, `{}` told from nothing', async () => {
    const [row] = await query(
      source('athena'),
      `eventtime, readonly, requestparameters, useridentity.username AS username, resources[1].arn AS arn,
       useridentity.sessioncontext.webidfederationdata IS NULL AS web, useridentity.sessioncontext.sessionissuer IS NULL AS issuer,
       addendum.reason AS reason, tlsdetails.tlsversion AS tls`,
      "WHERE eventname = 'PutObject'",
    );
    assert.deepEqual(row, {
      eventtime: '2026-11-21T10:00:00Z',
      readonly: 'false',
      requestparameters: JSON.stringify(call.requestParameters),
      username: 'Bob',
      arn: 'arn:aws:s3:::logs',
      web: false,
      issuer: true,
      reason: 'UPDATED_DATA',
      tls: 'TLSv1.3',
    });
    assert.deepEqual(
      await query(
        source('athena'),
        'useridentity, resources, tlsdetails, addendum',
        "WHERE eventname = 'Nothing'",
      ),
      [{ useridentity: null, resources: null, tlsdetails: null, addendum: null }],
    );
  });

  test('lake: timestamps, booleans, maps, the whole event', async () => {
    const [row] = await query(
      source('lake'),
      `eventtime::VARCHAR AS time, readonly, managementevent, requestparameters['bucketName'] AS bucket,
       requestparameters['depth'] AS depth, addendum['reason'] AS reason, eventjson,
       eventjsonchecksum = sha256(eventjson) AS checked, useridentity.sessioncontext.attributes.creationdate::VARCHAR AS since`,
      "WHERE eventname = 'PutObject'",
    );
    assert.deepEqual(row, {
      time: '2026-11-21 10:00:00',
      readonly: false,
      managementevent: true,
      bucket: 'logs',
      depth: '{"a":1}',
      reason: 'UPDATED_DATA',
      eventjson: JSON.stringify(call),
      checked: true,
      since: '2026-11-20 09:08:07',
    });
  });

  test('activity: what the channel was sent', async () => {
    assert.deepEqual(
      await query(
        source('activity'),
        `eventdata.useridentity.principalid AS who, eventdata.useridentity.details['team'] AS team, eventdata.uid AS uid,
         eventdata.requestparameters['page'] AS page, metadata.channelarn AS channel, addendum IS NULL AS clean`,
      ),
      [{ who: 'me', team: 'blue', uid: 'u-1', page: '7', channel: 'arn:channel', clean: true }],
    );
  });
});

describe('declared columns', () => {
  const declared: TableColumn[] = [
    { name: 'EventName', type: 'varchar' },
    { name: 'requestparameters', type: 'row(bucketname varchar, depth row(a bigint))' },
    {
      name: 'userIdentity',
      type: 'row(userName varchar, sessionContext row(attributes map(varchar, varchar)))',
    },
    { name: 'readonly', type: 'boolean' },
    { name: 'resources', type: 'varchar' },
    { name: 'newmember', type: 'varchar' },
    { name: 'newMember', type: 'row(inside array(bigint))' },
    { name: 'absent', type: 'double' },
  ];

  test('have the names, the order and the types that were declared; what a record has none of is NULL', async () => {
    const columns = declared.filter(({ name }) => name !== 'newmember');
    const of = source('athena', { columns });
    await checkTypes(of);
    const [row] = await query(
      of,
      `eventname, useridentity.username AS username, useridentity.sessioncontext.attributes['mfaAuthenticated'] AS mfa, readonly, resources,
       newmember.inside[2] AS inside, absent`,
      "WHERE eventname = 'PutObject'",
    );
    assert.deepEqual(row, {
      EventName: 'PutObject',
      username: 'Bob',
      mfa: 'true',
      readonly: false,
      resources: JSON.stringify(call.resources),
      inside: 2n,
      absent: null,
    });
  });

  test('a type that is none is refused', () => {
    assert.throws(() => viewed(source('athena', { columns: [{ name: 'a', type: 'strnig' }] })), {
      code: 'SYNTAX_ERROR',
    });
  });
});

describe('partitions', () => {
  const partitionColumns = [
    { name: 'region', type: 'varchar' },
    { name: 'day', type: 'integer' },
  ];

  function files(count: number): TableFile[] {
    return Array.from({ length: count }, (_, day) => ({
      path: calls.files[0]!.path,
      partition: { region: `it's-${day % 2}`, day: String(day) },
    }));
  }

  for (const count of [1, 5]) {
    test(`${count}: their values stand beside the rows of their files`, async () => {
      const of = source('athena', { files: files(count), partitionColumns });
      await checkTypes(of);
      const rows = await query(of, 'region, day, count(*) AS n', 'GROUP BY ALL ORDER BY day');
      assert.deepEqual(
        rows,
        Array.from({ length: count }, (_, day) => ({ region: `it's-${day % 2}`, day, n: 2n })),
      );
    });
  }

  test('more than are united are joined, with the same answer', async () => {
    const count = unitedPartitionsMax + 1;
    const many = Array.from({ length: count }, (_, day): TableFile => {
      const path = join(folder, `copy-${day}.parquet`);
      copyFileSync(calls.files[0]!.path, path);
      return { path, partition: { region: `r${day % 2}`, day: String(day) } };
    });
    const of = source('athena', { files: many, partitionColumns });
    await checkTypes(of);
    assert.deepEqual(await query(of, 'count(DISTINCT day) AS days, count(*) AS n, min(region) AS first'), [
      { days: BigInt(count), n: BigInt(2 * count), first: 'r0' },
    ]);
    assert.deepEqual(await query(of, 'region, eventname', 'WHERE day = 7 ORDER BY eventname'), [
      { region: 'r1', eventname: 'Nothing' },
      { region: 'r1', eventname: 'PutObject' },
    ]);
  });
});

describe('other files', () => {
  test('columns that a file lacks, or has in another type, are filled and read as declared', async () => {
    const [one, two] = [join(folder, 'one.parquet'), join(folder, 'two.parquet')];
    await runSql(`COPY (SELECT 1 AS version, '10.0.0.1' AS srcaddr) TO '${one}' (FORMAT parquet)`);
    await runSql(`COPY (SELECT '2' AS version, 443 AS dstport, 'x' AS unknown) TO '${two}' (FORMAT parquet)`);
    const of: TableSource = {
      kind: 'files',
      files: [
        { path: one, partition: { date: '2026/11/20' } },
        { path: two, partition: { date: '2026/11/21' } },
      ],
      columns: [
        { name: 'version', type: 'integer' },
        { name: 'srcaddr', type: 'varchar' },
        { name: 'dstport', type: 'bigint' },
        { name: 'never', type: 'array(varchar)' },
      ],
      partitionColumns: [{ name: 'date', type: 'varchar' }],
    };
    await checkTypes(of);
    assert.deepEqual(await query(of, '*', 'ORDER BY version'), [
      { version: 1, srcaddr: '10.0.0.1', dstport: null, never: null, date: '2026/11/20' },
      { version: 2, srcaddr: null, dstport: 443n, never: null, date: '2026/11/21' },
    ]);
    await checkTypes({ ...of, files: [] });
  });
});
