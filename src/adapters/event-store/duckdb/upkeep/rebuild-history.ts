// SPDX-License-Identifier: Apache-2.0
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type Position, START } from '../../../../ports/event-log.js';
import type { OperatorLog } from '../../../../ports/operator-log.js';
import type { BatchFacts } from '../batch-facts.js';
import { Drops } from '../drops.js';
import { IndexDatabase, rowsOf, type StoredFacts } from '../index-database.js';
import { appendRows } from '../ingest.js';
import { blockAddressOf, slotOf, toOrdinal } from '../ordinal.js';
import { Places } from '../places.js';
import { rebuildMark } from '../rebuild-mark.js';
import type { ReadableBlock } from '../record-block.js';
import { listRecordFiles } from '../record-file-list.js';
import { EventStoreFormatError, isDamagedIndex } from '../store-errors.js';
import { duckdbMemoryBytesDefault } from '../store-limits.js';
import { TermHasher } from '../term-hash.js';
import { RebuiltRows } from './rebuilt-rows.js';
import { Damages, type OnProgress, type StoreDamage } from './store-damage.js';
import { type WalkedBlock, walkRecords } from './walk-records.js';

/** Rows of one transaction. */
const rowsPerTransaction = 50_000;

export interface RebuiltHistory {
  readonly events: number;
  /** Records of older versions of which nobody knows any more when they came, and to whom: their own word was taken. */
  readonly eventsByOwnWord: number;
  readonly damages: readonly StoreDamage[];
  readonly damageCount: number;
  /** From here the log has to be read again. */
  readonly position: Position;
}

/**
 * Makes the index of a history anew from its record files; filter and term index then come by themselves. The old index is
 * replaced in one step at the end, and a mark keeps everybody from opening a history that is half made. Nobody else may have
 * the folder open: throws EventStoreLockedError.
 *
 * @param afterwards makes anew what others derive from the history, before the mark goes
 */
export async function rebuildHistory(
  dir: string,
  log: OperatorLog,
  onProgress: OnProgress = () => {},
  afterwards: () => Promise<void> = async () => {},
): Promise<RebuiltHistory> {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const newDir = join(dir, 'rebuild');
  const old = await openOld(dir, log);
  try {
    mark(dir);
    await refuseRunningRebuild(newDir);
    rmSync(newDir, { recursive: true, force: true });
    const { database, facts } = await IndexDatabase.open(newDir, duckdbMemoryBytesDefault);
    let rebuilt: RebuiltHistory;
    try {
      rebuilt = await new Rebuilding(dir, database, facts, old).run(onProgress);
      await database.checkpoint();
    } finally {
      database.close();
    }
    old?.database.close();
    replaceIndex(dir, newDir);
    await afterwards();
    rmSync(join(dir, rebuildMark), { force: true });
    sync(dir);
    return rebuilt;
  } catch (error) {
    old?.database.close();
    throw error;
  }
}

function mark(dir: string): void {
  writeFileSync(join(dir, rebuildMark), '', { mode: 0o600 });
  sync(dir);
}

/** Without an old index its lock keeps nobody out: that of the new one does. Throws EventStoreLockedError. */
async function refuseRunningRebuild(newDir: string): Promise<void> {
  if (!existsSync(join(newDir, 'index.duckdb'))) return;
  try {
    (await IndexDatabase.open(newDir, duckdbMemoryBytesDefault, true)).database.close();
  } catch (error) {
    // What is left of one that was killed may be half a file.
    if (!(error instanceof EventStoreFormatError)) throw error;
  }
}

interface OldIndex {
  readonly database: IndexDatabase;
  readonly facts: StoredFacts;
}

/** What is left of the old index: it knows best of older records, and keeps others out meanwhile. */
async function openOld(dir: string, log: OperatorLog): Promise<OldIndex | undefined> {
  if (!existsSync(join(dir, 'index.duckdb'))) return undefined;
  try {
    return await IndexDatabase.open(dir, duckdbMemoryBytesDefault, true);
  } catch (error) {
    if (!(error instanceof EventStoreFormatError)) throw error;
    log.warn({ err: error }, 'the old index cannot be read: the record files alone are used');
    return undefined;
  }
}

/** A log of the old index behind the new one would be taken for its own. */
function replaceIndex(dir: string, newDir: string): void {
  rmSync(join(dir, 'index.duckdb.wal'), { force: true });
  rmSync(join(dir, 'ids.filter'), { force: true });
  rmSync(join(dir, 'terms'), { recursive: true, force: true });
  sync(join(newDir, 'index.duckdb'));
  renameSync(join(newDir, 'index.duckdb'), join(dir, 'index.duckdb'));
  sync(dir);
  rmSync(newDir, { recursive: true, force: true });
}

