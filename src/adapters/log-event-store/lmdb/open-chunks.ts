// SPDX-License-Identifier: Apache-2.0
import type { ChunkRef } from './chunk-key.js';
import { type DecodedChunk, decodeChunk } from './chunk-value.js';
import { comparePlaces, type EventPlace } from './event-position.js';
import { openChunksBytesMax } from './store-limits.js';

/** A chunk that takes part in a merge: where it stands. */
interface OpenChunk {
  readonly ref: ChunkRef;
  /** Of its next event; before it was looked into, the earliest that it can be. */
  place: EventPlace;
  isPlaced: boolean;
}

export interface FoundEvent {
  readonly ref: ChunkRef;
  readonly place: EventPlace;
  readonly message: string;
  readonly bytes: number;
  readonly ingestedAtMs: number;
}

interface Bounds {
  readonly isForward: boolean;
  readonly lower: EventPlace;
  readonly upper: EventPlace;
}

/** The chunks that are open at once, in the order of their next events. */
export class OpenChunks {
  readonly #bounds: Bounds;
  readonly #load: (ref: ChunkRef) => Buffer | undefined;
  /** The next one last: taking it is cheap. */
  readonly #chunks: OpenChunk[] = [];
  /** Decoded chunks by sequence, the one used longest ago first. */
  readonly #decoded = new Map<number, DecodedChunk>();
  #decodedBytes = 0;

  constructor(bounds: Bounds, load: (ref: ChunkRef) => Buffer | undefined) {
    this.#bounds = bounds;
    this.#load = load;
  }

  get isEmpty(): boolean {
    return this.#chunks.length === 0;
  }

  /** Where the next event is, or the nearest place where it could be. */
  get top(): EventPlace | undefined {
    return this.#chunks.at(-1)?.place;
  }

  add(ref: ChunkRef): void {
    const { isForward } = this.#bounds;
    const place = {
      timestampMs: isForward ? ref.fromMs : ref.toMs,
      sequence: ref.sequence,
      index: isForward ? 0 : Number.MAX_SAFE_INTEGER,
    };
    this.#insert({ ref, place, isPlaced: false });
  }

  /** The next event; undefined when the next chunk had first to be looked into, and order may have changed by that. */
  next(): FoundEvent | undefined {
    const chunk = this.#chunks.at(-1);
    if (chunk === undefined) return undefined;
    if (!chunk.isPlaced) {
      this.#chunks.pop();
      this.#enter(chunk);
      return undefined;
    }
    const decoded = this.#decode(chunk.ref);
    const event = decoded?.events[chunk.place.index];
    if (decoded === undefined || event === undefined) {
      // Removed meanwhile.
      this.#chunks.pop();
      return undefined;
    }
    const { ref, place } = chunk;
    return { ref, place, message: event.message, bytes: event.bytes, ingestedAtMs: decoded.ingestedAtMs };
  }

  /** Leaves the event that `next` gave behind. */
  advance(): void {
    const chunk = this.#chunks.pop();
    if (chunk !== undefined) this.#moveTo(chunk, chunk.place.index + (this.#bounds.isForward ? 1 : -1));
  }

  #enter(chunk: OpenChunk): void {
    const { isForward, lower, upper } = this.#bounds;
    const events = this.#decode(chunk.ref)?.events ?? [];
    const { sequence } = chunk.ref;
    const placeAt = (index: number) => ({ timestampMs: events[index]?.timestampMs ?? 0, sequence, index });
    let index = isForward ? 0 : events.length - 1;
    if (isForward) while (index < events.length && comparePlaces(placeAt(index), lower) <= 0) index++;
    else while (index >= 0 && comparePlaces(placeAt(index), upper) >= 0) index--;
    chunk.isPlaced = true;
    this.#moveTo(chunk, index);
  }

  #moveTo(chunk: OpenChunk, index: number): void {
    const { isForward, lower, upper } = this.#bounds;
    const { sequence } = chunk.ref;
    const event = this.#decode(chunk.ref)?.events[index];
    const place = event && { timestampMs: event.timestampMs, sequence, index };
    const isWithin = (at: EventPlace) =>
      isForward ? comparePlaces(at, upper) < 0 : comparePlaces(at, lower) > 0;
    if (place === undefined || !isWithin(place)) {
      this.#close(sequence);
      return;
    }
    chunk.place = place;
    this.#insert(chunk);
  }

  #insert(chunk: OpenChunk): void {
    const sign = this.#bounds.isForward ? 1 : -1;
    let [low, high] = [0, this.#chunks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const isBehind = sign * comparePlaces((this.#chunks[middle] as OpenChunk).place, chunk.place) > 0;
      if (isBehind) low = middle + 1;
      else high = middle;
    }
    this.#chunks.splice(low, 0, chunk);
  }

  /** Undefined when the chunk was removed meanwhile. Throws DamagedChunkError. */
  #decode(ref: ChunkRef): DecodedChunk | undefined {
    const known = this.#decoded.get(ref.sequence);
    if (known !== undefined) {
      this.#decoded.delete(ref.sequence);
      this.#decoded.set(ref.sequence, known);
      return known;
    }
    const value = this.#load(ref);
    if (value === undefined) return undefined;
    const decoded = decodeChunk(value);
    this.#decodedBytes += decoded.bytes;
    this.#decoded.set(ref.sequence, decoded);
    for (const sequence of this.#decoded.keys()) {
      if (this.#decodedBytes <= openChunksBytesMax || sequence === ref.sequence) break;
      this.#close(sequence);
    }
    return decoded;
  }

  #close(sequence: number): void {
    this.#decodedBytes -= this.#decoded.get(sequence)?.bytes ?? 0;
    this.#decoded.delete(sequence);
  }
}
