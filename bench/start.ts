// SPDX-License-Identifier: Apache-2.0
// From nothing to ready: `cairn serve` on a store that is there already, beside it moto_server (which keeps everything in
// memory and records nothing) and minio (objects alone), each asked until it answers. Memory is what is private to the process
// some time later.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { printTable } from './print-table.js';

const starts = 9;
const askEveryMs = 2;
const startMsMax = 60_000;
/** What is loaded behind the first answer is there by then. */
const idleAfterMs = 3_000;
const root = join(import.meta.dirname, '../..');
const program = process.env.CAIRN_PROGRAM ?? join(root, 'bin/cairn.js');

interface Contestant {
  readonly name: string;
  readonly readyPath: string;
  start(port: number): ChildProcess;
}

interface Start {
  readonly readyMs: number;
  readonly idleBytes: number;
}

export async function benchStart(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'cairn-bench-start-'));
  try {
    const rows: string[][] = [];
    for (const contestant of contestants(join(dir, 'data'))) {
      // The first one makes the store, and brings the files into the page cache: of both.
      await measure(contestant);
      const measured: Start[] = [];
      for (let index = 0; index < starts; index++) measured.push(await measure(contestant));
      rows.push(toRow(contestant.name, measured));
    }
    printTable(
      `From the start of the process to the first good answer, ${starts} starts; idle ${idleAfterMs / 1_000} s later`,
      ['server', 'min s', 'median s', 'idle MB'],
      rows,
    );
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function contestants(dataDir: string): Contestant[] {
  const cairn: Contestant = {
    name: 'cairn serve (existing store)',
    readyPath: '/readyz',
    start: (port) =>
      spawn(process.execPath, [program, 'serve', '--port', String(port), '--data-dir', dataDir], {
        stdio: 'ignore',
      }),
  };
  const moto: Contestant = {
    name: 'moto_server',
    readyPath: '/moto-api/',
    start: (port) => spawn('moto_server', ['-p', String(port)], { stdio: 'ignore' }),
  };
  const minio: Contestant = {
    name: 'minio',
    readyPath: '/minio/health/ready',
    start: (port) =>
      spawn('minio', ['server', `${dataDir}-minio`, '--address', `127.0.0.1:${port}`], { stdio: 'ignore' }),
  };
  return [cairn, ...[moto, minio].filter(isInstalled)];
}

function isInstalled({ name }: Contestant): boolean {
  const isThere = spawnSync(name, ['--help'], { stdio: 'ignore' }).status === 0;
  if (!isThere) console.log(`${name} is not installed: left out`);
  return isThere;
}

async function measure({ readyPath, start, name }: Contestant): Promise<Start> {
  const port = await freePort();
  const startedAt = performance.now();
  const child = start(port);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  try {
    while (!(await isReady(`http://127.0.0.1:${port}${readyPath}`))) {
      if (child.exitCode !== null || performance.now() - startedAt > startMsMax)
        throw new Error(`${name} did not start`);
      await wait(askEveryMs);
    }
    const readyMs = performance.now() - startedAt;
    await wait(idleAfterMs);
    return { readyMs, idleBytes: privateBytes(child.pid ?? 0) };
  } finally {
    child.kill('SIGTERM');
    await exited;
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** 0 where there is no /proc. */
function privateBytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^RssAnon:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

function toRow(name: string, measured: readonly Start[]): string[] {
  const sorted = measured.map(({ readyMs }) => readyMs).sort((a, b) => a - b);
  const idle = measured.map(({ idleBytes }) => idleBytes).sort((a, b) => a - b);
  const seconds = (ms = 0) => (ms / 1_000).toFixed(2);
  return [
    name,
    seconds(sorted[0]),
    seconds(sorted[sorted.length >> 1]),
    ((idle[idle.length >> 1] ?? 0) / 1e6).toFixed(0),
  ];
}
