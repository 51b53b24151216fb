// SPDX-License-Identifier: Apache-2.0
// Events of one's own applications: PutAuditEvents, 100 a request, verified, checked and fsynced before the answer; beside it
// what a user would write instead: a service of his own that appends the same request's lines to a file and fsyncs them in groups.
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  CloudTrailClient,
  CreateChannelCommand,
  CreateEventDataStoreCommand,
} from '@aws-sdk/client-cloudtrail';
import { SignatureV4 } from '@smithy/signature-v4';
import { printTable } from './print-table.js';
import { SeededRandom } from './seeded-random.js';
import { Hash } from './sha256-hash.js';

const eventsPerRequest = 100;
const requestsPerRun = 6_000;
const warmUpRequests = 600;
const connections = 32;
/** Different requests that are sent in turns. */
const bodiesCount = 16;
const region = 'us-east-1';
const accountId = '111122223333';
const root = join(import.meta.dirname, '../..');
const credentials = { accessKeyId: 'AKIABENCHBENCHBENCH1', secretAccessKey: 'b'.repeat(40) };

export interface AuditTarget {
  readonly name: string;
  readonly url: URL;
  readonly path: string;
  readonly pid: number;
  stop(): Promise<void>;
}

export async function benchPutAuditEvents(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'cairn-bench-audit-'));
  try {
    const rows: Row[] = [];
    for (const start of [startCairnServer, startFsyncServer]) {
      const target = await start(dir);
      try {
        await runAuditEvents(target, warmUpRequests);
        const before = threadsMs(target.pid);
        const clientBefore = process.cpuUsage();
        const rates = await runAuditEvents(target, requestsPerRun);
        const { user, system } = process.cpuUsage(clientBefore);
        const own = Array.from(
          threadsMs(target.pid),
          ([thread, ms]) => [thread, (ms - (before.get(thread) ?? 0)) / requestsPerRun] as const,
        );
        const mainMs = new Map(own).get(target.pid) ?? 0;
        const busiestMs = Math.max(...own.map(([, ms]) => ms));
        const serverMs = own.reduce((sum, [, ms]) => sum + ms, 0);
        const clientMs = (user + system) / 1_000 / requestsPerRun;
        rows.push({ name: target.name, ...rates, mainMs, busiestMs, serverMs, clientMs });
      } finally {
        await target.stop();
      }
    }
    const [cairn] = rows;
    printTable(
      `PutAuditEvents, ${eventsPerRequest} events a request, ${connections} connections, ${(requestsPerRun * eventsPerRequest).toLocaleString('en')} events (the client shares the cores)`,
      [
        ...['server', 'events/s', 'requests/s', 'p50 ms', 'p99 ms', 'main thread ms/request'],
        ...['all threads', 'client ms/request', 'events/s of the busiest thread', 'cairn is'],
      ],
      rows.map(({ name, perSecond, p50Ms, p99Ms, mainMs, busiestMs, serverMs, clientMs }) => [
        name,
        Math.round(perSecond * eventsPerRequest).toLocaleString('en'),
        Math.round(perSecond).toLocaleString('en'),
        p50Ms.toFixed(1),
        p99Ms.toFixed(1),
        mainMs.toFixed(2),
        serverMs.toFixed(2),
        clientMs.toFixed(2),
        // What the server could do if nobody else were on its cores.
        Math.round((1_000 / busiestMs) * eventsPerRequest).toLocaleString('en'),
        `${((cairn?.perSecond ?? 0) / perSecond).toFixed(2)}x`,
      ]),
    );
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

interface Row {
  readonly name: string;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor time for one request: of the server's first thread, its busiest one, all of them, and of the client. */
  readonly mainMs: number;
  readonly busiestMs: number;
  readonly serverMs: number;
  readonly clientMs: number;
}

/** Processor time of a process' threads so far, by their numbers: neighbours on the machine do not count. Empty where the system does not say. */
function threadsMs(pid: number): ReadonlyMap<number, number> {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    return new Map(
      threads.map((thread) => {
        const [nanoseconds] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
        return [Number(thread), Number(nanoseconds) / 1e6];
      }),
    );
  } catch {
    return new Map();
  }
}