interface WaitingBlock {
  readonly block: ReadableBlock;
  readonly path: string;
  readonly end: number;
}

class Rebuilding {
  readonly #dir: string;
  readonly #database: IndexDatabase;
  readonly #old: OldIndex | undefined;
  readonly #places = new Places([]);
  readonly #drops: Drops;
  readonly #damages = new Damages();
  readonly #hasher: TermHasher;
  #rows: RebuiltRows;
  /** Blocks whose facts come behind them. */
  #waiting = new Map<number, WaitingBlock>();
  readonly #lost: [first: number, behind: number][] = [];
  #position: Position;
  #recordsEnd = 0;
  #events = 0;
  #eventsByOwnWord = 0;

  constructor(dir: string, database: IndexDatabase, facts: StoredFacts, old: OldIndex | undefined) {
    this.#dir = dir;
    this.#database = database;
    this.#old = old;
    this.#drops = new Drops(old?.facts.drops ?? []);
    this.#hasher = new TermHasher(facts.hashSeed);
    this.#rows = new RebuiltRows(this.#hasher);
    this.#position = START;
  }

  async run(onProgress: OnProgress): Promise<RebuiltHistory> {
    const records = join(this.#dir, 'records');
    const files = listRecordFiles(records);
    const first = files[0]?.start ?? 0;
    // By addresses, which packed files have more of than bytes.
    const ofBytes = files.length === 0 ? 0 : files.at(-1)!.start + statSync(files.at(-1)!.path).size - first;
    this.#recordsEnd = first;
    for (const walked of walkRecords(records)) {
      await this.#take(walked);
      if (this.#rows.count >= rowsPerTransaction) await this.#write();
      onProgress(walked.end - first, ofBytes);
      await setImmediate();
    }
    await this.#takeWithoutFacts(this.#old?.facts.recordsEnd ?? 0);
    await this.#write();
    await this.#removeTwins();
    await this.#finish();
    return {
      events: this.#events,
      eventsByOwnWord: this.#eventsByOwnWord,
      damages: this.#damages.told,
      damageCount: this.#damages.count,
      position: this.#position,
    };
  }

  async #take(walked: WalkedBlock): Promise<void> {
    switch (walked.kind) {
      case 'damage':
        this.#damages.add(walked.path, `from byte ${walked.address}: ${walked.reason}`);
        this.#lost.push([walked.address, walked.end]);
        return;
      case 'records':
        if (walked.isOlder) {
          await this.#takeOlder(walked.address, walked.block, walked.path);
          this.#recordsEnd = walked.end;
        } else this.#waiting.set(walked.address, walked);
        return;
      case 'facts':
        await this.#takeFacts(walked.facts, walked.end);
    }
  }

  async #takeFacts(facts: BatchFacts, end: number): Promise<void> {
    // Blocks in front of the batch: the facts of theirs are damaged.
    await this.#takeWithoutFacts(facts.rows.reduce((least, [address]) => Math.min(least, address), end));
    for (const [address, first, count, place, category, enteredAtMs] of facts.rows) {
      const waiting = this.#waiting.get(address);
      if (waiting === undefined) continue;
      for (let slot = first; slot < first + count; slot++) {
        const ordinal = toOrdinal(address, slot);
        if (this.#drops.has(ordinal, enteredAtMs)) continue;
        this.#add(ordinal, waiting.block, waiting.path, {
          place: this.#places.idOf(facts.places[place]!),
          category,
          enteredAtMs,
        });
      }
    }
    this.#waiting.clear();
    this.#position = facts.position;
    this.#recordsEnd = end;
  }

  /** Blocks before an address that no facts came for. Behind the last facts they are an unfinished write. */
  async #takeWithoutFacts(before: number): Promise<void> {
    for (const [address, { block, path, end }] of this.#waiting) {
      if (address >= before) continue;
      this.#recordsEnd = Math.max(this.#recordsEnd, end);
      await this.#takeOlder(address, block, path);
      this.#waiting.delete(address);
    }
  }

  async #takeOlder(address: number, block: ReadableBlock, path: string): Promise<void> {
    const known = await this.#knownRows(address);
    if (known !== undefined) {
      for (const { ordinal, place, category, enteredAtMs } of known)
        this.#add(ordinal, block, path, { place, category, enteredAtMs });
      return;
    }
    for (let slot = 0; slot < block.records; slot++) {
      if (this.#add(toOrdinal(address, slot), block, path, undefined)) this.#eventsByOwnWord++;
    }
  }

  /** What the old index says of a block; undefined without one, and where that place of it is damaged. */
  async #knownRows(address: number) {
    try {
      return await this.#rowsOfOld(address);
    } catch (error) {
      if (isDamagedIndex(error)) return undefined;
      throw error;
    }
  }

  async #rowsOfOld(address: number) {
    if (this.#old === undefined || address >= this.#old.facts.recordsEnd) return undefined;
    const { database, facts } = this.#old;
    const rows = await rowsOf(
      database.writer,
      'SELECT ordinal, place, category, entered_at_ms FROM events WHERE ordinal >= ? AND ordinal < ? ORDER BY ordinal',
      [BigInt(toOrdinal(address, 0)), BigInt(toOrdinal(address + 1, 0))],
    );
    return rows.map(([ordinal, place, category, enteredAtMs]) => ({
      ordinal: Number(ordinal),
      place: this.#places.idOf(facts.places[Number(place)]!),
      category: Number(category),
      enteredAtMs: Number(enteredAtMs),
    }));
  }

  #add(
    ordinal: number,
    block: ReadableBlock,
    path: string,
    known: { readonly place: number; readonly category: number; readonly enteredAtMs: number } | undefined,
  ): boolean {
    try {
      this.#rows.add(ordinal, block.openWhole().json(slotOf(ordinal)), this.#places, known);
      return true;
    } catch (error) {
      this.#damages.add(
        path,
        `record ${slotOf(ordinal)} of the block at ${blockAddressOf(ordinal)}: ${(error as Error).message}`,
      );
      return false;
    }
  }

  async #write(): Promise<void> {
    if (this.#rows.count === 0) return;
    const rows = this.#rows.finish();
    this.#events += rows.rows.length;
    this.#rows = new RebuiltRows(this.#hasher);
    await this.#database.transaction((writer) => appendRows(writer, [rows]));
  }

  /** What was dropped and came again, or came twice in blocks of older versions: the last one stays. */
  async #removeTwins(): Promise<void> {
    const { writer } = this.#database;
    const twins = `SELECT ordinal FROM events e JOIN (
        SELECT event_id_high, event_id_low, place, max(ordinal) AS newest FROM events
        GROUP BY event_id_high, event_id_low, place HAVING count(*) > 1
      ) t ON e.event_id_high = t.event_id_high AND e.event_id_low = t.event_id_low AND e.place = t.place AND e.ordinal < t.newest`;
    const [[count] = []] = await rowsOf(writer, `SELECT count(*) FROM (${twins})`);
    if (Number(count) === 0) return;
    await this.#database.transaction(async () => {
      await writer.run(`CREATE TEMP TABLE twins AS ${twins}`);
      await writer.run('DELETE FROM resource_terms WHERE ordinal IN (SELECT ordinal FROM twins)');
      await writer.run('DELETE FROM events WHERE ordinal IN (SELECT ordinal FROM twins)');
    });
    this.#events -= Number(count);
  }

  async #finish(): Promise<void> {
    const old = this.#old?.facts;
    if (old !== undefined && old.recordsEnd > this.#recordsEnd)
      this.#damages.add(
        join(this.#dir, 'records'),
        `${old.recordsEnd - this.#recordsEnd} bytes that were committed are not there`,
      );
    // What is lost may be in the log still: all of it that there is goes in once more, and what is known is left out.
    if (this.#damages.count > 0) this.#position = START;
    closeGaps(join(this.#dir, 'records'), this.#recordsEnd);
    await this.#database.transaction(async (writer) => {
      for (const { id, place } of this.#places.unsaved())
        await writer.run('INSERT INTO places VALUES (?, ?, ?)', [id, place.accountId, place.region]);
      await writer.run('UPDATE progress SET position = ?, records_end = ?', [
        this.#position,
        BigInt(Math.max(this.#recordsEnd, 0)),
      ]);
      for (const [first, behind] of this.#lost)
        await writer.run('INSERT INTO lost_records VALUES (?, ?)', [BigInt(first), BigInt(behind)]);
      for (const { enteredBeforeMs, ordinalMax } of old?.drops ?? [])
        await writer.run('INSERT INTO drops VALUES (?, ?)', [BigInt(enteredBeforeMs), BigInt(ordinalMax)]);
    });
  }
}

/** Every address up to the end has to be in some file: where bytes are gone, zeros stand for them. */
function closeGaps(records: string, end: number): void {
  const files = listRecordFiles(records).filter(({ start }) => start < end);
  for (const [index, { path, start, isPacked }] of files.entries()) {
    if (isPacked) continue;
    const goodBytes = (files[index + 1]?.start ?? end) - start;
    if (statSync(path).size < goodBytes) truncateSync(path, goodBytes);
  }
}

function sync(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
