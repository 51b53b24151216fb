// SPDX-License-Identifier: Apache-2.0
// Oracle: the same query of a table that has no faster ways, over every kind of list: none, empty, of nothing, of one, of more;
// answers and failures are the same. That the ways are taken shows a table whose wide columns fail when they are made.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { QueryError } from '../query-error.js';
import type { TableSchema } from '../views/table-view.js';
import { openTranslated } from './testing/run-translated.js';

const resourceType = 'STRUCT(arn VARCHAR, accountid VARCHAR, "type" VARCHAR)[]';
const identityType =
  'STRUCT(username VARCHAR, sessioncontext STRUCT(attributes STRUCT(mfaauthenticated VARCHAR), sessionissuer STRUCT(username VARCHAR)))';

const schema: TableSchema = {
  columns: [
    { name: 'id', type: 'varchar' },
    { name: 'eventtime', type: 'varchar' },
    { name: 'resources', type: 'array(row(arn varchar, accountid varchar, type varchar))' },
    {
      name: 'useridentity',
      type: 'row(username varchar, sessioncontext row(attributes row(mfaauthenticated varchar), sessionissuer row(username varchar)))',
    },
    { name: 'parameters', type: 'map(varchar, varchar)' },
  ],
  hidden: ['$time', '$count', '$arn', '$type', '$user', '$mfa', '$issuer', '$json'],
  faster: {
    eventtime: { timestamp: '$time' },
    resources: { count: '$count', first: { arn: '$arn', type: '$type' } },
    useridentity: {
      fields: {
        username: '$user',
        'sessioncontext.attributes.mfaauthenticated': '$mfa',
        'sessioncontext.sessionissuer.username': '$issuer',
      },
    },
    parameters: { json: '$json' },
  },
};
const plain: TableSchema = { ...schema, faster: {} };

const lists = [
  'NULL',
  '[]',
  '[NULL]',
  "[{'arn': 'a1', 'accountid': '1', 'type': 'x'}]",
  "[{'arn': NULL, 'accountid': '2', 'type': 'y'}]",
  "[{'arn': 'a2', 'accountid': NULL, 'type': NULL}, {'arn': 'a3', 'accountid': '3', 'type': 'z'}]",
  "[NULL, {'arn': 'a4', 'accountid': '4', 'type': 'z'}]",
];
const identities = [
  'NULL',
  "{'username': 'alice', 'sessioncontext': NULL}",
  "{'username': NULL, 'sessioncontext': {'attributes': {'mfaauthenticated': 'true'}, 'sessionissuer': NULL}}",
  "{'username': 'bob', 'sessioncontext': {'attributes': NULL, 'sessionissuer': {'username': 'admin'}}}",
];

const rows = lists.flatMap((list, l) =>
  identities.map(
    (identity, i) =>
      `('${l}${i}', TIMESTAMP '2026-11-${10 + l} 0${i}:00:00', CAST(${list} AS ${resourceType}), CAST(${identity} AS ${identityType}), '{"k":"${l % 3}"}')`,
  ),
);
const setup = [
  `CREATE TABLE base AS SELECT * FROM (VALUES ${rows.join(', ')}) AS v(id, t, resources, useridentity, p)`,
  ...['kept', 'failing'].map((view) => {
    const wide = (name: string, type: string, sql: string) =>
      view === 'kept'
        ? `${sql} AS ${name}`
        : `CAST(CAST(error('${name} was made') AS VARCHAR) AS ${type}) AS ${name}`;
    return `CREATE VIEW ${view} AS SELECT id, ${wide('eventtime', 'VARCHAR', "strftime(t, '%Y-%m-%dT%H:%M:%SZ')")},
      ${wide('resources', resourceType, 'resources')}, ${wide('useridentity', identityType, 'useridentity')},
      ${wide('parameters', 'MAP(VARCHAR, VARCHAR)', 'CAST(p::JSON AS MAP(VARCHAR, VARCHAR))')},
      t AS "$time", len(resources)::UINTEGER AS "$count", resources[1].arn AS "$arn", resources[1]."type" AS "$type",
      useridentity.username AS "$user", useridentity.sessioncontext.attributes.mfaauthenticated AS "$mfa",
      useridentity.sessioncontext.sessionissuer.username AS "$issuer", p AS "$json" FROM base`;
  }),
];

let session: Awaited<ReturnType<typeof openTranslated>>;
before(async () => {
  session = await openTranslated(setup);
});
after(() => session.close());

async function answer(sql: string, view: string, told: TableSchema): Promise<string> {
  try {
    const { rows } = await session.run(sql, { table: () => ({ view, schema: told }) });
    return JSON.stringify(rows.map((row) => JSON.stringify(row)).sort());
  } catch (error) {
    assert.ok(error instanceof QueryError, `${sql}: ${String(error)}`);
    return `${error.code}: ${error.message}`;
  }
}

/** @returns the answer of the plain table */
async function alike(sql: string): Promise<string> {
  const expected = await answer(sql, 'kept', plain);
  assert.equal(await answer(sql, 'kept', schema), expected, sql);
  return expected;
}