export async function startCairnServer(dir: string): Promise<AuditTarget> {
  const env = {
    ...process.env,
    CAIRN_ACCOUNT_ID: accountId,
    CAIRN_ACCESS_KEY_ID: credentials.accessKeyId,
    CAIRN_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    CAIRN_LOG_LEVEL: 'error',
  };
  const program = process.env.CAIRN_PROGRAM ?? join(root, 'bin/cairn.js');
  const args = [program, 'serve', '--port', '0', '--data-dir', join(dir, 'data')];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const { url, pid, stop } = await started(child);
  const client = new CloudTrailClient({ endpoint: url.href, region, credentials });
  const { EventDataStoreArn: Location = '' } = await client.send(
    new CreateEventDataStoreCommand({
      Name: 'bench',
      TerminationProtectionEnabled: false,
      MultiRegionEnabled: false,
      AdvancedEventSelectors: [
        { FieldSelectors: [{ Field: 'eventCategory', Equals: ['ActivityAuditLog'] }] },
      ],
    }),
  );
  const { ChannelArn = '' } = await client.send(
    new CreateChannelCommand({
      Name: 'bench',
      Source: 'Custom',
      Destinations: [{ Type: 'EVENT_DATA_STORE', Location }],
    }),
  );
  client.destroy();
  const path = `/PutAuditEvents?channelArn=${encodeURIComponent(ChannelArn)}`;
  return { name: 'cairn: verified, checked, fsynced', url, path, pid, stop };
}

/** What is least: the body parsed, a line for each event, fsynced in groups; no signature, no checks. */
const plainServer = `
  const { createServer } = require('node:http');
  const { open } = require('node:fs/promises');
  (async () => {
    const file = await open(process.argv[1], 'a');
    let waiting = [], isWriting = false;
    const flush = async () => {
      isWriting = true;
      while (waiting.length > 0) {
        const group = waiting; waiting = [];
        await file.write(group.map(([lines]) => lines).join(''));
        await file.datasync();
        for (const [, done] of group) done();
      }
      isWriting = false;
    };
    const server = createServer((request, response) => {
      const chunks = [];
      request.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
        const { auditEvents } = JSON.parse(Buffer.concat(chunks).toString());
        const lines = auditEvents.map(({ eventData }) => eventData + '\\n').join('');
        const answer = JSON.stringify({ successful: auditEvents.map(({ id }) => ({ id })), failed: [] });
        waiting.push([lines, () => response.end(answer)]);
        if (!isWriting) void flush();
      });
    });
    server.listen(0, '127.0.0.1', () => console.log('http://127.0.0.1:' + server.address().port));
  })();
`;

async function startFsyncServer(dir: string): Promise<AuditTarget> {
  const args = ['-e', plainServer, join(dir, 'lines.log')];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const { url, pid, stop } = await started(child);
  return { name: 'node:http, lines fsynced in groups, unverified', url, path: '/', pid, stop };
}

function started(child: ChildProcess): Promise<{ url: URL; pid: number; stop: () => Promise<void> }> {
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = () => {
    child.kill('SIGTERM');
    return exited;
  };
  return new Promise((resolve, reject) => {
    void exited.then(() => reject(new Error('the server did not start')));
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).once('line', (line) => {
      resolve({ url: new URL(/http:\S+/.exec(line)?.[0] ?? ''), pid: child.pid ?? 0, stop });
    });
  });
}

