// SPDX-License-Identifier: Apache-2.0
// A start is fast because it loads little. Oracle: what Node itself loads, listened to in the process.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { until } from '../testing/until.js';
import { type CairnProcess, run, serve, temporaryFolder } from './cairn-process.js';
import { Client } from './client.js';
import type { LoadKind } from './record-loads.js';

interface Loaded {
  readonly kind: LoadKind;
  /** `@aws-sdk/client-s3`; undefined for what is our own. */
  readonly package: string | undefined;
  readonly url: string;
}

function loadsIn(file: string): Loaded[] {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const [kind = '', url = ''] = line.split(' ');
    const name = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1];
    return { kind: kind as LoadKind, package: name, url };
  });
}

function listened(file: string): NodeJS.ProcessEnv {
  const preload = new URL('record-loads.js', import.meta.url).href;
  return { CAIRN_TEST_LOADS: file, NODE_OPTIONS: `--import ${preload}` };
}

function packagesOf(loads: readonly Loaded[], isMeant: RegExp): string[] {
  const names = loads.map((load) => load.package).filter((name) => name !== undefined && isMeant.test(name));
  return [...new Set(names as string[])].sort();
}

/** Packages that take long to load, or much memory, and what they are for. A start needs none of them. */
const heavy =
  /^(?:@aws-sdk\/|@smithy\/(?!core$|types$)|@duckdb\/|hyparquet|@polyglot-sql\/|jose$|seek-bzip$|cli-progress$)/;
const sdkClients = /^@aws-sdk\/client-/;

describe('what a server loads', () => {
  let folder: string;
  let file: string;
  let server: { readonly url: string; readonly process: CairnProcess };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cairn-loads-'));
    file = join(folder, 'loads');
    server = await serve(join(folder, 'data'), { env: listened(file) });
  });
  after(async () => {
    await server.process.end('SIGTERM');
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  const untilReady = () => {
    const loads = loadsIn(file);
    const readyAt = loads.findIndex(({ kind }) => kind === 'ready');
    assert.ok(readyAt > 0 && loads.some(({ url }) => url.endsWith('/composition.js')), 'it was listened to');
    return loads.slice(0, readyAt);
  };

  test('before it is ready: no heavy package but the history’s own database, and that beside the main thread', () => {
    const loads = untilReady();
    const beside = loads.filter(({ kind }) => kind === 'thread-require');
    const main = loads.filter((load) => !beside.includes(load));
    assert.deepEqual(packagesOf(main, heavy), []);
    assert.deepEqual(packagesOf(beside, heavy), packagesOf(beside, /^@duckdb\//));
    assert.ok(packagesOf(beside, /^@duckdb\//).includes('@duckdb/node-api'), 'threads were listened to');
    assert.ok(packagesOf(main, /^lmdb$/).length === 1, 'packages were listened to');
  });

  test('before it is ready: no service, only what tells its requests from others', () => {
    const ofServices = untilReady().filter(({ url }) =>
      /\/services\/[a-z0-9-]+\/[^/]+-service\.js$/.test(url),
    );
    assert.deepEqual(ofServices, []);
  });

  test('then the services one by one, without the clients that describe them until a call needs one', async () => {
    const isAllThere = () => loadsIn(file).some(({ url }) => url.endsWith('/signin/signin-api.js'));
    await until(isAllThere, { everyMs: 20 });
    assert.ok(isAllThere(), 'the last part');
    assert.ok(loadsIn(file).some(({ url }) => url.endsWith('/organizations-service.js')));
    assert.deepEqual(packagesOf(loadsIn(file), sdkClients), []);

    const client = new Client(server.url);
    try {
      const calls = await Promise.all([
        client.cloudtrail('DescribeTrails', {}),
        client.cloudtrail('ListTrails', {}),
        client.cloudtrail('DescribeTrails', {}),
      ]);
      assert.deepEqual(
        calls.map(({ status }) => status),
        [200, 200, 200],
      );
    } finally {
      client.close();
    }
    assert.deepEqual(packagesOf(loadsIn(file), sdkClients), ['@aws-sdk/client-cloudtrail']);
  });
});

test('the help loads no client, no database and no server', async (context) => {
  const file = join(temporaryFolder(context), 'loads');
  assert.equal((await run(['--help'], listened(file))).code, 0);
  const loads = loadsIn(file);
  assert.ok(packagesOf(loads, /^commander$/).length === 1, 'it was listened to');
  assert.deepEqual(packagesOf(loads, /^(?:@aws-sdk\/|@duckdb\/|lmdb$|jose$|hyparquet|@polyglot-sql\/)/), []);
  assert.deepEqual(
    loads.filter(({ url }) => /\/composition[^/]*\.js$/.test(url)),
    [],
  );
});
