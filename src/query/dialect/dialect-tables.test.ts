// SPDX-License-Identifier: Apache-2.0
// Oracle: three rows that are known, and the documented queries of the guides ("Query AWS CloudTrail logs", Amazon Athena User
// Guide; "CloudTrail Lake SQL constraints", AWS CloudTrail User Guide) with the answers that follow from the rows.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { SqlDialect } from '../query-engine.js';
import { QueryError } from '../query-error.js';
import { readStatement, translate } from './dialect.js';
import { LAKE_TABLE, RECORDS_TABLE, TABLES_SETUP } from './testing/records-table.js';
import { CASES_NOW_MS, openTranslated } from './testing/run-translated.js';

const session = await openTranslated(TABLES_SETUP);
after(() => session.close());

const ID = '0f32a1c4-1111-4222-8333-444455556666';
const ARN = `arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/${ID}`;

async function rowsOf(sql: string, dialect: SqlDialect = 'athena', parameters?: readonly string[]) {
  const table = () => (dialect === 'lake' ? LAKE_TABLE : RECORDS_TABLE);
  return (await session.run(sql, { dialect, table, ...(parameters && { parameters }) })).rows;
}

function translation(sql: string, dialect: SqlDialect = 'athena') {
  return translate(readStatement(sql, dialect), () => (dialect === 'lake' ? LAKE_TABLE : RECORDS_TABLE), {
    dialect,
    nowMs: CASES_NOW_MS,
  });
}

describe('tables', () => {
  test('names of tables, those of WITH and aliases left out', () => {
    const { tables } = readStatement(
      'WITH a AS (SELECT * FROM x.y) SELECT * FROM a, "default"."T" AS b, c.d.e WHERE 1 IN (SELECT 1 FROM z) AND EXISTS (SELECT 1 FROM a)',
      'athena',
    );
    assert.deepEqual(tables, [
      { schema: 'x', table: 'y' },
      { schema: 'default', table: 'T' },
      { catalog: 'c', schema: 'd', table: 'e' },
      { table: 'z' },
    ]);
  });

  test('a name of WITH is one only where it stands', () => {
    const { tables } = readStatement(
      'SELECT * FROM (WITH a AS (SELECT 1) SELECT * FROM a) AS q, a',
      'athena',
    );
    assert.deepEqual(tables, [{ table: 'a' }]);
  });

  test('* shows no hidden column, and "$path" is found by its name', async () => {
    assert.deepEqual(
      translation('SELECT * FROM t').columns.map(({ name }) => name),
      ['eventtime', 'eventname', 'useridentity', 'requestparameters', 'resources'],
    );
    assert.deepEqual(await rowsOf('SELECT "$path" FROM t LIMIT 1'), [['s3://bucket/key']]);
    assert.throws(() => translation('SELECT _time FROM t'), { code: 'SYNTAX_ERROR' });
  });

  test('columns of the result', () => {
    assert.deepEqual(
      translation('SELECT useridentity.userName, count(*), eventname AS "E" FROM t GROUP BY 1, 3').columns,
      [
        { name: 'username', type: 'varchar' },
        { name: '_col1', type: 'bigint' },
        { name: 'e', type: 'varchar' },
      ],
    );
    assert.deepEqual(
      translation(
        `SELECT eventtime, userIdentity.Type, e.eventNAME, userIdentity.userName AS "whoDidIt", count(*) FROM ${ID} AS e GROUP BY 1, 2, 3, 4`,
        'lake',
      ).columns.map(({ name }) => name),
      ['eventtime', 'Type', 'eventNAME', 'whoDidIt', '_col4'],
    );
    assert.deepEqual(
      translation(`SELECT *, EventName FROM (SELECT eventTIME, eventname FROM ${ID})`, 'lake').columns.map(
        ({ name }) => name,
      ),
      ['eventTIME', 'eventname', 'EventName'],
    );
  });
});

