// SPDX-License-Identifier: Apache-2.0
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { eventOverheadBytes, type LogEvent } from '../../../ports/log-event-store.js';
import { chunkBytesMax, chunkEventsMax, compressBytesMin } from './store-limits.js';

/**
 * The value of a chunk:
 *
 *     u8 codec · 3 zero bytes · u32 CRC-32 of all that follows · f64 ingestedAtMs · u32 events · u32 bytes of the payload · payload
 *
 * and the payload, deflated or not, is `f64 timestampMs, u32 bytes, message` for every event. Deflate at its fastest
 * level, as in the event log, for the same reasons.
 */
const headerBytes = 24;
const eventHeadBytes = 12;
const codecPlain = 0;
const codecDeflate = 1;

/** The stored bytes are not what was written: the disk or somebody else changed them. */
export class DamagedChunkError extends Error {
  override readonly name = 'DamagedChunkError';
}

/** A part of a batch, ready to be stored. */
export interface EncodedChunk {
  readonly value: Buffer;
  readonly fromMs: number;
  readonly toMs: number;
  readonly eventCount: number;
  /** As stats count them. */
  readonly bytes: number;
}

/** Cuts a batch into chunks. Events are in the order of time. */
export function encodeChunks(events: readonly LogEvent[], ingestedAtMs: number): EncodedChunk[] {
  const chunks: EncodedChunk[] = [];
  let part: { timestampMs: number; message: Buffer }[] = [];
  let bytes = 0;
  const flush = (): void => {
    if (part.length > 0) chunks.push(encodeChunk(part, ingestedAtMs));
    part = [];
    bytes = 0;
  };
  for (const { timestampMs, message } of events) {
    const encoded = Buffer.from(message);
    if (part.length === chunkEventsMax || bytes + encoded.length > chunkBytesMax) flush();
    part.push({ timestampMs, message: encoded });
    bytes += encoded.length;
  }
  flush();
  return chunks;
}

function encodeChunk(
  events: readonly { timestampMs: number; message: Buffer }[],
  ingestedAtMs: number,
): EncodedChunk {
  const messageBytes = events.reduce((sum, { message }) => sum + message.length, 0);
  const plain = Buffer.allocUnsafe(messageBytes + events.length * eventHeadBytes);
  let at = 0;
  for (const { timestampMs, message } of events) {
    at = plain.writeDoubleBE(timestampMs, at);
    at = plain.writeUInt32BE(message.length, at);
    at += message.copy(plain, at);
  }
  const deflated = plain.length >= compressBytesMin ? deflateRawSync(plain, { level: 1 }) : plain;
  const payload = deflated.length < plain.length ? deflated : plain;
  const value = Buffer.alloc(headerBytes + payload.length);
  value.writeUInt8(payload === plain ? codecPlain : codecDeflate, 0);
  value.writeDoubleBE(ingestedAtMs, 8);
  value.writeUInt32BE(events.length, 16);
  value.writeUInt32BE(plain.length, 20);
  payload.copy(value, headerBytes);
  value.writeUInt32BE(crc32(value.subarray(8)), 4);
  return {
    value,
    fromMs: events[0]?.timestampMs ?? 0,
    toMs: events.at(-1)?.timestampMs ?? 0,
    eventCount: events.length,
    bytes: messageBytes + events.length * eventOverheadBytes,
  };
}

export interface DecodedChunk {
  readonly ingestedAtMs: number;
  readonly events: readonly (LogEvent & { readonly bytes: number })[];
  /** UTF-8 bytes of the messages. */
  readonly bytes: number;
}

/** Throws DamagedChunkError. */
export function decodeChunk(value: Buffer): DecodedChunk {
  if (value.length < headerBytes) throw new DamagedChunkError(`the value has ${value.length} bytes`);
  if (value.readUInt32BE(4) !== crc32(value.subarray(8)))
    throw new DamagedChunkError('the checksum does not hold');
  const plain = readPayload(value);
  const events: (LogEvent & { bytes: number })[] = [];
  let sum = 0;
  for (let at = 0; at < plain.length; ) {
    const timestampMs = plain.readDoubleBE(at);
    const bytes = plain.readUInt32BE(at + 8);
    at += eventHeadBytes;
    events.push({ timestampMs, message: plain.toString('utf8', at, at + bytes), bytes });
    at += bytes;
    sum += bytes;
  }
  const { eventCount } = readChunkHead(value);
  if (events.length !== eventCount)
    throw new DamagedChunkError(`it holds ${events.length} events, not ${eventCount}`);
  return { ingestedAtMs: value.readDoubleBE(8), events, bytes: sum };
}

/** What removals must know of a chunk, without inflating it. */
export function readChunkHead(value: Buffer): { readonly eventCount: number; readonly bytes: number } {
  const eventCount = value.readUInt32BE(16);
  return { eventCount, bytes: value.readUInt32BE(20) + eventCount * (eventOverheadBytes - eventHeadBytes) };
}

function readPayload(value: Buffer): Buffer {
  const codec = value.readUInt8(0);
  const payload = value.subarray(headerBytes);
  if (codec === codecPlain) return payload;
  if (codec !== codecDeflate) throw new DamagedChunkError(`unknown codec ${codec}`);
  const plainBytes = value.readUInt32BE(20);
  const plain = inflateRawSync(payload, { maxOutputLength: Math.max(plainBytes, 1) });
  if (plain.length !== plainBytes)
    throw new DamagedChunkError(`${plain.length} bytes inflated, not ${plainBytes}`);
  return plain;
}
