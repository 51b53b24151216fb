// SPDX-License-Identifier: Apache-2.0
// Oracle: the same statement over the same records where no member has a column of its own, so that the JSON is read.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { selectRecordColumns } from '../../record/record-columns-sql.js';
import type { ResolvedTable } from './dialect.js';
import { openTranslated } from './testing/run-translated.js';

const schemaWith = (members: Readonly<Record<string, string>>): (() => ResolvedTable) => {
  const held = Object.keys(members).length === 0 ? {} : { members };
  return () => ({
    view: 'events',
    schema: {
      columns: [
        { name: 'number', type: 'bigint' },
        { name: 'json', type: 'varchar' },
        { name: 'map', type: 'map(varchar, varchar)' },
      ],
      hidden: ['$map', '$bucket'],
      faster: { json: held, map: { json: '$map', ...held } },
    },
  });
};

const [fast, plain] = [schemaWith({ bucketName: '$bucket' }), schemaWith({})];

const values = [
  ...[
    '"team-data-17"',
    '"Team-Data-17"',
    '"\\u0074eam-data-17"',
    '"\\u0001x"',
    '"\\u0002{}"',
    '"\\u0003"',
    '""',
    '" "',
  ],
  ...['null', 'true', 'false', '17', '1e2', '"17"', '"null"', '"{}"', '"{\\"a\\":1}"', '"[1]"', '"{"'],
  ...[
    '{}',
    '{"a":1}',
    '{"bucketName":"team-data-17"}',
    '[]',
    '[1, 2]',
    '["team-data-17"]',
    '"\\ud800"',
    '"zürich"',
  ],
];
const parameters = [
  ...values.flatMap((value) => [
    `{"bucketName":${value}}`,
    `{"x":1, "bucketName" : ${value}, "bucketName":"second"}`,
    `{"Bucket":${value},"nested":{"bucketName":${value}}}`,
  ]),
  ...['null', '{}', '[{"bucketName":"team-data-17"}]', '"team-data-17"', '17'],
];
const words = ['team-data-17', 'second', 'zürich', '17', 'true', '{}', '{"a":1}', '', '\x01x', '\x02{}'];
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

describe('a member that has a column of its own', () => {
  let engine: Awaited<ReturnType<typeof openTranslated>>;
  before(async () => {
    const rows = parameters.map((text, number) => `(${number}, ${quoted(`{"requestParameters":${text}}`)})`);
    engine = await openTranslated([
      `CREATE TABLE records AS SELECT number::UBIGINT AS place, '' AS account, '' AS region, '' AS category, 0::BIGINT AS entered, record
        FROM (VALUES ${rows.join(', ')}, (-1 + ${parameters.length + 1}, '{}'), (${parameters.length + 1}, 'no JSON')) AS t(number, record)`,
      `CREATE VIEW events AS SELECT place::BIGINT AS number, requestparameters AS json, try_cast(requestparameters::JSON AS MAP(VARCHAR, VARCHAR)) AS map,
        requestparameters AS "$map", requestparameters_bucketname AS "$bucket" FROM (${selectRecordColumns('cloudtrail', 'records')})`,
    ]);
  });
  after(() => engine.close());

  const shapes: readonly (readonly ['athena' | 'lake', string])[] = [
    ['athena', "json_extract_scalar(json, '$.bucketName')"],
    ['athena', 'json_extract_scalar(json, \'$["bucketName"]\')'],
    ['lake', "element_at(map, 'bucketName')"],
    ['lake', "cast(element_at(map, 'bucketName') AS varchar)"],
    ['lake', "json_extract_scalar(element_at(map, 'bucketName'), '$.bucketName')"],
  ];

  const same = async (dialect: 'athena' | 'lake', sql: string) => {
    const [one, other] = await Promise.all([fast, plain].map((table) => engine.run(sql, { dialect, table })));
    assert.match(one!.sql, /"\$bucket"/);
    assert.doesNotMatch(other!.sql, /"\$bucket"/);
    assert.deepEqual(one!.rows, other!.rows, sql);
    return one!;
  };

  for (const [dialect, member] of shapes)
    test(`${dialect}: ${member}`, async () => {
      const { rows } = await same(dialect, `SELECT number, ${member} FROM t ORDER BY number`);
      assert.equal(rows.length, parameters.length + 2);
      for (const word of words)
        for (const condition of [
          `${member} = ${quoted(word)}`,
          `${member} IN (${quoted(word)}, 'zzz')`,
          `NOT (${member} = ${quoted(word)})`,
          `${member} <> ${quoted(word)} OR number < 3`,
          `${member} LIKE ${quoted(`${word}%`)}`,
        ])
          await same(dialect, `SELECT number FROM t WHERE ${condition} ORDER BY number`);
    });

  test('is compared without the JSON', async () => {
    const { sql, rows } = await same(
      'athena',
      `SELECT number FROM t WHERE ${shapes[0]![1]} = 'team-data-17'`,
    );
    assert.match(sql, /WHERE \(?"[^"]+"\."\$bucket" IN \('team-data-17'\)/);
    assert.doesNotMatch(sql, /json_extract/);
    assert.ok(rows.length > 0);
  });

  test('whose name is written otherwise is another one', async () => {
    for (const other of ['$.bucketname', '$.nested.bucketName', '$.Bucket'])
      assert.doesNotMatch(
        (
          await engine.run(`SELECT json_extract_scalar(json, '${other}') FROM t`, {
            dialect: 'athena',
            table: fast,
          })
        ).sql,
        /"\$bucket"/,
      );
  });
});
