// SPDX-License-Identifier: Apache-2.0
// Durable single calls: GetCallerIdentity, signature verified, record fsynced before the answer; beside it what a user
// would otherwise run: a bare node:http server that answers without recording, and one that appends a line and fsyncs.
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { SignatureV4 } from '@smithy/signature-v4';
import { printTable } from './print-table.js';
import { Hash } from './sha256-hash.js';

const callsPerRun = 20_000;
const warmUpCalls = 2_000;
const connections = 64;
const root = join(import.meta.dirname, '../..');

interface Target {
  readonly name: string;
  readonly url: URL;
  stop(): Promise<void>;
}

export async function benchCalls(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'cairn-bench-calls-'));
  try {
    const rows: { name: string; perSecond: number; p50Ms: number; p99Ms: number }[] = [];
    for (const start of [startCairnServer, startFsyncServer, startBareServer]) {
      const target = await start(dir);
      try {
        await run(target, warmUpCalls);
        rows.push({ name: target.name, ...(await run(target, callsPerRun)) });
      } finally {
        await target.stop();
      }
    }
    const [cairn] = rows;
    printTable(
      `Signed single calls, ${connections} connections, ${callsPerRun} calls (the client shares the two cores)`,
      ['server', 'calls/s', 'p50 ms', 'p99 ms', 'cairn is'],
      rows.map(({ name, perSecond, p50Ms, p99Ms }) => [
        name,
        Math.round(perSecond).toLocaleString('en'),
        p50Ms.toFixed(1),
        p99Ms.toFixed(1),
        `${((cairn?.perSecond ?? 0) / perSecond).toFixed(2)}x`,
      ]),
    );
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const credentials = { accessKeyId: 'AKIABENCHBENCHBENCH1', secretAccessKey: 'b'.repeat(40) };

async function startCairnServer(dir: string): Promise<Target> {
  const env = {
    ...process.env,
    CAIRN_ACCESS_KEY_ID: credentials.accessKeyId,
    CAIRN_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    CAIRN_LOG_LEVEL: 'error',
  };
  const args = [join(root, 'bin/cairn.js'), 'serve', '--port', '0', '--data-dir', join(dir, 'data')];
  return started(
    'cairn: verified, recorded, fsynced',
    spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] }),
  );
}

const plainServer = `
  const { createServer } = require('node:http');
  const { open } = require('node:fs/promises');
  (async () => {
    const file = process.argv[1] === 'fsync' ? await open(process.argv[2], 'a') : undefined;
    let waiting = [], isWriting = false;
    const flush = async () => {
      isWriting = true;
      while (waiting.length > 0) {
        const group = waiting; waiting = [];
        await file.write(group.map(() => 'x'.repeat(1000) + '\\n').join(''));
        await file.datasync();
        for (const done of group) done();
      }
      isWriting = false;
    };
    const server = createServer((request, response) => {
      request.resume().on('end', () => {
        const done = () => response.end('<ok/>');
        if (file === undefined) return done();
        waiting.push(done);
        if (!isWriting) void flush();
      });
    });
    server.listen(0, '127.0.0.1', () => console.log('http://127.0.0.1:' + server.address().port));
  })();
`;

function startFsyncServer(dir: string): Promise<Target> {
  const args = ['-e', plainServer, 'fsync', join(dir, 'lines.log')];
  return started(
    'node:http, a 1 KB line fsynced in groups, unverified',
    spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] }),
  );
}

function startBareServer(): Promise<Target> {
  return started(
    'node:http alone',
    spawn(process.execPath, ['-e', plainServer, 'bare'], { stdio: ['ignore', 'pipe', 'inherit'] }),
  );
}

function started(name: string, child: ChildProcess): Promise<Target> {
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = () => {
    child.kill('SIGTERM');
    return exited;
  };
  return new Promise((resolve, reject) => {
    void exited.then(() => reject(new Error(`${name} did not start`)));
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).once('line', (line) => {
      resolve({ name, url: new URL(/http:\S+/.exec(line)?.[0] ?? ''), stop });
    });
  });
}

async function run(
  target: Target,
  calls: number,
): Promise<{ perSecond: number; p50Ms: number; p99Ms: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const headers = await signedHeaders(target.url);
  const latenciesMs: number[] = [];
  let left = calls;
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (left > 0) {
        left -= 1;
        const at = performance.now();
        await call(target.url, headers, agent);
        latenciesMs.push(performance.now() - at);
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  agent.destroy();
  latenciesMs.sort((a, b) => a - b);
  const percentile = (share: number) => latenciesMs[Math.floor(latenciesMs.length * share)] ?? 0;
  return { perSecond: calls / seconds, p50Ms: percentile(0.5), p99Ms: percentile(0.99) };
}

/** Calls over so many connections, each the next one when its answer is there, until the time is over. */
export async function callFor(
  url: URL,
  atOnce: number,
  forMs: number,
): Promise<{ calls: number; seconds: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const headers = await signedHeaders(url);
  const startedAt = performance.now();
  let calls = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (performance.now() - startedAt < forMs) {
        await call(url, headers, agent);
        calls += 1;
      }
    }),
  );
  agent.destroy();
  return { calls, seconds: (performance.now() - startedAt) / 1_000 };
}

const body = 'Action=GetCallerIdentity&Version=2011-06-15';

/** One signature is good for minutes; the server verifies it at every call all the same. */
async function signedHeaders(url: URL): Promise<Record<string, string>> {
  const signer = new SignatureV4({ credentials, region: 'us-east-1', service: 'sts', sha256: Hash });
  const headers = {
    host: url.host,
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    'content-length': String(body.length),
    'x-amz-content-sha256': createHash('sha256').update(body).digest('hex'),
  };
  const signed = await signer.sign({
    method: 'POST',
    protocol: 'http:',
    hostname: url.hostname,
    port: Number(url.port),
    path: '/',
    headers,
    body,
  });
  return signed.headers;
}

function call(url: URL, headers: Record<string, string>, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: 'POST', headers, agent }, (response) => {
      response.resume().once('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`the call was answered with ${response.statusCode}`));
      });
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}
