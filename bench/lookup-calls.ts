// SPDX-License-Identifier: Apache-2.0
// LookupEvents as a client sees it: signed calls to a server whose history was imported, each verified and recorded. The
// client shares the machine, so the server's own processor time is told too.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { SignatureV4 } from '@smithy/signature-v4';
import { frequentUser, generateLogFiles, rareUser } from './generate-events.js';
import { runMeasured } from './measured-process.js';
import { printTable } from './print-table.js';
import { Hash } from './sha256-hash.js';

const eventsPerFile = 2_000;
const pages = 2_000;
const warmUpPages = 400;
const connections = 8;
const resourceNames = 200;
/** What the kernel counts processor time in: clock ticks, a hundred a second on every Linux that Node runs on. */
const tickMs = 10;
const credentials = { accessKeyId: 'AKIABENCHBENCHBENCH1', secretAccessKey: 'b'.repeat(40) };
const cli = join(import.meta.dirname, '../src/cli/main.js');

interface SignedCall {
  readonly body: string;
  readonly headers: Record<string, string>;
}

export async function benchLookupCalls(events: number): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'cairn-bench-lookup-calls-'));
  const dataDir = join(dir, 'data');
  const env = {
    ...process.env,
    CAIRN_ACCESS_KEY_ID: credentials.accessKeyId,
    CAIRN_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    CAIRN_LOG_LEVEL: 'error',
  };
  try {
    const files = Math.max(1, Math.round(events / eventsPerFile));
    await generateLogFiles({ dir: join(dir, 'logs'), events, files, seed: 7 });
    await runMeasured(process.execPath, [cli, 'import', join(dir, 'logs'), '--data-dir', dataDir], env);
    rmSync(join(dir, 'logs'), { recursive: true });
    const child = spawn(process.execPath, [cli, 'serve', '--port', '0', '--data-dir', dataDir], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    try {
      const [line] = await Promise.race([
        new Promise<string[]>((resolve) =>
          createInterface({ input: child.stdout }).once('line', (text) => resolve([text])),
        ),
        ended.then(() => Promise.reject(new Error('the server did not start'))),
      ]);
      const url = new URL(/http:\S+/.exec(line!)![0]);
      const calls = await Promise.all(questions().map((body) => signed(url, body)));
      await run(url, calls, warmUpPages);
      const cpuMs = serverCpuMs(child.pid!);
      const { perSecond, p50Ms, p99Ms } = await run(url, calls, pages);
      printTable(
        `LookupEvents by signed calls, pages of 50 of ${events.toLocaleString('en')} events, ${connections} connections`,
        ['', 'pages/s', 'p50 ms', 'p99 ms', 'server CPU ms a page'],
        [
          [
            'cairn: verified and recorded',
            perSecond.toFixed(0),
            p50Ms.toFixed(1),
            p99Ms.toFixed(1),
            ((serverCpuMs(child.pid!) - cpuMs) / pages).toFixed(2),
          ],
        ],
      );
    } finally {
      child.kill('SIGTERM');
      await ended;
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Pages from memory and pages scattered over the whole history, in turn. */
function questions(): string[] {
  const by = (AttributeKey: string, AttributeValue: string): string =>
    JSON.stringify({ LookupAttributes: [{ AttributeKey, AttributeValue }] });
  return Array.from({ length: resourceNames }, (_, name) => [
    '{}',
    by('EventName', 'AssumeRole'),
    by('EventSource', 'rds.amazonaws.com'),
    by('Username', frequentUser),
    by('Username', rareUser),
    by('Username', `nobody-${name}`),
    by('ReadOnly', 'false'),
    by('ResourceName', `arn:aws:s3:::team-data-${name}`),
  ]).flat();
}

/** One signature is good for minutes; the server verifies it at every call all the same. */
async function signed(url: URL, body: string): Promise<SignedCall> {
  const signer = new SignatureV4({ credentials, region: 'us-east-1', service: 'cloudtrail', sha256: Hash });
  const { headers } = await signer.sign({
    method: 'POST',
    protocol: 'http:',
    hostname: url.hostname,
    port: Number(url.port),
    path: '/',
    headers: {
      host: url.host,
      'content-type': 'application/x-amz-json-1.1',
      'content-length': String(body.length),
      'x-amz-target': 'CloudTrail_20131101.LookupEvents',
      'x-amz-content-sha256': createHash('sha256').update(body).digest('hex'),
    },
    body,
  });
  return { body, headers };
}

async function run(url: URL, calls: readonly SignedCall[], count: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const timesMs: number[] = [];
  let next = 0;
  const startMs = performance.now();
  const client = async (): Promise<void> => {
    for (let page = next++; page < count; page = next++) {
      const at = performance.now();
      await call(url, calls[page % calls.length]!, agent);
      timesMs.push(performance.now() - at);
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  const seconds = (performance.now() - startMs) / 1_000;
  agent.destroy();
  timesMs.sort((a, b) => a - b);
  const at = (share: number): number => timesMs[Math.floor(timesMs.length * share)]!;
  return { perSecond: count / seconds, p50Ms: at(0.5), p99Ms: at(0.99) };
}

function call(url: URL, { body, headers }: SignedCall, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: 'POST', headers, agent }, (response) => {
      response.resume().once('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`LookupEvents was answered with ${String(response.statusCode)}`));
      });
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

/** NaN where this is no Linux. */
function serverCpuMs(pid: number): number {
  try {
    // The name in parentheses may hold anything; behind it the fields are numbered from 3 (proc(5)).
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ');
    return (Number(fields[11]) + Number(fields[12])) * tickMs;
  } catch {
    return Number.NaN;
  }
}