/** Answered without the wide columns. */
const narrow = [
  'SELECT element_at(resources, 1).type, count(*) FROM t GROUP BY element_at(resources, 1).type',
  'SELECT element_at(resources, 1).type, count(*) FROM t GROUP BY 1',
  "SELECT resources[1].arn FROM t WHERE cardinality(resources) > 0 AND resources[1].type IN ('x', 'y')",
  'SELECT id, cardinality(resources) FROM t',
  'SELECT resource.type, count(*) FROM (SELECT id, element_at(resources, 1) AS resource FROM t) GROUP BY resource.type',
  'SELECT resource.type, resource.arn FROM (SELECT resources[1] AS resource FROM t WHERE cardinality(resources) > 0)',
  'WITH r AS (SELECT id, element_at(resources, 1) AS resource FROM t) SELECT resource.type, count(*) FROM r GROUP BY 1',
  'WITH r AS (SELECT * FROM t) SELECT a.id, b.resources[1].arn FROM r a JOIN r b ON a.id = b.id WHERE cardinality(b.resources) = 2',
  'WITH r(a, b, list, who, p) AS (SELECT * FROM t) SELECT who.username, element_at(list, 1).arn FROM r',
  'SELECT n, max(arn) FROM (SELECT cardinality(list) AS n, element_at(list, 1).arn AS arn FROM (SELECT resources AS list FROM (SELECT * FROM t))) GROUP BY n',
  "SELECT q.u.username, count(*) FROM (SELECT useridentity AS u FROM t ORDER BY id LIMIT 9) AS q WHERE u.sessioncontext.attributes.mfaauthenticated = 'true' GROUP BY 1",
  'SELECT s.sessionissuer.username, count(*) FROM (SELECT useridentity.sessioncontext AS s FROM t) GROUP BY s.sessionissuer.username',
  'SELECT (useridentity.sessioncontext).sessionissuer.username FROM t',
  "SELECT count(*) FROM (SELECT parameters AS p FROM t) WHERE element_at(p, 'k') = '1'",
  "SELECT count(*) FROM (SELECT eventtime AS at, element_at(resources, 1) AS r FROM t) WHERE r.type = 'x' OR r.arn = 'a2'",
  "SELECT l.id, r.one.type FROM t AS l LEFT JOIN (SELECT id, element_at(resources, 1) AS one FROM t WHERE useridentity.username = 'bob') AS r ON l.id = r.id",
];

/** Answered the same. */
const others = [
  'SELECT resource, count(*) FROM (SELECT element_at(resources, 1) AS resource FROM t) GROUP BY resource',
  'SELECT resource.type FROM (SELECT element_at(resources, 1) AS resource FROM t) GROUP BY resource',
  'SELECT element_at(resources, 1).type, count(*) FROM t GROUP BY element_at(resources, 1)',
  'SELECT cardinality(resources), count(*) FROM t GROUP BY resources',
  'SELECT DISTINCT resource.type FROM (SELECT DISTINCT element_at(resources, 1) AS resource FROM t)',
  'SELECT r.type, n FROM (SELECT element_at(resources, 1) AS r, count(*) AS n FROM t GROUP BY 1)',
  'SELECT r.arn FROM (SELECT max(element_at(resources, 1)) AS r FROM t)',
  'SELECT r.arn FROM (SELECT element_at(resources, 1) AS r FROM t UNION SELECT element_at(resources, 2) FROM t)',
  'SELECT element_at(r, 1).arn FROM ((SELECT resources AS r FROM t) UNION ALL (SELECT resources FROM t))',
  'SELECT id FROM t WHERE element_at(resources, 1).arn IN (SELECT element_at(resources, 1).arn FROM t)',
  "SELECT id, (SELECT max(resource.arn) FROM (SELECT element_at(resources, 1) AS resource FROM t)) FROM t WHERE id = '00'",
  'SELECT t.id, q.r.arn FROM t CROSS JOIN LATERAL (SELECT element_at(t.resources, 1) AS r) AS q',
  'SELECT element_at(resources, -1).type, element_at(resources, 2).arn FROM t',
  'SELECT element_at(resources, 1).accountid, element_at(resources, 1).arn FROM t',
  'SELECT * FROM (SELECT * FROM t)',
  'WITH r AS (SELECT * FROM t) SELECT * FROM r',
  'SELECT useridentity.sessioncontext.sessionissuer.username FROM t GROUP BY useridentity.sessioncontext.sessionissuer',
  'SELECT a.arn, b.arn FROM (SELECT id, element_at(resources, 1) AS a FROM t) JOIN (SELECT id, resources[1] AS b FROM t WHERE cardinality(resources) > 0) USING (id)',
  'SELECT resource FROM (SELECT resources FROM t) CROSS JOIN UNNEST(resources) AS x(resource)',
  'SELECT r.arn FROM (SELECT element_at(resources, 1) AS r, id FROM t ORDER BY r.arn, id LIMIT 5)',
];

/** Fail, or not, for the same reason. */
const failing = [
  'SELECT resources[1].arn FROM t',
  "SELECT resources[1].arn FROM t WHERE id >= '20'",
  'SELECT r.arn FROM (SELECT resources[1] AS r FROM t)',
  'SELECT count(*) FROM (SELECT resources[1] AS r FROM t)',
  'SELECT element_at(resources, 0) FROM t',
  'SELECT element_at(resources, 1).nothing FROM t',
  'SELECT r.nothing FROM (SELECT element_at(resources, 1) AS r FROM t)',
  'SELECT f1 FROM (SELECT element_at(resources, 1) AS r FROM t)',
  'SELECT nothing FROM t GROUP BY nobody[1]',
];

describe('faster ways to columns', () => {
  for (const sql of narrow)
    test(sql, async () => {
      const expected = await alike(sql);
      assert.match(expected, /^\["/, sql);
      assert.equal(await answer(sql, 'failing', schema), expected);
    });

  for (const sql of others)
    test(sql, async () => {
      assert.match(await alike(sql), /^\["/, sql);
    });

  for (const sql of failing)
    test(sql, async () => {
      await alike(sql);
    });

  test('an empty list has no first element', async () => {
    assert.match(await alike('SELECT resources[1].arn FROM t'), /Array subscript must be less than or equal/);
  });
});
