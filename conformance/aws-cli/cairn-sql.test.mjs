// SPDX-License-Identifier: Apache-2.0
// Oracle: the same questions answered by JSON.parse and array methods on the same log files; the AWS CLI for what other callers may.
import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { SignatureV4 } from '@smithy/signature-v4';
import { CairnServer } from '../harness.mjs';

const fixtures = join(import.meta.dirname, '../../fixtures/cloudtrail');
const sample = join(fixtures, 'stratus-red-team', 'records.json');
const { Records: records } = JSON.parse(readFileSync(sample, 'utf8'));
const cairn = new CairnServer();

async function sql(...args) {
  const { code, stdout, stderr } = await cairn.cairn('sql', ...args);
  assert.equal(code, 0, stderr);
  return stdout;
}

async function refused(...args) {
  const { code, stderr } = await cairn.cairn('sql', ...args);
  assert.equal(code, 1, stderr);
  return stderr;
}

function counts(of) {
  const found = new Map();
  for (const record of records) found.set(of(record), (found.get(of(record)) ?? 0) + 1);
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, n]) => ({ name, n }));
}

// What Cairn itself records of the calls of this test is in the history too.
const own = records.map(({ eventID }) => `'${eventID}'`).join(',');
const bySource = `SELECT eventsource AS name, count(*) AS n FROM cairn_history WHERE eventid IN (${own}) GROUP BY 1 ORDER BY 1`;

before(async () => {
  await cairn.start();
  const { code, stderr } = await cairn.cairn('import', sample);
  assert.equal(code, 0, stderr);
});
after(() => cairn.remove());

describe('with a server', () => {
  test('the history, as JSON, CSV and a table', async () => {
    const wanted = counts(({ eventSource }) => eventSource);
    assert.deepEqual(JSON.parse(await sql('--format', 'json', bySource)), wanted);
    const lines = (await sql('--format', 'csv', `${bySource};`)).trim().split('\n');
    assert.deepEqual(lines, ['name,n', ...wanted.map(({ name, n }) => `${name},${n}`)]);
    assert.match(await sql(bySource), new RegExp(`\\(${wanted.length} rows?\\)\n$`));
  });

  test('the freshest call is there at once', async () => {
    await cairn.awsOk('iam', 'create-user', '--user-name', 'freshest');
    const fresh =
      "SELECT eventname FROM cairn_history WHERE json_extract_scalar(requestparameters, '$.userName') = 'freshest'";
    assert.deepEqual(JSON.parse(await sql('--format', 'json', fresh)), [{ eventname: 'CreateUser' }]);
  });

  test('an event data store, by id and by ARN', async () => {
    const { EventDataStoreArn: arn } = await cairn.awsOk(
      'cloudtrail',
      'create-event-data-store',
      '--name',
      'for-sql',
    );
    await cairn.awsOk('iam', 'create-user', '--user-name', 'in-the-store');
    for (const name of [arn.split('/')[1], `"${arn}"`]) {
      const question = `SELECT eventName FROM ${name} WHERE element_at(requestParameters, 'userName') = 'in-the-store'`;
      assert.deepEqual(JSON.parse(await sql('--dialect', 'lake', '--format', 'json', question)), [
        { eventName: 'CreateUser' },
      ]);
    }
  });

  test('a script through a pipe: statements and the commands of the prompt', async () => {
    const script = `\\d\n\\d cairn_history\n\\timing\n${bySource};\nSELECT 1; SELECT\n2`;
    const { code, stdout, stderr } = await cairn.cairnWithInput(script, 'sql', '--format', 'csv');
    assert.equal(code, 0, stderr);
    const lines = stdout.trim().split('\n');
    assert.ok(lines.includes('cairn_history'), stdout);
    assert.ok(lines.some((line) => /^eventname +varchar$/.test(line)));
    const wanted = counts(({ eventSource }) => eventSource).map(({ name, n }) => `${name},${n}`);
    assert.deepEqual(lines.slice(-wanted.length - 5), ['name,n', ...wanted, '_col0', '1', '_col0', '2']);
    assert.match(stderr, /^Timing is on\.\n(\d+ ms, \d+ rows read\n){3}$/);
    assert.match(await sql('\\d'), /cairn_history/);
  });

  test('a script ends with \\q, or with its first statement that fails', async () => {
    const ended = await cairn.cairnWithInput('SELECT 1;\n\\q\nSELECT wrong;', 'sql', '--format', 'csv');
    assert.deepEqual([ended.code, ended.stdout], [0, '_col0\n1\n']);
    const failed = await cairn.cairnWithInput('SELECT 1;\nSELECT `a`;\nSELECT 2;', 'sql', '--format', 'csv');
    assert.deepEqual([failed.code, failed.stdout], [1, '_col0\n1\n']);
    assert.match(failed.stderr, /line 1:8: backquoted identifiers are not supported/);
    assert.equal((await cairn.cairnWithInput('', 'sql')).code, 1);
  });

  test('what cannot be answered is said', async () => {
    assert.match(await refused('SELECT nope FROM cairn_history'), /COLUMN_NOT_FOUND.*nope/);
    assert.match(await refused('SELECT 1 FROM elsewhere'), /does not exist/);
    assert.match(await refused('DROP TABLE cairn_history'), /Only SELECT, SHOW and DESCRIBE/);
    assert.match(
      await refused('--dialect', 'lake', 'SELECT 1 FROM 3fa85f64-5717-4562-b3fc-2c963f66afa6'),
      /no event data store/,
    );
    assert.match(await refused("SELECT * FROM read_csv('/etc/passwd')"), /./);
  });
});

