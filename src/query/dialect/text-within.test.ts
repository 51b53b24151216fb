// SPDX-License-Identifier: Apache-2.0
// Oracle: the same statement with its text made at run time, which the translation can look for nowhere; over
// JSON texts of all kinds, escaped in every way that JSON knows.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import type { ResolvedTable } from './dialect.js';
import { openTranslated } from './testing/run-translated.js';

const table = (): ResolvedTable => ({
  view: 'events',
  schema: {
    columns: [
      { name: 'number', type: 'bigint' },
      { name: 'json', type: 'varchar' },
      { name: 'map', type: 'map(varchar, varchar)' },
    ],
    hidden: ['$map'],
    faster: { map: { json: '$map' } },
  },
});

const words = [
  'team-data-17',
  'A/b',
  'ümlaut',
  'say "x"',
  'true',
  'null',
  '17',
  '1e2',
  '{"a":1}',
  'C:\\x',
  '',
];
const escaped = (text: string): string =>
  `"${Array.from(text, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`;

/** Texts of JSON whose member `a` is a word, or something that is printed as one. */
const documents = words.flatMap((word) => [
  `{"a":${JSON.stringify(word)}}`,
  `{"a": ${JSON.stringify(word).replaceAll('/', '\\/')} }`,
  `{"a":${escaped(word)}}`,
  `{"b":${JSON.stringify(word)},"a":null}`,
  ...(/^[\w{]/.test(word) && isJson(word) ? [`{"a":${word}}`] : []),
  `{"a":{"a": ${JSON.stringify(word)}}}`,
]);
const others = [
  '{"a":[1, 2]}',
  '{"a":{"a": 1}}',
  '{}',
  '[]',
  'no JSON with team-data-17',
  '{"a":"Team-Data-17"}',
  '',
];

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

describe('what a text of JSON may hold', () => {
  let engine: Awaited<ReturnType<typeof openTranslated>>;
  before(async () => {
    const rows = [...documents, ...others].map((json, number) => `(${number}, ${quoted(json)})`);
    engine = await openTranslated([
      `CREATE TABLE texts AS SELECT * FROM (VALUES ${rows.join(', ')}, (-1, NULL)) AS t(number, json)`,
      `CREATE VIEW events AS SELECT CAST(number AS BIGINT) AS number, json,
        try_cast(try_cast(json AS JSON) AS MAP(VARCHAR, VARCHAR)) AS map, try_cast(json AS JSON)::VARCHAR AS "$map" FROM texts`,
    ]);
  });
  after(() => engine.close());

  const answer = async (condition: string, dialect: 'athena' | 'lake') => {
    const { rows, sql } = await engine.run(`SELECT number FROM t WHERE ${condition} ORDER BY number`, {
      dialect,
      table,
    });
    return { rows, sql };
  };

  /** @param shape a condition of a text */
  const same = async (shape: (text: string) => string, dialect: 'athena' | 'lake', word: string) => {
    const fast = await answer(shape(quoted(word)), dialect);
    const plain = await answer(shape(`replace(${quoted(word)}, 'not in it')`), dialect);
    assert.doesNotMatch(plain.sql, /cairn_may_hold/);
    assert.deepEqual(fast.rows, plain.rows, word);
    return fast;
  };

  const shapes: readonly (readonly ['athena' | 'lake', (text: string) => string])[] = [
    ['athena', (text) => `json_extract_scalar(json, '$.a') = ${text}`],
    ['athena', (text) => `${text} = json_extract_scalar(json, '$.a')`],
    ['athena', (text) => `json_extract_scalar(json, '$.a.a') IN (${text}, 'zzz')`],
    ['athena', (text) => `NOT (json_extract_scalar(json, '$.a') = ${text})`],
    ['athena', (text) => `json_extract_scalar(json, '$.a') NOT IN (${text}, 'zzz')`],
    ['athena', (text) => `json_extract_scalar(json, '$.a') = ${text} OR number < 3`],
    ['lake', (text) => `element_at(map, 'a') = ${text}`],
    ['lake', (text) => `cast(element_at(map, 'a') AS varchar) = ${text} AND number > 0`],
    ['lake', (text) => `json_extract_scalar(element_at(map, 'a'), '$.a') = ${text}`],
  ];

  test('no row is lost, whatever the text and however it is escaped', async () => {
    for (const [dialect, shape] of shapes) for (const word of words) await same(shape, dialect, word);
  });

  test('no row is lost for parts of texts that are there', async () => {
    const parts = fc
      .constantFrom(...documents, ...others)
      .chain((document) =>
        fc
          .tuple(fc.nat(document.length), fc.nat(document.length))
          .map(([a, b]) => document.slice(Math.min(a, b), Math.max(a, b))),
      );
    await fc.assert(
      fc.asyncProperty(parts, fc.constantFrom(...shapes), async (part, [dialect, shape]) => {
        await same(shape, dialect, part);
      }),
      { numRuns: 60 },
    );
  });

  test('the text is looked for before JSON is read', async () => {
    for (const [dialect, shape] of shapes.filter((_, index) => ![3, 4, 5].includes(index))) {
      const { sql } = await same(shape, dialect, 'team-data-17');
      assert.match(sql, /WHERE \(?cairn_may_hold\("[^"]+"\."\$?(?:json|map)", 'team-data-17'\)/);
    }
  });

  test('what may be true without it stays as it was written', async () => {
    for (const index of [3, 4, 5]) {
      const [dialect, shape] = shapes[index]!;
      assert.doesNotMatch((await same(shape, dialect, 'team-data-17')).sql, /cairn_may_hold/);
    }
    for (const word of ['true', 'NaN', '17', '{"a":1}', ''])
      assert.doesNotMatch((await same(shapes[0]![1], 'athena', word)).sql, /cairn_may_hold/);
  });

  test('a list of many texts is not looked for one by one', async () => {
    const list = ['a', 'b', 'c', 'd', 'e'].map(quoted).join(', ');
    const { sql } = await answer(`json_extract_scalar(json, '$.a') IN (${list})`, 'athena');
    assert.doesNotMatch(sql, /cairn_may_hold/);
  });
});
