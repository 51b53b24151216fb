// SPDX-License-Identifier: Apache-2.0
import type { EventCategory } from '../../../ports/event-log.js';
import type { IndexFields } from '../../../record/index-fields.js';
import { categoryCode, readOnlyCode } from './categories.js';
import { wordsPerEventId, writeEventIdBits } from './event-id-bits.js';
import { BlockWriter } from './record-block.js';
import { NO_TERM, type TermHasher } from './term-hash.js';

/** Whose event a record is, and where. */
export interface Place {
  readonly accountId: string;
  readonly region: string;
}

/** Records ready for the index, as columns that cross threads without a copy. Row `i` of all columns is one event. */
export interface ParsedBatch {
  readonly count: number;
  /** ms since the epoch. */
  readonly eventTimesMs: Float64Array;
  readonly enteredAtMs: Float64Array;
  /** Four words an event. */
  readonly eventIds: Int32Array;
  /** Indexes into `places`. */
  readonly placeOf: Int32Array;
  readonly places: readonly Place[];
  readonly category: Uint8Array;
  readonly readOnly: Uint8Array;
  readonly name: Int32Array;
  readonly source: Int32Array;
  readonly username: Int32Array;
  readonly accessKey: Int32Array;
  /** The resource terms of row `i`: from `termStarts[i]` to `termStarts[i + 1]`; none twice. */
  readonly termStarts: Int32Array;
  readonly terms: Int32Array;
  /** The block of each row, an index into `blockStarts`, and its slot in it. */
  readonly blockOf: Int32Array;
  readonly slot: Uint16Array;
  /** Sealed blocks one after the other; block `b` is from `blockStarts[b]` to `blockStarts[b + 1]`. */
  readonly blocks: Uint8Array;
  readonly blockStarts: Int32Array;
  /** Entries or records that could not be read: nothing of them is in here. */
  readonly faults: readonly string[];
}

/** More faults than these are counted only. */
const faultsToldMax = 100;

interface Owner {
  readonly accountId: string;
  /** Region and category where the log knows them; else the record's own. */
  readonly region?: string;
  readonly category?: EventCategory;
  readonly enteredAtMs: number;
}

/** Collects records as columns. */
export class BatchBuilder {
  readonly #hasher: TermHasher;
  readonly #writer = new BlockWriter();
  /** Header and payload of one block after the other. */
  readonly #blocks: Buffer[] = [];
  #lastPlace = { accountId: '', region: '', index: -1 };
  readonly #places = new Map<string, number>();
  readonly #faults: string[] = [];
  #faultCount = 0;
  #count = 0;
  #termCount = 0;
  #capacity = 1024;
  #eventTimesMs = new Float64Array(this.#capacity);
  #enteredAtMs = new Float64Array(this.#capacity);
  #eventIds = new Int32Array(this.#capacity * wordsPerEventId);
  #placeOf = new Int32Array(this.#capacity);
  #category = new Uint8Array(this.#capacity);
  #readOnly = new Uint8Array(this.#capacity);
  #name = new Int32Array(this.#capacity);
  #source = new Int32Array(this.#capacity);
  #username = new Int32Array(this.#capacity);
  #accessKey = new Int32Array(this.#capacity);
  #termStarts = new Int32Array(this.#capacity + 1);
  #blockOf = new Int32Array(this.#capacity);
  #slot = new Uint16Array(this.#capacity);
  #terms = new Int32Array(this.#capacity);

  constructor(hasher: TermHasher) {
    this.#hasher = hasher;
  }

