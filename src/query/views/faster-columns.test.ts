// SPDX-License-Identifier: Apache-2.0
// Oracle: the same query without the faster columns, over records of which many are of no usual form: rows, NULLs and failures are
// the same. But where a text that is no time makes a query fail, the faster columns may spare it that text (the last of eventTime).
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ParquetEventSegments } from '../../adapters/event-segments/parquet/parquet-event-segments.js';
import { silentLog } from '../../ports/operator-log.js';
import { openTranslated } from '../dialect/testing/run-translated.js';
import type { SqlDialect } from '../query-engine.js';
import { QueryError } from '../query-error.js';
import type { RecordSchema, TableColumn } from '../table-source.js';
import type { TableSchema } from './table-view.js';
import { viewOfSource } from './view-of-source.js';

/** Before and after every time below: what has no time of its own has one of these beside it. */
const enteredMs = [Date.UTC(2001, 0, 1), Date.UTC(2040, 0, 1)];

const missing = ['{}', '{"eventTime":null}', '{"eventName":"A"}'];
const readable = [
  '2026-11-21T10:00:00Z',
  '2001-01-01T00:00:00Z',
  '2026-11-21T10:00:00.5Z',
  '2026-11-21T09:59:59.999999Z',
  '2026-11-21T12:00:00+02:00',
  '2026-11-20T23:30:00-14:00',
  '2026-11-21T10:00:00',
  '2026-11-21 10:00:00',
  '2026-11-21',
  '2026-11-21T24:00:00Z',
  '2026-1-5T1:2:3Z',
  ' 2026-11-21T10:00:00Z',
  '12026-01-01T00:00:00Z',
].map((time) => JSON.stringify({ eventTime: time }));
const unreadable = [
  '"2026-11-21t10:00:00z"',
  '"2026-11-21T10:00Z"',
  '"2026"',
  '"2026-11"',
  '"yesterday"',
  '""',
  '"2026-02-30T10:00:00Z"',
  '1795255200',
  '{"a":1}',
  '["2026-11-21T10:00:00Z"]',
  'true',
].map((time) => `{"eventTime":${time}}`);
const parameters = [
  '{"k":"v"}',
  '{"k":null}',
  '{"k":{"a": [1, "é"]}}',
  '{"k":12345678901234567890123,"k2":1e400,"k3":1.50}',
  '{"k":true,"":"empty","a.b":"dot","a\\"b":"quote","a/b~c":"pointer","*":"star","K":"upper","0":"zero","é":"e","a\\\\b":"back"}',
  '{"k":"first","other":1,"k":"second"}',
  '{"k":"a\\u0000b"}',
  '{"k":"1\\n2"}',
  '{}',
  '"k"',
  '["k"]',
  '[{"k":"v"}]',
  '17',
  'null',
].flatMap((value) => [`{"requestParameters":${value}}`, `{"addendum":${value}}`]);
const identities = [
  '"root"',
  '[1]',
  'null',
  '{}',
  '{"userName":"Bob","type":null}',
  '{"userName":{"a":1},"type":5}',
  '{"username":"lower"}',
  '{"userName":"first","userName":"second"}',
  '{"sessionContext":null}',
  '{"sessionContext":{"attributes":{"creationDate":"yesterday","mfaAuthenticated":true}}}',
  '{"sessionContext":{"attributes":{"creationDate":"2026-11-21T10:00:00+02:00"},"sessionIssuer":"x"}}',
  '{"sessionContext":{"attributes":[],"sourceIdentity":"me"}}',
].map((value) => `{"userIdentity":${value}}`);

let folder: string;
let segments: ParquetEventSegments;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'cairn-faster-'));
  segments = new ParquetEventSegments(folder, silentLog);
});
after(async () => {
  await segments.close();
  rmSync(folder, { recursive: true, force: true });
});

let streams = 0;

interface Records {
  readonly texts: readonly string[];
  readonly schema: RecordSchema;
  readonly columns?: readonly TableColumn[];
}