describe("Athena's guides", () => {
  const alice = [['DeleteBucket']];
  for (const sql of [
    "SELECT eventname FROM t WHERE useridentity.username = 'alice' AND from_iso8601_timestamp(eventtime) > date_add('day', -7, now())",
    "SELECT eventname FROM t WHERE useridentity.username = 'alice' AND eventtime >= '2026-11-20T00:00:00Z' AND eventtime < '2026-11-21'",
    'SELECT eventname FROM "default"."t" WHERE eventtime BETWEEN \'2026-11-20T09:00:00Z\' AND \'2026-11-20T10:00:00Z\'',
    "SELECT t.eventname FROM t WHERE eventtime = '2026-11-20T09:00:00Z'",
    "SELECT eventname FROM t WHERE '2026-11-20T09:00:00Z' = eventtime",
    "SELECT eventname FROM t WHERE date_parse(eventtime, '%Y-%m-%dT%H:%i:%sZ') = TIMESTAMP '2026-11-20 09:00:00'",
    "SELECT eventname FROM t WHERE parse_datetime(eventtime, 'yyyy-MM-dd''T''HH:mm:ss''Z''') = TIMESTAMP '2026-11-20 09:00:00 UTC'",
    "SELECT eventname FROM t WHERE json_extract_scalar(requestparameters, '$.bucketName') = 'logs'",
    "SELECT eventname FROM t WHERE json_extract_scalar(requestparameters, '$[\"x-amz\"].acl[0]') = 'private'",
    "SELECT eventname FROM t CROSS JOIN UNNEST(resources) AS u (arn, type) WHERE arn = 'arn:aws:s3:::DeleteBucket'",
    "SELECT eventname FROM t, UNNEST(t.resources) u WHERE u.arn LIKE '%Delete%'",
    "SELECT EventName FROM T WHERE userIdentity.sessionContext.attributes.mfaAuthenticated = 'true' AND resources[1].arn LIKE '%DeleteBucket'",
  ]) {
    test(sql, async () => assert.deepEqual(await rowsOf(sql), alice));
  }

  test('faster columns are used where they mean the same', () => {
    assert.match(
      translation("SELECT 1 FROM t WHERE from_iso8601_timestamp(eventtime) > date_add('day', -7, now())").sql,
      /WHERE "t1"\."_time" > \(TIMESTAMP '2026-11-21 10:00:00\.123' \+ to_days\(CAST\(\(-7\) AS INTEGER\)\)\) AND \(/,
    );
    for (const [condition, implied] of [
      [
        "CAST(from_iso8601_timestamp(eventtime) AT TIME ZONE 'UTC' AS timestamp) = TIMESTAMP '2026-11-20 09:00:00'",
        /WHERE "t1"\."_time" = CAST/,
      ],
      [
        "TIMESTAMP '2026-11-20 00:00:00' <= from_iso8601_timestamp(eventtime)",
        /WHERE "t1"\."_time" >= [^)]*TIMESTAMP\) AND \(/,
      ],
      [
        "date_parse(eventtime, '%Y-%m-%dT%H:%i:%sZ') BETWEEN DATE '2026-11-20' AND now()",
        /WHERE .*"_time" >= .* AND .*"_time" <= .* AND \(/,
      ],
    ] as const)
      assert.match(translation(`SELECT 1 FROM t WHERE ${condition} AND 1 = 1`).sql, implied);
    // Nothing is known of the times beside texts that are none: what is not implied may not be asked of them.
    for (const condition of [
      'NOT (from_iso8601_timestamp(eventtime) > now())',
      'from_iso8601_timestamp(eventtime) <> now()',
      "from_iso8601_timestamp(eventtime) > now() OR eventname = 'x'",
      '(from_iso8601_timestamp(eventtime) > now()) IS NULL',
      "from_iso8601_timestamp(eventtime) > date_add('second', random(9), now())",
      "eventtime > '2026-11-20'",
    ])
      assert.doesNotMatch(translation(`SELECT 1 FROM t WHERE ${condition}`).sql, /_time/, condition);
    assert.match(translation("SELECT 1 FROM t WHERE useridentity.username = 'x'").sql, /"_user" = 'x'/);
  });

  test('groups of a whole column know nothing of the faster ones', async () => {
    for (const sql of [
      'SELECT max(useridentity.username) FROM t GROUP BY useridentity.username ORDER BY 1',
      'SELECT useridentity.username FROM t GROUP BY useridentity ORDER BY useridentity.username',
      'SELECT (SELECT useridentity.username) FROM t GROUP BY 1, useridentity ORDER BY 1',
    ]) {
      assert.deepEqual(await rowsOf(sql), [['alice'], ['bob']], sql);
    }
    const byTime =
      "SELECT date_trunc('day', from_iso8601_timestamp(eventtime)) FROM t WHERE from_iso8601_timestamp(eventtime) > now() GROUP BY eventtime";
    assert.match(translation(byTime).sql, /"_time" > /);
    assert.deepEqual(await rowsOf(byTime), []);
  });

  test('one name for an array of rows is the row', async () => {
    assert.deepEqual(
      await rowsOf(
        "SELECT r.arn FROM t CROSS JOIN UNNEST(resources) AS u (r) WHERE useridentity.username = 'bob'",
      ),
      [['arn:aws:s3:::CreateUser']],
    );
  });

  test('parameters', async () => {
    assert.deepEqual(
      await rowsOf('SELECT eventname FROM t WHERE useridentity.username = ? AND 1 < ?', 'athena', [
        "'bob'",
        '2',
      ]),
      [['CreateUser']],
    );
    await assert.rejects(
      rowsOf('SELECT ?', 'athena', []),
      /Incorrect number of parameters: expected 1 but found 0/,
    );
    for (const value of ["'a' || 'b'", 'eventname', '(SELECT 1)', '1; SELECT 2', "'x' OR true", '?']) {
      await assert.rejects(
        rowsOf('SELECT ? FROM t', 'athena', [value]),
        (error: unknown) => error instanceof QueryError && error.code === 'SYNTAX_ERROR',
        value,
      );
    }
  });

  test('a time is no text, and a text no time', () => {
    assert.throws(
      () => translation("SELECT 1 FROM t WHERE from_iso8601_timestamp(eventtime) > '2026-11-20'"),
      /Cannot apply operator/,
    );
  });
});

describe("CloudTrail Lake's examples", () => {
  for (const from of [
    ID,
    `"${ID}"`,
    ARN,
    `"${ARN}"`,
    `${ID} AS e`,
    `${ID} e JOIN ${ID} AS f ON e.eventTime = f.eventTime AND f.eventName = e.eventName`,
  ]) {
    test(`FROM ${from}`, async () => {
      const prefix = from.includes(' e') || from.includes('AS e') ? 'e.' : '';
      const sql = `SELECT ${prefix}eventName FROM ${from} WHERE ${prefix}eventTime > '2026-11-02 00:00:00' AND ${prefix}userIdentity.username = 'alice'`;
      assert.deepEqual(await rowsOf(sql, 'lake'), [['DeleteBucket']]);
    });
  }

  test('a store named by its id in front of a column', async () => {
    assert.deepEqual(
      await rowsOf(`SELECT ${ID}.eventName FROM ${ID} ORDER BY ${ID}.eventTime DESC LIMIT 1`, 'lake'),
      [['CreateUser']],
    );
  });

  for (const condition of [
    "element_at(requestParameters, 'bucketName') = 'logs'",
    "eventTime BETWEEN '2026-11-20 00:00:00' AND '2026-11-20 09:30:00'",
    "eventTime = '2026-11-20T09:00:00Z'",
    "eventTime IN ('2026-11-20 09:00:00')",
    "eventTime = TIMESTAMP '2026-11-20 09:00:00'",
    "eventTime < now() AND eventName LIKE 'Delete%'",
  ]) {
    test(condition, async () =>
      assert.deepEqual(await rowsOf(`SELECT eventName FROM ${ID} WHERE ${condition}`, 'lake'), [
        ['DeleteBucket'],
      ]),
    );
  }

  test('one key of a map is read from the JSON behind it', () => {
    assert.match(
      translation(`SELECT element_at(requestParameters, 'bucketName') FROM ${ID}`, 'lake').sql,
      /json_extract_string\("t1"\."_parameters", '\$\."bucketName"'\)/,
    );
  });

  for (const sql of [
    'CREATE TABLE x (a int)',
    'SHOW TABLES',
    'DROP TABLE x',
    'INSERT INTO x VALUES (1)',
    'PREPARE a FROM SELECT 1',
  ]) {
    test(`refused: ${sql}`, () => assert.throws(() => readStatement(sql, 'lake'), { code: 'NOT_SUPPORTED' }));
  }
});

describe('prepared statements', () => {
  test('PREPARE, EXECUTE, DEALLOCATE', () => {
    assert.deepEqual(
      readStatement('PREPARE my_select FROM SELECT * FROM t WHERE a = ?;', 'athena').prepared,
      { kind: 'prepare', name: 'my_select', sql: 'SELECT * FROM t WHERE a = ?' },
    );
    assert.deepEqual(
      readStatement("EXECUTE my_select USING 'a, b', 5, DATE '2020-01-01'", 'athena').prepared,
      { kind: 'execute', name: 'my_select', parameters: ["'a, b'", '5', "DATE '2020-01-01'"] },
    );
    assert.deepEqual(readStatement('EXECUTE s', 'athena').prepared, {
      kind: 'execute',
      name: 's',
      parameters: [],
    });
    assert.deepEqual(readStatement('DEALLOCATE PREPARE s', 'athena').prepared, {
      kind: 'deallocate',
      name: 's',
    });
    assert.equal(readStatement('SELECT ?, ?', 'athena').parameterCount, 2);
  });
});
