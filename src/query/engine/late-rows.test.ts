// SPDX-License-Identifier: Apache-2.0
// Oracle: the same statement over the same files without their records at hand; and for which statements ask for records, the
// list below.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { ParquetEventSegments } from '../../adapters/event-segments/parquet/parquet-event-segments.js';
import { addRecordBlocks } from '../../adapters/event-segments/parquet/writer/add-record-blocks.js';
import { systemClock } from '../../ports/clock.js';
import type { SegmentSnapshot } from '../../ports/event-segments.js';
import { silentLog } from '../../ports/operator-log.js';
import { findBlocks } from '../../record/record-blocks.js';
import { fixtureEvents } from '../../record/testing/recorded-events.js';
import { ALLOWED_FUNCTIONS, DIALECT_MACROS } from '../dialect/dialect.js';
import type { QueryEngine, QueryStatistics, Row } from '../query-engine.js';
import type { TableSource } from '../table-source.js';
import { otherFunctions } from './child/place-query.js';
import { lateRowsMax, placesAtOnceMax } from './engine-limits.js';
import { openQueryEngine } from './open-query-engine.js';

const events = fixtureEvents();
const odd = [
  '{}',
  '{"eventTime":"no time","eventName":"Odd","eventID":"odd-1","requestParameters":"a text"}',
  '{"eventTime":"2026-11-21T10:00:00Z","eventName":"Half\\ud83d","eventID":"odd-2","userIdentity":null}',
  '{"eventTime":"2026-11-21T10:00:01Z","eventName":"Spaced",\n"eventID":"odd-3","resources":[null,{"ARN":"a"}]}',
  '{"eventTime":"2026-11-21T10:00:02Z","eventName":"Ünïcode","eventID":"odd-4","requestParameters":{"a":"\\u0000","b":[1,2]}}',
  '{"eventTime":"2026-11-21T10:00:03Z","userIdentity":"root","eventID":"odd-5","tlsDetails":{}}',
];
/** By place, as the history has them. */
const records = new Map(
  [...odd, ...events.map((event) => JSON.stringify(event))].map((text, n) => [String(n * 3 + 1), text]),
);