/** What a statement over `t` answers by the faster columns, and what without them. */
async function openBoth({ texts, schema, columns }: Records) {
  const stream = `history/${String(++streams).padStart(12, '0')}`;
  const lines = enteredMs.flatMap((entered) =>
    texts.map(
      (record) =>
        `{"account":"111122223333","region":"eu-west-1","category":"Management","entered":${entered},"record":${record}}\n`,
    ),
  );
  const { added } = await segments.commit('test', String(streams), [
    { stream, kind: 'cloudtrail', lines: { bytes: Buffer.from(lines.join('')), count: lines.length } },
  ]);
  assert.equal(added, lines.length);
  const snapshot = segments.snapshot(stream);
  const view = viewOfSource({ kind: 'segments', schema, files: snapshot.files, ...(columns && { columns }) });
  const session = await openTranslated([`CREATE VIEW t AS ${view.select}`]);
  const dialect: SqlDialect = schema === 'athena' ? 'athena' : 'lake';
  const answer = async (sql: string, told: TableSchema): Promise<string> => {
    try {
      const table = () => ({ view: 't', schema: told });
      return JSON.stringify((await session.run(sql, { dialect, table })).rows.map(String).sort());
    } catch (error) {
      assert.ok(error instanceof QueryError, String(error));
      return `fails: ${error.code}`;
    }
  };
  const alike = async (sql: string): Promise<string> => {
    const slow = await answer(sql, { ...view.schema, faster: {} });
    assert.equal(await answer(sql, view.schema), slow, sql);
    return slow;
  };
  const close = (): void => {
    session.close();
    snapshot.release();
  };
  return { alike, fast: (sql: string) => answer(sql, view.schema), close, faster: view.schema.faster };
}

const operators = ['<', '<=', '>', '>=', '=', '<>', 'IS DISTINCT FROM'];
const times = ['2026-11-21T10:00:00Z', '2026'];

/** A condition in every place where its NULL is told from its false, or is not. */
function statementsOf(condition: string, shown: string): string[] {
  return [
    `SELECT ${shown} FROM t WHERE ${condition}`,
    `SELECT ${shown} FROM t WHERE NOT (${condition})`,
    `SELECT ${shown} FROM t WHERE ${condition} AND (eventname IS NULL OR ${condition})`,
    `SELECT ${shown} FROM t WHERE ${condition} OR eventname = 'A'`,
    `SELECT ${condition}, count(*) FROM t GROUP BY 1`,
    `SELECT ${condition}, count(*) FROM t GROUP BY ${shown}`,
    `SELECT a.${shown} FROM t AS a JOIN (SELECT DISTINCT ${shown} FROM t WHERE ${condition}) AS b ON a.${shown} = b.${shown}`,
  ];
}