/** Sends requests over all connections, each the next one when its answer is there. */
export async function runAuditEvents(
  { url, path }: Pick<AuditTarget, 'url' | 'path'>,
  requests: number,
): Promise<{ perSecond: number; p50Ms: number; p99Ms: number }> {
  const messages = await Promise.all(toBodies().map((body) => toMessage(url, path, body)));
  const latenciesMs: number[] = [];
  let left = requests;
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const connection = await Connection.open(url);
      while (left > 0) {
        left -= 1;
        const at = performance.now();
        await connection.send(messages[left % messages.length] as Buffer);
        latenciesMs.push(performance.now() - at);
      }
      connection.close();
    }),
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  latenciesMs.sort((a, b) => a - b);
  const percentile = (share: number) => latenciesMs[Math.floor(latenciesMs.length * share)] ?? 0;
  return { perSecond: requests / seconds, p50Ms: percentile(0.5), p99Ms: percentile(0.99) };
}

function toBodies(): string[] {
  const random = new SeededRandom(5);
  return Array.from({ length: bodiesCount }, (_, at) =>
    JSON.stringify({
      auditEvents: Array.from({ length: eventsPerRequest }, (_each, event) => {
        const id = `${at}-${event}`;
        return { id, eventData: JSON.stringify(toEvent(id, random)) };
      }),
    }),
  );
}

function toEvent(id: string, random: SeededRandom): object {
  const user = random.below(5_000);
  return {
    version: '1.0',
    userIdentity: {
      type: 'User',
      principalId: `user-${user}@example.com`,
      details: { tenant: `t-${user % 40}` },
    },
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36',
    eventSource: 'billing.example.com',
    eventName: ['InvoiceOpened', 'RefundIssued', 'CardAdded', 'PlanChanged'][random.below(4)],
    eventTime: '2026-11-21T10:00:00Z',
    UID: `${id}-${random.below(1_000_000_000)}`,
    requestParameters: {
      invoice: `in_${random.below(1_000_000)}`,
      amount: random.below(100_000),
      currency: 'EUR',
    },
    sourceIPAddress: `203.0.113.${random.below(256)}`,
    recipientAccountId: accountId,
  };
}

/** A whole HTTP request. One signature is good for minutes; the server verifies it at every request all the same. */
async function toMessage(url: URL, pathAndQuery: string, body: string): Promise<Buffer> {
  const target = new URL(pathAndQuery, url);
  const headers = {
    host: url.host,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'x-amz-content-sha256': createHash('sha256').update(body).digest('hex'),
  };
  const signer = new SignatureV4({ credentials, region, service: 'cloudtrail-data', sha256: Hash });
  const signed = await signer.sign({
    method: 'POST',
    protocol: 'http:',
    hostname: url.hostname,
    port: Number(url.port),
    path: target.pathname,
    query: Object.fromEntries(target.searchParams),
    headers,
    body,
  });
  const lines = Object.entries(signed.headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST ${pathAndQuery} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
}

/** The least of an HTTP client: the benchmark is to measure servers. Answers have a content-length, or end with a last chunk. */
class Connection {
  readonly #socket: Socket;
  #received = '';
  #answered: { resolve: () => void; reject: (error: Error) => void } | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => this.#take(text));
    socket.on('error', (error) => this.#answered?.reject(error));
  }

  static open(url: URL): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(url.port), url.hostname, () => resolve(new Connection(socket)));
      socket.once('error', reject);
      socket.setNoDelay(true);
    });
  }

  send(message: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#answered = { resolve, reject };
      this.#socket.write(message);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(text: string): void {
    this.#received += text;
    const headEnd = this.#received.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const length = /\r\ncontent-length: (\d+)/i.exec(this.#received.slice(0, headEnd))?.[1];
    const isWhole =
      length === undefined
        ? this.#received.endsWith('0\r\n\r\n')
        : this.#received.length >= headEnd + 4 + Number(length);
    if (!isWhole) return;
    const answer = this.#received;
    this.#received = '';
    const isGood = answer.startsWith('HTTP/1.1 200') && /"failed":\[\]/.test(answer);
    if (isGood) this.#answered?.resolve();
    else this.#answered?.reject(new Error(`refused: ${answer.slice(0, 1_000)}`));
  }
}