describe("Cairn's own API", () => {
  async function post(
    path,
    document,
    { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = cairn.env,
  ) {
    const url = new URL(path, cairn.url);
    const body = JSON.stringify(document);
    const sha256 = createHash('sha256').update(body).digest('hex');
    const signer = new SignatureV4({
      service: 'cairn',
      region: cairn.env.AWS_REGION,
      credentials: { accessKeyId, secretAccessKey },
      sha256: Sha256,
    });
    const headers = { host: url.host, 'x-amz-content-sha256': sha256 };
    const request = { method: 'POST', protocol: 'http:', hostname: url.hostname, path, headers, body };
    const signed = await signer.sign(request);
    const answer = await fetch(url, { method: 'POST', headers: signed.headers, body });
    return { status: answer.status, text: await answer.text() };
  }

  test('a search with its facets and pages', async () => {
    const some = records.slice(0, 100);
    const source = counts(({ eventSource }) => eventSource).reduce((a, b) =>
      some.filter((r) => r.eventSource === b.name).length >
      some.filter((r) => r.eventSource === a.name).length
        ? b
        : a,
    ).name;
    const where = [
      { field: 'eventSource', equals: source },
      { field: 'eventId', equals: records.map(({ eventID }) => eventID).slice(0, 100) },
    ];
    const wanted = records.slice(0, 100).filter(({ eventSource }) => eventSource === source);
    const { status, text } = await post('/cairn/v1/search', {
      where,
      limit: 1000,
      facets: ['eventName'],
      facetLimit: 100,
      histogram: true,
    });
    assert.equal(status, 200, text);
    const { events, total, facets, histogram } = JSON.parse(text);
    assert.ok(wanted.length > 1);
    assert.equal(total, wanted.length);
    assert.deepEqual(
      events.map(({ eventID }) => eventID).sort(),
      wanted.map(({ eventID }) => eventID).sort(),
    );
    assert.equal(
      facets.eventName.reduce((sum, { count }) => sum + count, 0),
      total,
    );
    assert.equal(
      histogram.buckets.reduce((sum, { count }) => sum + count, 0),
      total,
    );
    const first = JSON.parse((await post('/cairn/v1/search', { where, limit: 1 })).text);
    const second = JSON.parse((await post('/cairn/v1/search', { where, limit: 1, after: first.next })).text);
    assert.deepEqual([...first.events, ...second.events], events.slice(0, 2));
    assert.equal((await post('/cairn/v1/search', { wher: [] })).status, 400);
  });

  test('is for who may look events up and start queries', async () => {
    await cairn.awsOk('iam', 'create-user', '--user-name', 'nobody');
    const { AccessKey: key } = await cairn.awsOk('iam', 'create-access-key', '--user-name', 'nobody');
    const nobody = { AWS_ACCESS_KEY_ID: key.AccessKeyId, AWS_SECRET_ACCESS_KEY: key.SecretAccessKey };
    const allow = async (...actions) => {
      const policy = {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
      };
      await cairn.awsOk(
        'iam',
        'put-user-policy',
        '--user-name',
        'nobody',
        '--policy-name',
        'p',
        '--policy-document',
        JSON.stringify(policy),
      );
    };
    const question = { sql: 'SELECT count(*) FROM cairn_history' };
    assert.equal((await post('/cairn/v1/search', {}, nobody)).status, 403);
    assert.equal((await post('/cairn/v1/sql', question, nobody)).status, 403);
    await allow('athena:StartQueryExecution', 'glue:*', 'cloudtrail:LookupEvents');
    assert.equal((await post('/cairn/v1/sql', question, nobody)).status, 403, 'rows are results');
    const asks = ['athena:StartQueryExecution', 'athena:GetQueryResults', 'glue:*'];
    await allow(...asks);
    assert.match((await post('/cairn/v1/sql', question, nobody)).text, /ACCESS_DENIED/);
    await allow(...asks, 'cloudtrail:LookupEvents');
    assert.match((await post('/cairn/v1/sql', question, nobody)).text, /"rows":\[\["\d+"\]\]/);
    assert.equal((await post('/cairn/v1/search', { limit: 1 }, nobody)).status, 200);
  });
});

describe('without a server', () => {
  before(() => cairn.stop());

  test('the data directory itself', async () => {
    assert.deepEqual(
      JSON.parse(await sql('--format', 'json', bySource)),
      counts(({ eventSource }) => eventSource),
    );
  });

  test('log files that were never imported', async () => {
    const question = bySource.replace('cairn_history', 'logs');
    assert.deepEqual(
      JSON.parse(await sql('--from', sample, '--format', 'json', question)),
      counts(({ eventSource }) => eventSource),
    );
    assert.match(await refused('--from', join(fixtures, 'nowhere'), 'SELECT 1 FROM logs'), /nowhere/);
    const notLogs = join(cairn.dir, 'not-logs.json');
    writeFileSync(notLogs, 'no log file');
    assert.match(
      await refused('--from', notLogs, 'SELECT 1 FROM logs'),
      /no file of .*not-logs\.json can be read/,
    );
  });
});

/** Node's own SHA-256 in the form that the signer takes. */
class Sha256 {
  constructor(secret) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  }
  update(data) {
    this.hash.update(data);
  }
  async digest() {
    return new Uint8Array(this.hash.digest());
  }
}