describe('eventTime', () => {
  test('as a text, compared with texts, whatever it is', async () => {
    const { alike, close } = await openBoth({
      texts: [...missing, ...readable, ...unreadable],
      schema: 'athena',
    });
    for (const time of times) {
      for (const operator of operators)
        for (const sql of statementsOf(`eventtime ${operator} '${time}'`, 'eventtime'))
          assert.doesNotMatch(await alike(sql), /fails/, sql);
      await alike(`SELECT eventtime FROM t WHERE '${time}' <= eventtime`);
      await alike(`SELECT eventtime FROM t WHERE eventtime BETWEEN '2026-11-21' AND '${time}'`);
      await alike(`SELECT eventtime FROM t WHERE eventtime NOT BETWEEN '2026-11-21' AND '${time}'`);
    }
    const later = JSON.parse(await alike("SELECT eventtime FROM t WHERE eventtime > '2026-11-21T10:00:00Z'"));
    assert.ok(later.includes('yesterday') && later.includes('2026-11-21T12:00:00+02:00'));
    close();
  });

  const instants = [
    ...operators.map(
      (operator) => (time: string) => `${time} ${operator} TIMESTAMP '2026-11-21 10:00:00 UTC'`,
    ),
    (time: string) => `TIMESTAMP '2026-11-21 10:00:00' >= ${time}`,
    (time: string) => `${time} BETWEEN TIMESTAMP '2026-11-21 00:00:00' AND now()`,
    (time: string) => `${time} NOT BETWEEN TIMESTAMP '2026-11-21 00:00:00' AND now()`,
    (time: string) => `${time} > date_add('hour', -2, TIMESTAMP '2026-11-21 12:00:00 Europe/Berlin')`,
    (time: string) => `${time} < current_date + INTERVAL '1' DAY`,
    (time: string) => `${time} AT TIME ZONE 'Europe/Berlin' >= TIMESTAMP '2026-11-21 11:00:00 Europe/Berlin'`,
    (time: string) => `CAST(${time} AS timestamp) <= TIMESTAMP '2026-11-21 10:00:00'`,
    (time: string) =>
      `CAST(CAST(${time} AS timestamp) AT TIME ZONE 'Europe/Berlin' AS timestamp) <= TIMESTAMP '2026-11-21 11:00:00'`,
    (time: string) => `${time} > (SELECT min(${time}) FROM t)`,
    (time: string) => `${time} > ${time} - INTERVAL '1' DAY`,
    (time: string) => `date_trunc('day', ${time}) = DATE '2026-11-21'`,
  ];

  test('read as a time: without one there is no row', async () => {
    const { alike, close } = await openBoth({ texts: [...missing, ...readable], schema: 'athena' });
    for (const condition of instants)
      for (const sql of statementsOf(condition('from_iso8601_timestamp(eventtime)'), 'eventtime'))
        assert.doesNotMatch(await alike(sql), /fails/, sql);
    const early =
      "SELECT eventtime FROM t WHERE from_iso8601_timestamp(eventtime) < TIMESTAMP '2026-01-01 00:00:00'";
    assert.equal(await alike(early), '["2001-01-01T00:00:00Z","2001-01-01T00:00:00Z"]');
    close();
  });

  for (const time of [
    'from_iso8601_timestamp(eventtime)',
    "date_parse(eventtime, '%Y-%m-%dT%H:%i:%sZ')",
    "parse_datetime(eventtime, 'yyyy-MM-dd''T''HH:mm:ss''Z''')",
  ]) {
    test(`${time}, with TRY around it, whatever it is`, async () => {
      const { alike, close } = await openBoth({
        texts: [...missing, ...readable, ...unreadable],
        schema: 'athena',
      });
      for (const condition of instants) {
        for (const sql of statementsOf(condition(`TRY(${time})`), 'eventtime').slice(0, 3))
          assert.doesNotMatch(await alike(sql), /fails/, sql);
      }
      await alike(`SELECT TRY(${time}), count(*) FROM t GROUP BY 1`);
      assert.match(
        await alike(`SELECT eventtime FROM t WHERE ${time} < now() + INTERVAL '100' YEAR`),
        /fails/,
      );
      close();
    });
  }

  test('by the pattern of CloudTrail, where all is of it', async () => {
    const texts = ['{"eventTime":"2026-11-21T10:00:00Z"}', '{"eventTime":"2026-1-5T1:2:3Z"}', ...missing];
    const { alike, close } = await openBoth({ texts, schema: 'athena' });
    for (const condition of instants)
      for (const sql of statementsOf(condition("date_parse(eventtime, '%Y-%m-%dT%H:%i:%sZ')"), 'eventtime'))
        await alike(sql);
    close();
  });

  test('that cannot be read is no row of a range that it was not recorded in, and fails in any other', async () => {
    const texts = [...missing, ...unreadable, '{"eventTime":"2026-11-21T10:00:00Z"}'];
    const { fast, alike, close } = await openBoth({ texts, schema: 'athena' });
    const after = (day: string) =>
      `SELECT DISTINCT eventtime FROM t WHERE from_iso8601_timestamp(eventtime) BETWEEN DATE '${day}' AND DATE '2027-01-01'`;
    assert.equal(await fast(after('2026-01-01')), '["2026-11-21T10:00:00Z"]');
    assert.match(await alike(after('2000-01-01')), /fails/);
    close();
  });

  test('its parts, its beginnings and its extremes, before 1970 too', async () => {
    const early = [
      '1969-12-29T00:00:00Z',
      '1969-12-31T23:59:59.999Z',
      '1970-01-01T00:00:00Z',
      '0001-01-01T00:00:00Z',
    ]
      .concat('1970-01-04T23:59:59Z', '1970-01-05T00:00:00Z', '0000-12-31T23:00:00Z', '9999-12-31T23:59:59Z')
      .map((time) => JSON.stringify({ eventTime: time }));
    const texts = [...missing, ...readable, ...early];
    const [athena, lake] = [
      await openBoth({ texts, schema: 'athena' }),
      await openBoth({ texts, schema: 'lake' }),
    ];
    assert.ok(athena.faster.eventtime?.odd);
    const units = ['millisecond', 'second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'];
    const ofTime = [
      ...units.map((unit) => (time: string) => `date_trunc('${unit}', ${time})`),
      ...units.map((unit) => (time: string) => `date_diff('${unit}', min(${time}), max(${time}))`),
      ...['date', 'day_of_week', 'hour', 'min', 'max'].map((name) => (time: string) => `${name}(${time})`),
      (time: string) => `max(${time}) FILTER (WHERE ${time} < now())`,
      (time: string) => `date_trunc('hour', max(${time})) = max(date_trunc('hour', ${time}))`,
      (time: string) => `date_trunc('day', ${time} AT TIME ZONE 'Europe/Berlin')`,
    ];
    for (const made of ofTime) {
      for (const time of [
        'from_iso8601_timestamp(eventtime)',
        'CAST(from_iso8601_timestamp(eventtime) AS timestamp)',
      ]) {
        const value = made(time);
        const rows = `SELECT ${value}, count(*) FROM t${/m(in|ax)\(/.test(value) ? ' GROUP BY eventname' : ' GROUP BY 1'}`;
        assert.doesNotMatch(await athena.alike(rows), /fails/, rows);
      }
      // A sum is no column: its beginnings are the calendar's.
      const [byColumn, bySum] = ['eventTime', "(eventTime + INTERVAL '0' DAY)"].map((time) =>
        lake.fast(
          `SELECT ${made(time)}, count(*) FROM t${/m(in|ax)\(/.test(made(time)) ? '' : ' GROUP BY 1'}`,
        ),
      );
      assert.equal(await byColumn, await bySum, made('eventTime'));
    }
    // Monday of the week that the epoch is in.
    const week =
      "SELECT date_trunc('week', from_iso8601_timestamp(eventtime)) FROM t WHERE eventtime = '1970-01-04T23:59:59Z'";
    assert.equal(await athena.fast(week), '["1969-12-29 00:00:00.000 UTC","1969-12-29 00:00:00.000 UTC"]');
    athena.close();
    lake.close();
  });

  test('as the timestamp of an event data store', async () => {
    const { alike, close } = await openBoth({
      texts: [...missing, ...readable, ...unreadable],
      schema: 'lake',
    });
    for (const operator of operators)
      for (const sql of statementsOf(`eventTime ${operator} '2026-11-21 10:00:00'`, 'eventTime'))
        await alike(sql);
    close();
  });
});

