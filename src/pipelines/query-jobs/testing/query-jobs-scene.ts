// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LmdbStores, openLmdbStores } from '../../../adapters/event-log/lmdb/open-lmdb-stores.js';
import { openFilesystemObjectStore } from '../../../adapters/object-store/filesystem/open-filesystem-object-store.js';
import { ManualClock } from '../../../ports/clock.js';
import { testStoreKey } from '../../../ports/contract/object-store-under-test.js';
import type { EventLog } from '../../../ports/event-log.js';
import type { ObjectStore } from '../../../ports/object-store.js';
import { silentLog } from '../../../ports/operator-log.js';
import type { QueryFront } from '../../../query/jobs/query-front.js';
import { type QueryFrontName, type QueryJob, queryJobKey } from '../../../query/jobs/query-job.js';
import { ObjectQueryResults, resultsBucket } from '../../../query/results/object-query-results.js';
import { type QueryJobs, type QueryJobsOptions, startQueryJobs } from '../start-query-jobs.js';
import { ScriptedEngine } from './scripted-engine.js';

const limits = { runMsMax: 1_000, rowsMax: 1_000, resultBytesMax: 1_000, memoryBytesMax: 1_000 };
const timeMs = Date.UTC(2026, 10, 21, 10, 0, 0);

/** A front that tells what was asked of it. */
export class TestFront implements QueryFront {
  /** Ids of jobs, with how many rows they had. */
  readonly finished: string[] = [];
  readonly released: string[] = [];
  defined = 0;
  onFinish: (job: QueryJob) => Promise<void> = async () => {};
  onDefine: () => Promise<void> = async () => {};

  limits() {
    return limits;
  }

  async resolve(): Promise<never> {
    throw new Error('the disk of /var/lib/secret is gone');
  }

  release({ id }: QueryJob): void {
    this.released.push(id);
  }

  async define() {
    await this.onDefine();
    this.defined += 1;
    return { columns: [], rows: [] };
  }

  async finish(job: QueryJob, result: { readonly rowCount: number }) {
    await this.onFinish(job);
    this.finished.push(`${job.id} ${result.rowCount}`);
    return { delivered: result.rowCount };
  }
}

/** The real log, state and object store; an engine and fronts that do as they are told. */
export class QueryJobsScene {
  readonly clock = new ManualClock(timeMs);
  readonly front = new TestFront();
  engine = new ScriptedEngine();
  readonly stores: LmdbStores;
  readonly objectStore: ObjectStore;
  readonly #dir: string;
  readonly #started: QueryJobs[] = [];
  #ids = 0;

  private constructor(dir: string, stores: LmdbStores, objectStore: ObjectStore) {
    this.#dir = dir;
    this.stores = stores;
    this.objectStore = objectStore;
  }

  static async open(): Promise<QueryJobsScene> {
    const dir = mkdtempSync(join(tmpdir(), 'cairn-query-jobs-'));
    const clock = new ManualClock(timeMs);
    const stores = await openLmdbStores(join(dir, 'log'), { clock, log: silentLog });
    const objectStore = await openFilesystemObjectStore(join(dir, 'objects'), { clock, key: testStoreKey });
    return new QueryJobsScene(dir, stores, objectStore);
  }

  start(options: Partial<QueryJobsOptions> = {}): QueryJobs {
    const { eventLog, stateStore } = this.stores;
    const jobs = startQueryJobs({
      eventLog,
      stateStore,
      clock: this.clock,
      log: silentLog,
      engine: this.engine,
      results: new ObjectQueryResults(this.objectStore),
      fronts: new Map<QueryFrontName, QueryFront>([
        ['lake', this.front],
        ['athena', this.front],
      ]),
      retryMs: 5,
      ...options,
    });
    this.#started.push(jobs);
    return jobs;
  }

  /** As if its process were gone. */
  abandon(jobs: QueryJobs): void {
    this.#started.splice(this.#started.indexOf(jobs), 1);
  }

  async close(): Promise<void> {
    for (const jobs of this.#started) await jobs.stop();
    await this.objectStore.close();
    await this.stores.close();
    rmSync(this.#dir, { recursive: true, force: true, maxRetries: 10 });
  }

  /** Puts a job as the call that starts a query does; gives its key. */
  async put(sql: string, facts: Partial<QueryJob> = {}): Promise<string> {
    this.#ids += 1;
    const job: QueryJob = {
      id: `00000000-0000-4000-8000-${String(this.#ids).padStart(12, '0')}`,
      front: 'athena',
      accountId: '111122223333',
      region: 'eu-west-1',
      dialect: 'athena',
      sql,
      caller: { principal: {} as never, sourceIp: '192.0.2.1', userAgent: 'test' },
      state: 'QUEUED',
      submittedAtMs: this.clock.now(),
      facts: { workGroup: 'primary' },
      ...facts,
    };
    const key = queryJobKey(job);
    await this.set(key, job);
    return key;
  }

  async set(
    key: string,
    value: QueryJob,
    eventLog: Pick<EventLog, 'append'> = this.stores.eventLog,
  ): Promise<void> {
    await eventLog.append({ kind: 'call', records: [], changes: [{ key, value }] });
  }

  job(key: string): QueryJob | undefined {
    return this.stores.stateStore.get<QueryJob>(key)?.value;
  }

  async cancel(key: string): Promise<void> {
    await this.set(key, { ...this.job(key)!, state: 'CANCELLED', endedAtMs: this.clock.now() });
  }

  /** Rows of a job's result; undefined when it has none. */
  async rows(key: string): Promise<number | undefined> {
    const result = await new ObjectQueryResults(this.objectStore).open(key.split('/').at(-1)!);
    if (result === undefined) return undefined;
    let rows = 0;
    for await (const piece of result.pieces()) rows += piece.length;
    return rows;
  }

  /** Objects that results have left in the store. */
  async objects(): Promise<string[]> {
    return (await this.objectStore.list(resultsBucket, { limit: 1_000 })).objects.map(({ key }) => key);
  }
}
