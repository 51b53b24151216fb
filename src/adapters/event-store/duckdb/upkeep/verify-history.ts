// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { indexFieldsOf } from '../../../../record/index-fields.js';
import { categoryOfCode, readOnlyCode } from '../categories.js';
import { wordsPerEventId, writeEventIdBits } from '../event-id-bits.js';
import { IndexDatabase, rowsOf, type StoredFacts } from '../index-database.js';
import { blockAddressOf, slotOf } from '../ordinal.js';
import { isRebuildUnfinished } from '../rebuild-mark.js';
import { listRecordFiles } from '../record-file-list.js';
import { chunksOf, ResourceRows } from '../runs/fill-terms.js';
import { PageCache } from '../runs/page-cache.js';
import { Run } from '../runs/run.js';
import { runFilePattern } from '../runs/run-format.js';
import { EventStoreFormatError, isDamagedIndex } from '../store-errors.js';
import { duckdbMemoryBytesDefault } from '../store-limits.js';
import { TermHasher } from '../term-hash.js';
import { Damages, type OnProgress, type VerifiedHistory } from './store-damage.js';
import { type WalkedBlock, walkRecords } from './walk-records.js';

/** Blocks between two turns of the event loop: signals and progress bars have their turn. */
const blocksPerTurn = 64;

/**
 * Reads the whole history of a folder that nobody has open, and compares: every block with its checksum, every row of the
 * index with what its record says, every run with its checksums and with the index. Throws EventStoreLockedError.
 */
export async function verifyHistory(
  dir: string,
  onProgress: OnProgress = () => {},
): Promise<VerifiedHistory> {
  const damages = new Damages();
  if (!existsSync(join(dir, 'index.duckdb')) && !existsSync(join(dir, 'records')))
    return { events: 0, recordBytes: 0, runs: 0, damages: [], damageCount: 0 };
  const opened = await openIndex(dir, damages);
  if (opened === undefined)
    return { events: 0, recordBytes: 0, runs: 0, damages: damages.told, damageCount: damages.count };
  const { database, facts } = opened;
  try {
    if (isRebuildUnfinished(dir)) damages.add(dir, 'a rebuild did not end: run "cairn store rebuild" again');
    const lost = await rowsOf(database.writer, 'SELECT first, behind FROM lost_records');
    const rows = new IndexRows(database, facts, damages, dir);
    const recordBytes = await verifyRecords(dir, rows, facts, new LostRecords(lost), damages, onProgress);
    const runs = await verifyRuns(dir, database, damages);
    return { events: rows.count, recordBytes, runs, damages: damages.told, damageCount: damages.count };
  } finally {
    database.close();
  }
}

async function openIndex(
  dir: string,
  damages: Damages,
): Promise<{ database: IndexDatabase; facts: StoredFacts } | undefined> {
  try {
    return await IndexDatabase.open(dir, duckdbMemoryBytesDefault, true);
  } catch (error) {
    if (!(error instanceof EventStoreFormatError)) throw error;
    damages.add(join(dir, 'index.duckdb'), error.message);
    return undefined;
  }
}

async function verifyRecords(
  dir: string,
  rows: IndexRows,
  facts: StoredFacts,
  lost: LostRecords,
  damages: Damages,
  onProgress: OnProgress,
): Promise<number> {
  const records = join(dir, 'records');
  const files = listRecordFiles(records);
  const first = files[0]?.start ?? facts.recordsEnd;
  let end = first;
  let blocks = 0;
  await rows.start();
  for (const walked of walkRecords(records)) {
    // Behind that nothing was ever acknowledged: the next opening cuts it.
    if (walked.address >= facts.recordsEnd) break;
    end = walked.end;
    if (walked.kind !== 'damage' || !lost.has(walked)) await verifyBlock(walked, rows, damages);
    if (++blocks % blocksPerTurn === 0) {
      onProgress(end - first, facts.recordsEnd - first);
      await setImmediate();
    }
  }
  if (end < facts.recordsEnd)
    damages.add(records, `${facts.recordsEnd - end} bytes that were committed are not there`);
  await rows.pointAtNothingBefore(Number.POSITIVE_INFINITY);
  onProgress(facts.recordsEnd - first, facts.recordsEnd - first);
  return end - first;
}

async function verifyBlock(walked: WalkedBlock, rows: IndexRows, damages: Damages): Promise<void> {
  await rows.pointAtNothingBefore(walked.address);
  if (walked.kind === 'damage') damages.add(walked.path, `from byte ${walked.address}: ${walked.reason}`);
  if (walked.kind !== 'records') return;
  const { block, address, path } = walked;
  try {
    block.openWhole();
  } catch (error) {
    damages.add(path, `the block at ${address}: ${(error as Error).message}`);
    return;
  }
  await rows.compareBlock(address, path, block);
}

/** What a rebuild knew to be damaged already: told then, and nothing points there. */
class LostRecords {
  readonly #ranges: readonly (readonly [first: number, behind: number])[];

  constructor(rows: readonly (readonly unknown[])[]) {
    this.#ranges = rows.map(([first, behind]) => [Number(first), Number(behind)]);
  }

  has({ address, end }: { readonly address: number; readonly end: number }): boolean {
    return this.#ranges.some(([first, behind]) => first <= address && end <= behind);
  }
}

/** The rows of the index in order of arrival, each held against its record. */
class IndexRows {
  readonly #chunks: AsyncGenerator<import('@duckdb/node-api').DuckDBDataChunk>;
  readonly #resources: ResourceRows;
  readonly #damages: Damages;
  readonly #hasher: TermHasher;
  readonly #indexFile: string;
  #rows: (readonly unknown[])[] = [];
  #at = 0;
  #isDone = false;
  count = 0;