describe('resources', () => {
  const texts = [
    'null',
    '[]',
    '[null]',
    '{}',
    '"a"',
    '[1,"two",[3]]',
    '[{}]',
    '[{"ARN":"a","accountId":"1","type":"T"}]',
    '[{"ARN":null,"type":"T"},{"ARN":"b","type":"U"}]',
    '[null,{"ARN":"c"}]',
    '[{"ARN":{"x":1},"accountId":5,"type":true,"ARNPrefix":"p"}]',
    '[{"arn":"lower","accountid":"2","Type":"X"}]',
    '{"ARN":"no list"}',
  ].map((value) => `{"eventID":"e","resources":${value}}`);
  const shown = ['arn', 'type', 'accountid'];

  for (const schema of ['athena', 'lake'] as const)
    test(`the first of them, and how many there are: ${schema}`, async () => {
      const { alike, close, faster } = await openBoth({ texts: ['{}', ...texts], schema });
      assert.ok(faster.resources?.count !== undefined && faster.resources.first?.type !== undefined);
      for (const field of shown) {
        const value = `element_at(resources, 1).${field}`;
        assert.doesNotMatch(await alike(`SELECT ${value}, count(*) FROM t GROUP BY 1`), /fails/);
        await alike(`SELECT resources, ${value}, cardinality(resources) FROM t WHERE ${value} IS NOT NULL`);
        await alike(
          `SELECT r.${field}, count(*) FROM (SELECT eventid, element_at(resources, 1) AS r FROM t) GROUP BY r.${field}`,
        );
        await alike(`SELECT resources[1].${field} FROM t WHERE cardinality(resources) > 0`);
        assert.match(await alike(`SELECT resources[1].${field} FROM t`), /fails/);
      }
      assert.match(await alike('SELECT element_at(resources, 1).arn FROM t'), /"a"|,a,/);
      close();
    });

  test('of a table that says something else of them', async () => {
    const type = 'array(row(arn varchar, accountid bigint, type varchar))';
    const columns = [{ name: 'resources', type }];
    const { alike, close, faster } = await openBoth({ texts, schema: 'athena', columns });
    assert.equal(faster.resources, undefined);
    assert.match(await alike('SELECT element_at(resources, 1).accountid FROM t'), /5/);
    close();
  });
});

