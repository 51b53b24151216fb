// SPDX-License-Identifier: Apache-2.0
// The same digests and log files, in the same server's bucket, validated by `aws cloudtrail validate-logs` and by
// `cairn validate`; the latter again with what it remembers of the first time, and on a copy on a disk.
// The files lie in a real Cairn's bucket. Their signing key is the benchmark's own: a few lines beside the server answer
// ListPublicKeys, to both validators alike (AWS_ENDPOINT_URL_CLOUDTRAIL).
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { FixtureS3 } from '../src/cli/validate/testing/fixture-s3.js';
import { MadeTrail, makeSigningPair } from '../src/cli/validate/testing/made-trail.js';
import { printTable } from './print-table.js';

const digests = 40;
const filesPerDigest = 100;
const recordsPerFile = 20;
/** The fastest counts, of both: what else the machine does only ever makes a run slower. */
const runs = { theirs: 2, ours: 5 };
const bucket = 'bench-trail-logs';
const hourMs = 3_600_000;
const trailArn = 'arn:aws:cloudtrail:us-east-1:111122223333:trail/audit';
const root = join(import.meta.dirname, '../..');
const program = process.env.CAIRN_PROGRAM ?? join(root, 'bin/cairn.js');
const credentials = { accessKeyId: 'AKIABENCHBENCHBENCH1', secretAccessKey: 'b'.repeat(40) };

export async function benchValidate(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'cairn-bench-validate-'));
  const keys = new FixtureS3();
  const server = startServer(dir);
  try {
    const pair = makeSigningPair();
    keys.keys.push(pair.listed);
    const [endpoint, keysEndpoint] = [await server.url, await keys.start()];
    const trail = makeFiles(pair);
    await upload(trail, endpoint);
    const copy = join(dir, 'copy');
    writeCopy(trail, copy);
    await measureAll({ dir, copy, endpoint, keysEndpoint });
  } finally {
    await keys.stop();
    server.child.kill('SIGTERM');
    await server.exited;
    rmSync(dir, { recursive: true, force: true });
  }
}

async function measureAll(place: {
  dir: string;
  copy: string;
  endpoint: string;
  keysEndpoint: string;
}): Promise<void> {
  const env = {
    PATH: process.env.PATH,
    HOME: place.dir,
    XDG_STATE_HOME: place.dir,
    AWS_ENDPOINT_URL: place.endpoint,
    AWS_ENDPOINT_URL_CLOUDTRAIL: place.keysEndpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const files = digests * filesPerDigest;
  const ours = (...args: string[]) =>
    fastest(runs.ours, () =>
      timed(
        process.execPath,
        [program, 'validate', ...args],
        env,
        `and ${files.toLocaleString('en')} log files`,
      ),
    );
  const awsArgs = ['--trail-arn', trailArn, '--start-time', '2013-11-01T00:00:00Z', '--s3-bucket', bucket];
  const awsSeconds = await fastest(runs.theirs, () =>
    timed('aws', ['cloudtrail', 'validate-logs', ...awsArgs], env, `${files}/${files} log files valid`),
  );
  const rows: [string, number][] = [
    ['aws cloudtrail validate-logs', awsSeconds],
    ['cairn validate s3://… (everything read)', await ours(`s3://${bucket}`, '--no-state')],
  ];
  await ours(`s3://${bucket}`);
  rows.push(['cairn validate s3://… (again, unchanged)', await ours(`s3://${bucket}`)]);
  rows.push(['cairn validate ./copy (on a disk)', await ours(place.copy, '--no-state')]);
  printTable(
    `${files.toLocaleString('en')} log files of ${recordsPerFile} events, ${digests} digests; whole process, server on the same cores`,
    ['validator', 'seconds', 'files/s', 'times the AWS CLI'],
    rows.map(([name, seconds]) => [
      name,
      seconds.toFixed(2),
      Math.round(files / seconds).toLocaleString('en'),
      `${(awsSeconds / seconds).toFixed(1)}x`,
    ]),
  );
}

function makeFiles(pair: ReturnType<typeof makeSigningPair>): MadeTrail {
  const startMs = Math.floor(Date.now() / 1_000) * 1_000 - digests * hourMs;
  const trail = new MadeTrail({ bucket, pair, recordsPerFile }, startMs);
  for (let index = 0; index < digests; index++) trail.interval(filesPerDigest);
  return trail;
}

async function upload({ objects }: MadeTrail, endpoint: string): Promise<void> {
  const client = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  const waiting = [...objects];
  const put = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [key, { bytes, metadata }] = next;
      await client.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, Metadata: { ...metadata } }),
      );
    }
  };
  await Promise.all(Array.from({ length: 16 }, put));
  client.destroy();
}

function writeCopy({ objects }: MadeTrail, copy: string): void {
  for (const [key, { bytes }] of objects) {
    const path = join(copy, key);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
}

interface StartedServer {
  readonly child: ChildProcess;
  readonly url: Promise<string>;
  readonly exited: Promise<void>;
}

function startServer(dir: string): StartedServer {
  const env = {
    ...process.env,
    CAIRN_ACCESS_KEY_ID: credentials.accessKeyId,
    CAIRN_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    CAIRN_LOG_LEVEL: 'error',
  };
  const args = [program, 'serve', '--port', '0', '--data-dir', join(dir, 'data')];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = new Promise<string>((resolve, reject) => {
    void exited.then(() => reject(new Error('the server did not start')));
    createInterface({ input: child.stdout! }).once('line', (line) =>
      resolve(/http:\S+/.exec(line)?.[0] ?? ''),
    );
  });
  return { child, url, exited };
}

/** Seconds from start to end. Rejects unless it succeeds and says what is expected of it. */
function timed(file: string, args: string[], env: NodeJS.ProcessEnv, expected: string): Promise<number> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    execFile(file, args, { env, maxBuffer: 64 * 1024 ** 2 }, (error, stdout, stderr) => {
      const seconds = (performance.now() - startedAt) / 1_000;
      if (error === null && stdout.includes(expected)) resolve(seconds);
      else
        reject(new Error(`${file} ${args.join(' ')}: ${error?.message ?? 'unexpected'}\n${stdout}${stderr}`));
    });
  });
}

async function fastest(count: number, measure: () => Promise<number>): Promise<number> {
  let seconds = Number.POSITIVE_INFINITY;
  for (let run = 0; run < count; run++) seconds = Math.min(seconds, await measure());
  return seconds;
}