  /** What `rewind` needs to forget everything added since. */
  mark(): { count: number; termCount: number } {
    return { count: this.#count, termCount: this.#termCount };
  }

  /** Forgets the rows since the mark. Their texts may stay in a block where nothing points at them. */
  rewind(mark: { count: number; termCount: number }): void {
    this.#count = mark.count;
    this.#termCount = mark.termCount;
  }

  fault(what: string): void {
    this.#faultCount++;
    if (this.#faultCount <= faultsToldMax) this.#faults.push(what);
  }

  add(json: string, fields: IndexFields, owner: Owner): void {
    if (this.#count === this.#capacity) this.#grow();
    if (this.#writer.isFull) this.#blocks.push(...this.#writer.seal());
    const row = this.#count++;
    this.#slot[row] = this.#writer.add(json);
    this.#blockOf[row] = this.#blocks.length / 2;
    this.#eventTimesMs[row] = fields.eventTimeMs;
    this.#enteredAtMs[row] = owner.enteredAtMs;
    writeEventIdBits(fields.eventId, this.#eventIds, row);
    this.#placeOf[row] = this.#placeIndex(owner.accountId, owner.region ?? fields.region);
    this.#category[row] = categoryCode(owner.category ?? fields.category);
    this.#readOnly[row] = readOnlyCode(fields.readOnly);
    this.#name[row] = this.#hasher.hash('EventName', fields.eventName);
    this.#source[row] = this.#hasher.hash('EventSource', fields.eventSource);
    this.#username[row] = this.#hasher.hash('Username', fields.username);
    this.#accessKey[row] = this.#hasher.hash('AccessKeyId', fields.accessKeyId);
    this.#addTerms(row, fields);
  }

  finish(): ParsedBatch {
    if (!this.#writer.isEmpty) this.#blocks.push(...this.#writer.seal());
    if (this.#faultCount > faultsToldMax) this.#faults.push(`and ${this.#faultCount - faultsToldMax} more`);
    const count = this.#count;
    const { blocks, blockStarts } = joinBlocks(this.#blocks);
    return {
      count,
      eventTimesMs: this.#eventTimesMs.subarray(0, count),
      enteredAtMs: this.#enteredAtMs.subarray(0, count),
      eventIds: this.#eventIds.subarray(0, count * wordsPerEventId),
      placeOf: this.#placeOf.subarray(0, count),
      places: Array.from(this.#places.keys(), toPlace),
      category: this.#category.subarray(0, count),
      readOnly: this.#readOnly.subarray(0, count),
      name: this.#name.subarray(0, count),
      source: this.#source.subarray(0, count),
      username: this.#username.subarray(0, count),
      accessKey: this.#accessKey.subarray(0, count),
      termStarts: this.#termStarts.subarray(0, count + 1),
      terms: this.#terms.subarray(0, this.#termCount),
      blockOf: this.#blockOf.subarray(0, count),
      slot: this.#slot.subarray(0, count),
      blocks,
      blockStarts,
      faults: this.#faults,
    };
  }

  #placeIndex(accountId: string, region: string): number {
    const last = this.#lastPlace;
    if (last.region === region && last.accountId === accountId) return last.index;
    const key = `${accountId}/${region}`;
    const index = this.#places.get(key) ?? this.#places.size;
    this.#places.set(key, index);
    this.#lastPlace = { accountId, region, index };
    return index;
  }

  #addTerms(row: number, fields: IndexFields): void {
    const start = this.#termCount;
    for (const resource of fields.resources) {
      this.#addTerm(start, this.#hasher.hash('ResourceType', resource.type));
      this.#addTerm(start, this.#hasher.hash('ResourceName', resource.name));
    }
    this.#termStarts[row] = start;
    this.#termStarts[row + 1] = this.#termCount;
  }

  #addTerm(start: number, term: number): void {
    if (term === NO_TERM || this.#terms.subarray(start, this.#termCount).includes(term)) return;
    if (this.#termCount === this.#terms.length) this.#terms = larger(this.#terms, this.#terms.length * 2);
    this.#terms[this.#termCount++] = term;
  }

  #grow(): void {
    const capacity = this.#capacity * 2;
    this.#eventTimesMs = larger(this.#eventTimesMs, capacity);
    this.#enteredAtMs = larger(this.#enteredAtMs, capacity);
    this.#eventIds = larger(this.#eventIds, capacity * wordsPerEventId);
    this.#placeOf = larger(this.#placeOf, capacity);
    this.#category = larger(this.#category, capacity);
    this.#readOnly = larger(this.#readOnly, capacity);
    this.#name = larger(this.#name, capacity);
    this.#source = larger(this.#source, capacity);
    this.#username = larger(this.#username, capacity);
    this.#accessKey = larger(this.#accessKey, capacity);
    this.#termStarts = larger(this.#termStarts, capacity + 1);
    this.#blockOf = larger(this.#blockOf, capacity);
    this.#slot = larger(this.#slot, capacity);
    this.#capacity = capacity;
  }
}

function larger<Column extends Float64Array | Int32Array | Uint16Array | Uint8Array>(
  column: Column,
  length: number,
): Column {
  const copy = new (column.constructor as new (length: number) => Column)(length);
  copy.set(column);
  return copy;
}

function joinBlocks(pieces: readonly Buffer[]): Pick<ParsedBatch, 'blocks' | 'blockStarts'> {
  const blocks = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  const blockStarts = new Int32Array(pieces.length / 2 + 1);
  let end = 0;
  pieces.forEach((piece, index) => {
    blocks.set(piece, end);
    end += piece.length;
    blockStarts[(index >> 1) + 1] = end;
  });
  return { blocks, blockStarts };
}

/** The account has no slash in it; a Region that others made up may. */
function toPlace(key: string): Place {
  const slash = key.indexOf('/');
  return { accountId: key.slice(0, slash), region: key.slice(slash + 1) };
}

/** A batch that was parsed before its import, as events of the account that imports it, entered now. */
export function ownedBy(batch: ParsedBatch, owner: { accountId: string; enteredAtMs: number }): ParsedBatch {
  const places = batch.places.map(({ region }) => ({ accountId: owner.accountId, region }));
  return { ...batch, places, enteredAtMs: batch.enteredAtMs.fill(owner.enteredAtMs) };
}

/** The buffers to transfer with a batch. */
export function buffersOf(batch: ParsedBatch): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const value of Object.values(batch)) {
    if (ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer) buffers.add(value.buffer);
  }
  return [...buffers];
}