let folder: string;
let segments: ParquetEventSegments;
let snapshot: SegmentSnapshot;
let engine: QueryEngine;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cairn-late-'));
  segments = new ParquetEventSegments(folder, silentLog);
  const lines = Array.from(
    records,
    ([place, text], n) =>
      `{"place":"${place}","account":"111122223333","region":"eu-west-1","category":"Management","entered":${1_795_255_200_000 + n},"record":${text.replaceAll('\n', ' ')}}\n`,
  );
  const third = Math.ceil(lines.length / 3);
  for (let from = 0; from < lines.length; from += third) {
    const piece = lines.slice(from, from + third);
    await segments.commit('test', String(from), [
      {
        stream: 'history/111122223333',
        kind: 'cloudtrail',
        lines: { bytes: Buffer.from(piece.join('')), count: piece.length },
      },
    ]);
  }
  snapshot = segments.snapshot('history/111122223333');
  engine = openQueryEngine({ clock: systemClock, log: silentLog, lateFromRows: 0 });
});
after(async () => {
  await engine.close();
  snapshot.release();
  await segments.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

interface Answer {
  readonly rows: readonly Row[];
  /** Places of records that were asked for. */
  readonly asked: readonly string[];
  readonly statistics: QueryStatistics;
}

async function ask(
  sql: string,
  {
    byPlace = true,
    record = (place: string) => records.get(place),
  }: { byPlace?: boolean; record?: (place: string) => string | undefined } = {},
): Promise<Answer> {
  const rows: Row[] = [];
  const asked: string[] = [];
  const source: TableSource = {
    kind: 'segments',
    schema: 'athena',
    files: snapshot.files.map(({ path }) => ({ path })),
    ...(byPlace ? { byPlace } : {}),
  };
  const run = engine.run({
    sql,
    dialect: 'athena',
    limits: { runMsMax: 60_000, rowsMax: 100_000, resultBytesMax: 2 ** 30, memoryBytesMax: 2 ** 29 },
    resolve: async (names) => names.map(() => source),
    records: async (places) => {
      assert.ok(places.length <= placesAtOnceMax);
      asked.push(...places);
      const texts = places.map((place) => Buffer.from(record(place) ?? ''));
      return { bytes: Buffer.concat(texts), lengths: texts.map(({ length }) => length) };
    },
    onColumns: () => {},
    onRows: (more) => {
      rows.push(...more);
    },
  });
  return { statistics: await run.done, rows, asked };
}

async function sameAnswer(sql: string, isSorted = false): Promise<Answer> {
  const [plain, late] = [await ask(sql, { byPlace: false }), await ask(sql)];
  const shown = ({ rows }: Answer) => {
    const lines = rows.map((row) => JSON.stringify(row));
    return isSorted ? lines : lines.sort();
  };
  assert.deepEqual(plain.asked, []);
  assert.deepEqual(shown(late), shown(plain), sql);
  assert.equal(late.statistics.rowsScanned, plain.statistics.rowsScanned);
  return late;
}

describe('rows that are read late', () => {
  test('are what the columns say, of every record and whatever is in it', async () => {
    const { rows, asked } = await sameAnswer('SELECT * FROM t');
    assert.equal(rows.length, records.size);
    assert.deepEqual(new Set(asked), new Set(records.keys()));
  });

  const late = [
    "SELECT * FROM t WHERE useridentity.type = 'Root' OR eventid LIKE 'odd%'",
    'SELECT * FROM t ORDER BY eventtime DESC, eventid LIMIT 7',
    `SELECT eventid FROM t ORDER BY eventid LIMIT ${lateRowsMax + 1}`,
    'SELECT eventid, requestparameters AS p FROM t ORDER BY 1 DESC OFFSET 3 LIMIT 5',
    "SELECT json_extract_scalar(requestparameters, '$.bucketName') AS b, eventid AS e FROM t WHERE requestparameters LIKE '%bucket%' ORDER BY e",
    "SELECT x.* FROM t AS x WHERE CASE WHEN x.eventtime LIKE '2%' THEN from_iso8601_timestamp(x.eventtime) END > TIMESTAMP '2017-01-01 00:00:00 UTC' ORDER BY upper(x.eventid), x.eventid",
    'SELECT resources[1].arn, eventid FROM t WHERE cardinality(resources) > 0 ORDER BY eventid',
    "SELECT eventid, transform(resources, r -> r.arn) FROM t WHERE eventname <> 'x' ORDER BY eventid",
  ];
  for (const sql of late)
    test(`ask for records: ${sql}`, async () => {
      const { asked, rows } = await sameAnswer(sql, sql.includes('ORDER BY'));
      const offset = Number(/OFFSET (\d+)/.exec(sql)?.[1] ?? 0);
      assert.equal(asked.length, rows.length + offset);
      assert.ok(rows.length > 0);
    });

  const plain = [
    'SELECT count(*), max(requestparameters) FROM t',
    'SELECT DISTINCT eventid FROM t',
    'SELECT eventid, requestparameters FROM t GROUP BY 1, 2',
    'SELECT eventid, row_number() OVER (ORDER BY eventid) FROM t',
    'SELECT eventname, eventtime FROM t ORDER BY eventtime, eventname LIMIT 3',
    'SELECT a.eventid, b.requestparameters FROM t a JOIN t b ON a.eventid = b.eventid',
    'SELECT eventid FROM t WHERE eventname IN (SELECT eventname FROM t LIMIT 2) AND false',
    'WITH w AS (SELECT * FROM t) SELECT eventid FROM w',
    'SELECT eventid FROM t UNION ALL SELECT eventid FROM t',
    'SELECT eventid, n FROM t CROSS JOIN UNNEST(ARRAY[1, 2]) AS u(n)',
  ];
  for (const sql of plain)
    test(`are not, for ${sql}`, async () => {
      // Which of several records a LIMIT without an order shows is nobody's promise.
      assert.deepEqual((sql.includes('LIMIT 2)') ? await ask(sql) : await sameAnswer(sql)).asked, []);
    });

  test('numbers that JavaScript does not have stay what they are', async () => {
    for (const number of [
      '9007199254740993',
      '-9007199254740993',
      '12345678901234567.89',
      '1e300',
      '0.1',
      '1.0',
    ])
      await sameAnswer(
        `SELECT eventid, requestparameters FROM t WHERE CAST(${number} AS varchar) = '${number}' OR ${number} > length(eventname)`,
      );
  });

  test('not where a statement says something else each time', async () => {
    assert.deepEqual((await ask('SELECT eventid FROM t WHERE random() < 0.5')).asked, []);
  });

  test('a record that is gone, or too much text, makes it read the columns', async () => {
    const sql = 'SELECT * FROM t ORDER BY eventid';
    const { rows } = await ask(sql, { byPlace: false });
    const gone = await ask(sql, { record: (place) => (place === '4' ? undefined : records.get(place)) });
    assert.deepEqual(gone.rows, rows);
    const long = await ask(sql, {
      record: (place) => (place === '4' ? ' '.repeat(2 ** 25) : records.get(place)),
    });
    assert.deepEqual(long.rows, rows);
  });

  test('a reader of records that fails, fails the query', async () => {
    const failing = ask('SELECT * FROM t', {
      record: () => {
        throw new Error('the history is closed');
      },
    });
    await assert.rejects(failing, /the history is closed/);
  });

  test('random statements say the same either way', async () => {
    const column = fc.constantFrom(
      ...[
        'eventid',
        'eventtime',
        'requestparameters',
        'useridentity.arn',
        'useridentity',
        'resources',
        'readonly',
      ],
      ...[
        'lower(eventname)',
        "coalesce(errorcode, 'none')",
        'tlsdetails',
        'responseelements',
        'length(useragent)',
      ],
    );
    const condition = fc.constantFrom(
      ...[
        "useridentity.type = 'IAMUser'",
        'errorcode IS NOT NULL',
        "eventsource LIKE 's3%'",
        "readonly = 'true'",
      ],
      ...["requestparameters LIKE '%a%'", 'cardinality(resources) > 0', 'length(eventname) % 2 = 0'],
      ...["eventtime > '2019-01-01'", "json_extract_scalar(requestparameters, '$.bucketName') IS NOT NULL"],
    );
    const statement = fc.record({
      columns: fc.array(column, { minLength: 1, maxLength: 7 }),
      conditions: fc.array(condition, { maxLength: 3 }),
      word: fc.constantFrom('AND', 'OR'),
      by: fc.array(column, { maxLength: 2 }),
      direction: fc.constantFrom('', ' DESC', ' ASC NULLS FIRST'),
      limit: fc.option(fc.integer({ min: 0, max: 60 })),
      offset: fc.option(fc.integer({ min: 0, max: 20 })),
      all: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        statement,
        async ({ columns, conditions, word, by, direction, limit, offset, all }) => {
          const isOrdered = (part: string) => !['useridentity', 'resources', 'tlsdetails'].includes(part);
          const order = [
            ...by.filter(isOrdered).map((part) => `${part}${direction}`),
            'eventid',
            'eventtime',
          ];
          const cut = `${offset === null ? '' : ` OFFSET ${offset}`}${limit === null ? '' : ` LIMIT ${limit}`}`;
          await sameAnswer(
            `SELECT ${all ? '*' : columns.join(', ')} FROM t${conditions.length === 0 ? '' : ` WHERE ${conditions.join(` ${word} `)}`} ORDER BY ${order.join(', ')}${cut}`,
            true,
          );
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe('rows whose records stand in their files', () => {
  let own: ParquetEventSegments;
  let files: readonly { readonly path: string }[];
  let ofStores: string;
  /** Reads nothing late. */
  let plainEngine: QueryEngine;

  before(async () => {
    ofStores = mkdtempSync(join(tmpdir(), 'cairn-late-'));
    own = new ParquetEventSegments(ofStores, silentLog);
    plainEngine = openQueryEngine({ clock: systemClock, log: silentLog, lateFromRows: 1e9 });
    const lines = Array.from(
      records.values(),
      (text, n) =>
        `{"account":"11112222333${n % 3}","region":"eu-west-1","category":"Management","entered":${1_795_255_200_000 + n},"record":${text.replaceAll('\n', ' ')}}\n`,
    );
    const half = Math.ceil(lines.length / 2);
    for (const from of [0, half]) {
      const piece = lines.slice(from, from + half);
      const bytes = Buffer.from(piece.join(''));
      await own.commit('test', String(from), [
        { stream: 'event-data-store/a', kind: 'cloudtrail', lines: { bytes, count: piece.length } },
      ]);
    }
    files = own.snapshot('event-data-store/a').files;
  });
  after(async () => {
    await plainEngine.close();
    await own.close();
    rmSync(ofStores, { recursive: true, force: true });
  });

  async function rowsOf(by: QueryEngine, sql: string, of = files): Promise<readonly Row[]> {
    const rows: Row[] = [];
    await by.run({
      sql,
      dialect: 'lake',
      limits: { runMsMax: 60_000, rowsMax: 100_000, resultBytesMax: 2 ** 30, memoryBytesMax: 2 ** 29 },
      resolve: async (names) =>
        names.map(() => ({ kind: 'segments', schema: 'lake', files: of.map(({ path }) => ({ path })) })),
      onColumns: () => {},
      onRows: (more) => {
        rows.push(...more);
      },
    }).done;
    return rows;
  }

  async function same(sql: string): Promise<readonly Row[]> {
    const [plain, late] = [await rowsOf(plainEngine, sql), await rowsOf(engine, sql)];
    const shown = (rows: readonly Row[]) => {
      const lines = rows.map((row) => JSON.stringify(row));
      return sql.includes('ORDER BY') ? lines : lines.sort();
    };
    assert.deepEqual(shown(late), shown(plain), sql);
    return late;
  }

  test('are what the columns say', async () => {
    assert.equal((await same('SELECT * FROM t')).length, records.size);
    for (const sql of [
      "SELECT * FROM t WHERE userIdentity.type = 'Root' OR eventID LIKE 'odd%'",
      'SELECT * FROM t ORDER BY eventTime DESC, eventID LIMIT 7',
      'SELECT eventID, requestParameters AS p FROM t ORDER BY 1 DESC OFFSET 3 LIMIT 5',
      "SELECT eventID, element_at(requestParameters, 'bucketName') FROM t WHERE element_at(requestParameters, 'bucketName') IS NOT NULL ORDER BY 1",
      'SELECT eventJson, eventJsonChecksum FROM t',
      'SELECT resources, eventID FROM t WHERE cardinality(resources) > 0 ORDER BY eventID',
      'SELECT x.* FROM t AS x WHERE x.readOnly ORDER BY lower(x.eventID)',
      "SELECT * FROM t WHERE eventID = 'nobody'",
    ])
      await same(sql);
  });

  test('random statements say the same either way', async () => {
    const column = fc.constantFrom(
      ...['eventID', 'eventTime', 'requestParameters', 'userIdentity.arn', 'userIdentity', 'resources'],
      ...['readOnly', 'lower(eventName)', 'tlsDetails', 'eventJson', 'length(userAgent)'],
      "element_at(responseElements, 'x')",
    );
    const condition = fc.constantFrom(
      ...["userIdentity.type = 'IAMUser'", 'errorCode IS NOT NULL', "eventSource LIKE 's3%'", 'readOnly'],
      ...["eventJson LIKE '%bucket%'", "eventTime > TIMESTAMP '2019-01-01 00:00:00'"],
    );
    const statement = fc.record({
      columns: fc.array(column, { minLength: 1, maxLength: 7 }),
      conditions: fc.array(condition, { maxLength: 3 }),
      word: fc.constantFrom('AND', 'OR'),
      limit: fc.option(fc.integer({ min: 0, max: 60 })),
    });
    await fc.assert(
      fc.asyncProperty(statement, async ({ columns, conditions, word, limit }) => {
        const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(` ${word} `)}`;
        const cut = limit === null ? '' : ` LIMIT ${limit}`;
        await same(`SELECT ${columns.join(', ')} FROM t${where} ORDER BY eventID, eventTime${cut}`);
      }),
      { numRuns: 15 },
    );
  });

  /** A file of the same rows, with other lines in its blocks, none at all, or damaged ones. */
  async function changed(name: string, kind: 'other' | 'none' | 'damaged'): Promise<string> {
    const { path } = files[0]!;
    const copy = join(ofStores, name);
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    const connection = await instance.connect();
    await connection.run(`COPY (SELECT * FROM read_parquet('${path}')) TO '${copy}' (FORMAT parquet)`);
    const count = Number(
      (await connection.runAndReadAll(`SELECT count(*) FROM read_parquet('${copy}')`)).getRows()[0]![0],
    );
    connection.closeSync();
    instance.closeSync();
    const line = '1\x012\x013\x014\x01{"eventID":"from the blocks"}';
    if (kind !== 'none')
      await addRecordBlocks(
        copy,
        (async function* () {
          yield Array.from({ length: count }, () => line);
        })(),
        join(ofStores, 'blocks'),
      );
    if (kind === 'damaged') {
      const bytes = readFileSync(copy);
      bytes[findBlocks(bytes.length, (at, length) => bytes.subarray(at, at + length))!.start + 3]! ^= 0xff;
      writeFileSync(copy, bytes);
    }
    return copy;
  }

  test('come from the blocks, where all files have them and they are whole', async () => {
    const sql = 'SELECT eventID, eventJson FROM t ORDER BY 1';
    const other = await rowsOf(engine, sql, [{ path: await changed('other.parquet', 'other') }]);
    assert.ok(other.length > 0 && other.every(([id]) => id === 'from the blocks'));
    const expected = await rowsOf(plainEngine, sql, [files[0]!]);
    for (const kind of ['none', 'damaged'] as const)
      assert.deepEqual(
        await rowsOf(engine, sql, [{ path: await changed(`${kind}.parquet`, kind) }]),
        expected,
      );
    const mixed = [files[1]!, { path: await changed('mixed.parquet', 'none') }];
    assert.deepEqual(await rowsOf(engine, sql, mixed), await rowsOf(plainEngine, sql, mixed));
  });
});

test('functions that look at more than one row are known by name', async () => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(
    "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type IN ('aggregate', 'table') OR stability = 'VOLATILE'",
  );
  connection.closeSync();
  instance.closeSync();
  // Windows are told by their kind of node.
  const windows = new Set(
    'cume_dist dense_rank lag last_value first_value lead nth_value ntile percent_rank rank row_number'.split(
      ' ',
    ),
  );
  const found = reader
    .getRows()
    .map(([name]) => String(name))
    // `repeat` is a scalar too, and statements call functions that make tables only by UNNEST and generate_series.
    .filter((name) => ALLOWED_FUNCTIONS.has(name) && !windows.has(name) && name !== 'repeat');
  assert.deepEqual(
    found.filter((name) => !otherFunctions.has(name)),
    [],
  );
  for (const macro of DIALECT_MACROS) assert.doesNotMatch(macro, /\b(random|uuid|gen_random_uuid)\s*\(/);
});