  constructor(database: IndexDatabase, facts: StoredFacts, damages: Damages, dir: string) {
    this.#damages = damages;
    this.#hasher = new TermHasher(facts.hashSeed);
    this.#indexFile = join(dir, 'index.duckdb');
    this.#chunks = lazily(
      database,
      'SELECT ordinal, event_time_ms, event_id_high, event_id_low, category, read_only, name, source, username, access_key FROM events',
    );
    this.#resources = new ResourceRows(lazily(database, 'SELECT ordinal, term FROM resource_terms'));
  }

  async start(): Promise<void> {
    await this.#reading(() => this.#resources.start());
    await this.#load();
  }

  /** Rows whose block should have come already. */
  async pointAtNothingBefore(address: number): Promise<void> {
    let lost = 0;
    while (!this.#isDone && blockAddressOf(this.#ordinal) < address) {
      lost++;
      await this.#next();
    }
    if (lost > 0)
      this.#damages.add(
        this.#indexFile,
        `${lost} events have no readable record ${Number.isFinite(address) ? `before byte ${address}` : 'at the end'}`,
      );
  }

  async compareBlock(
    address: number,
    path: string,
    block: { readonly records: number; json(slot: number): string },
  ): Promise<void> {
    while (!this.#isDone && blockAddressOf(this.#ordinal) === address) {
      const slot = slotOf(this.#ordinal);
      if (slot >= block.records) this.#damages.add(path, `the block at ${address} has no record ${slot}`);
      else {
        const reason = await this.#difference(block.json(slot));
        if (reason !== undefined) this.#damages.add(this.#indexFile, `event ${this.#ordinal}: ${reason}`);
      }
      await this.#next();
    }
  }

  get #ordinal(): number {
    return Number(this.#rows[this.#at]![0]);
  }

  async #difference(json: string): Promise<string | undefined> {
    const [, timeMs, high, low, category, readOnly, name, source, username, accessKey] =
      this.#rows[this.#at]!;
    const terms = await this.#resourceTerms();
    let fields: ReturnType<typeof indexFieldsOf>;
    try {
      fields = indexFieldsOf(json);
      categoryOfCode(Number(category));
    } catch (error) {
      return (error as Error).message;
    }
    const words = new Int32Array(wordsPerEventId);
    writeEventIdBits(fields.eventId, words, 0);
    const id = new BigInt64Array(words.buffer);
    const expected = new Set(
      fields.resources.flatMap(({ type, name: of }) => [
        this.#hasher.hash('ResourceType', type),
        this.#hasher.hash('ResourceName', of),
      ]),
    );
    expected.delete(0);
    const pairs: [string, unknown, unknown][] = [
      ['eventTime', Number(timeMs), fields.eventTimeMs],
      ['eventID', `${String(high)}/${String(low)}`, `${id[0]}/${id[1]}`],
      ['readOnly', readOnly, readOnlyCode(fields.readOnly)],
      ['eventName', name, this.#hasher.hash('EventName', fields.eventName)],
      ['eventSource', source, this.#hasher.hash('EventSource', fields.eventSource)],
      ['user name', username, this.#hasher.hash('Username', fields.username)],
      ['access key', accessKey, this.#hasher.hash('AccessKeyId', fields.accessKeyId)],
      ['resources', sortedText(terms), sortedText(expected)],
    ];
    const wrong = pairs.filter(([, is, should]) => is !== should).map(([what]) => what);
    return wrong.length === 0 ? undefined : `the index and the record differ in ${wrong.join(', ')}`;
  }

  async #resourceTerms(): Promise<Set<number>> {
    const terms = new Set<number>();
    while (this.#resources.ordinal <= this.#ordinal) {
      if (this.#resources.ordinal === this.#ordinal) terms.add(this.#resources.term);
      if (!(await this.#reading(() => this.#resources.next()))) break;
    }
    return terms;
  }

  async #next(): Promise<void> {
    this.count++;
    if (++this.#at >= this.#rows.length) await this.#load();
  }

  async #load(): Promise<void> {
    await this.#reading(async () => {
      const { value, done } = await this.#chunks.next();
      this.#at = 0;
      this.#isDone = done === true;
      this.#rows = done === true ? [] : value.getRows();
    });
  }

  /** Where the index cannot be read any further, it is told, once; the records are looked at all the same. */
  async #reading(read: () => Promise<void>): Promise<boolean> {
    try {
      await read();
      return true;
    } catch (error) {
      if (!isDamagedIndex(error)) throw error;
      if (!this.#isDone) this.#damages.add(this.#indexFile, error.message);
      this.#isDone = true;
      return false;
    }
  }
}

async function* lazily(database: IndexDatabase, sql: string) {
  yield* chunksOf(await database.connect(), sql, []);
}

function sortedText(terms: Set<number>): string {
  return [...terms].sort((a, b) => a - b).join();
}

async function verifyRuns(dir: string, database: IndexDatabase, damages: Damages): Promise<number> {
  const terms = join(dir, 'terms');
  const names = existsSync(terms) ? readdirSync(terms).filter((name) => runFilePattern.test(name)) : [];
  for (const name of names) {
    const path = join(terms, name);
    try {
      const run = new Run(path, new PageCache());
      try {
        run.verify();
        const { behind, upTo } = run.header;
        const [[events] = []] = await rowsOf(
          database.writer,
          'SELECT count(*) FROM events WHERE ordinal > ? AND ordinal <= ?',
          [BigInt(behind), BigInt(upTo)],
        );
        if (run.rows < Number(events))
          damages.add(path, `it has ${run.rows} events, the index ${String(events)}`);
      } finally {
        run.close();
      }
    } catch (error) {
      damages.add(path, `${(error as Error).message} (${statSync(path).size} bytes)`);
    }
  }
  return names.length;
}