describe('maps', () => {
  const keys = [
    'k',
    'k2',
    'k3',
    '',
    'a.b',
    'a"b',
    'a/b~c',
    '*',
    'K',
    '0',
    'é',
    'a\\b',
    'other',
    'absent',
    "it''s",
  ];

  test('one key of a map is what the map says', async () => {
    const { alike, close, faster } = await openBoth({ texts: parameters, schema: 'lake' });
    assert.ok(faster.requestparameters?.json !== undefined);
    for (const column of ['requestParameters', 'addendum']) {
      for (const key of keys) {
        const value = `element_at(${column}, '${key}')`;
        await alike(`SELECT ${value}, count(*) FROM t GROUP BY 1`);
        await alike(`SELECT ${column}, ${value} FROM t WHERE ${value} IS NOT NULL`);
        await alike(`SELECT eventjson FROM t WHERE ${value} = 'v' OR NOT ${value} <> 'first'`);
        await alike(`SELECT json_extract_scalar(${value}, '$.a[0]') FROM t`);
      }
    }
    assert.match(await alike("SELECT element_at(requestParameters, 'k') FROM t"), /first/);
    close();
  });

  test('a map of other values', async () => {
    const columns = [{ name: 'requestparameters', type: 'map(varchar, bigint)' }];
    const texts = ['{"requestParameters":{"k":5}}', '{"requestParameters":{"k":70}}', '{}'];
    const { alike, close } = await openBoth({ texts, schema: 'athena', columns });
    assert.equal(
      await alike(
        "SELECT element_at(requestparameters, 'k') + 1 FROM t WHERE element_at(requestparameters, 'k') > 6",
      ),
      '["71","71"]',
    );
    close();
  });

  test('json_extract_scalar of the JSON text', async () => {
    const { alike, close } = await openBoth({ texts: parameters, schema: 'athena' });
    for (const path of ['$.k', '$["a.b"]', '$.k.a[1]', '$[0].k'])
      await alike(`SELECT requestparameters, json_extract_scalar(requestparameters, '${path}') FROM t`);
    close();
  });
});

describe('fields', () => {
  const paths = [
    'type',
    'userName',
    'sessionContext.sourceIdentity',
    'sessionContext.attributes.creationDate',
    'sessionContext.attributes.mfaAuthenticated',
    'sessionContext.sessionIssuer.userName',
  ];
  const columns = [
    {
      name: 'userIdentity',
      type: 'row(type integer, userName varchar, sessionContext row(sourceIdentity varchar, attributes row(creationDate timestamp(3), mfaAuthenticated boolean), sessionIssuer row(userName varchar)))',
    },
    { name: 'eventjson', type: 'varchar' },
  ];
  for (const [name, records] of Object.entries({
    lake: { schema: 'lake' },
    declared: { schema: 'athena', columns },
  } as const)) {
    test(`${name}: each is what the row says`, async () => {
      const { alike, close, faster } = await openBoth({ texts: [...missing, ...identities], ...records });
      assert.ok(Object.keys(faster.useridentity?.fields ?? {}).length >= paths.length);
      for (const path of paths) {
        const field = `userIdentity.${path}`;
        await alike(`SELECT ${field}, userIdentity IS NULL, count(*) FROM t GROUP BY 1, 2`);
        await alike(`SELECT eventjson FROM t WHERE ${field} IS NULL`);
        await alike(`SELECT eventjson FROM t WHERE NOT (CAST(${field} AS varchar) <> 'Bob')`);
        await alike(`SELECT x.u.${path} FROM (SELECT userIdentity AS u FROM t) AS x`);
      }
      close();
    });
  }
});
