// SPDX-License-Identifier: Apache-2.0
// Oracle: Athena User Guide, "Manage workgroups" (a disabled one runs nothing; data usage limits per query); two queries run at
// a time, so that a further one is answered only when those whose clients have gone are over.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Server, serve } from './cairn-process.js';
import { type Answer, Client } from './client.js';
import { signed } from './signed-request.js';

let folder: string;
let server: Server;
let client: Client;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cairn-sql-'));
  server = await serve(folder);
  client = new Client(server.url);
});
after(async () => {
  client.close();
  await server.process.end('SIGTERM');
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

function sql(statement: string, dialect = 'athena'): Promise<Answer> {
  const body = JSON.stringify({ sql: statement, dialect });
  return client.call({ service: 'cairn', path: '/cairn/v1/sql', body });
}

async function athena(operation: string, input: object): Promise<Readonly<Record<string, unknown>>> {
  const answer = await client.call({
    service: 'athena',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `AmazonAthena.${operation}` },
    body: JSON.stringify(input),
  });
  assert.equal(answer.status, 200, answer.text);
  return JSON.parse(answer.text) as Readonly<Record<string, unknown>>;
}

const updateWorkGroup = (change: object) => athena('UpdateWorkGroup', { WorkGroup: 'primary', ...change });

async function put(path: string, body: string): Promise<void> {
  const answer = await client.call({ service: 's3', method: 'PUT', path, body });
  assert.equal(answer.status, 200, answer.text);
}

/** A table over one object of eleven million bytes. */
async function makeLargeTable(): Promise<void> {
  await put('/large', '');
  await put('/large/data/a.csv', 'abcdefghij\n'.repeat(1_000_000));
  await athena('StartQueryExecution', {
    ClientRequestToken: 'a-token-that-is-long-enough-for-it',
    QueryString: "CREATE EXTERNAL TABLE large (a string) LOCATION 's3://large/data/'",
    ResultConfiguration: { OutputLocation: 's3://large/out/' },
  });
  for (;;) {
    const { text } = await sql('SHOW TABLES');
    if (text.includes('"large"')) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('POST /cairn/v1/sql', () => {
  const history = 'SELECT count(*) FROM cairn_history';

  test("goes by the work group's state and its limit", async () => {
    assert.match((await sql(history)).text, /"statistics"/);
    await updateWorkGroup({ State: 'DISABLED' });
    const refused = await sql(history);
    assert.equal(refused.status, 400);
    assert.match(refused.text, /InvalidRequestException.*WorkGroup is disabled\./);
    const lake = await sql('SELECT 1 FROM no_store', 'lake');
    assert.doesNotMatch(lake.text, /WorkGroup/);
    const ConfigurationUpdates = { BytesScannedCutoffPerQuery: 10_000_000 };
    await updateWorkGroup({ State: 'ENABLED', ConfigurationUpdates });
    assert.match((await sql('SELECT 1')).text, /"statistics"/);
    await makeLargeTable();
    assert.match((await sql('SELECT count(*) FROM large')).text, /"error".*Bytes scanned limit was exceeded/);
  });

  test('ends a query whose client has gone', async () => {
    const endless =
      'SELECT count(*) FROM UNNEST(sequence(1, 100000)) AS a(x) CROSS JOIN UNNEST(sequence(1, 100000)) AS b(y) CROSS JOIN UNNEST(sequence(1, 100000)) AS c(z) WHERE x * y * z % 7 = 3';
    await Promise.all(Array.from({ length: 3 }, () => ask(endless, 1_000)));
    assert.match(await ask('SELECT 41 + 1'), /"42"/);
  });
});

/** The answer to a statement, however long it takes, or what there is of it when its client leaves. */
function ask(statement: string, leavesAfterMs?: number): Promise<string> {
  const body = JSON.stringify({ sql: statement });
  const { method, path, headers } = signed(client.host, { service: 'cairn', path: '/cairn/v1/sql', body });
  const [host, port] = client.host.split(':');
  let text = '';
  return new Promise((resolve) => {
    const asking = request({ host, port, method, path, headers }, (response) => {
      response.on('error', () => {});
      response.setEncoding('utf8').on('data', (more: string) => {
        text += more;
      });
    });
    asking.on('error', () => {});
    asking.on('close', () => resolve(text));
    asking.end(body);
    if (leavesAfterMs !== undefined) setTimeout(() => asking.destroy(), leavesAfterMs);
  });
}
