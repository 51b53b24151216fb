// SPDX-License-Identifier: Apache-2.0

/**
 * Many objects in one answer of Cairn's own API. For each key, in the order in which they were asked for: the length of a
 * head (4 bytes, big-endian), the head (JSON), and, where the head says that there are any, the object's bytes.
 */
export const objectFramesType = 'application/vnd.cairn.objects';

export type FrameHead =
  | {
      readonly status: 200;
      /** Of the bytes that follow. */
      readonly length: number;
      /** User metadata, names in lower case without `x-amz-meta-`. */
      readonly metadata: Readonly<Record<string, string>>;
    }
  /** No bytes follow. In S3's words, or `answerFull`. */
  | { readonly status: number; readonly code: string; readonly message: string };

/** The code of a key that was not read: the answer has become large enough, and it is to be asked for again. */
export const answerFull = 'AnswerFull';

export interface ObjectFrame {
  readonly head: FrameHead;
  /** Empty unless the status is 200. A part of the answer's own bytes. */
  readonly bytes: Buffer;
}

/** What was read are no frames, or not whole ones. */
export class BrokenFramesError extends Error {
  override readonly name = 'BrokenFramesError';
}

/** Metadata has 2 KB, a message less. */
const headBytesMax = 64 * 1024;

export function frameHead(head: FrameHead): Buffer {
  const text = JSON.stringify(head);
  const length = Buffer.byteLength(text);
  const bytes = Buffer.allocUnsafe(4 + length);
  bytes.writeUInt32BE(length, 0);
  bytes.write(text, 4);
  return bytes;
}

/** Exactly `count` frames. Throws BrokenFramesError. */
export function readFrames(answer: Buffer, count: number): ObjectFrame[] {
  const frames: ObjectFrame[] = [];
  let at = 0;
  while (frames.length < count) {
    if (at + 4 > answer.length) throw new BrokenFramesError('a frame is missing');
    const length = answer.readUInt32BE(at);
    at += 4;
    if (length > headBytesMax || at + length > answer.length)
      throw new BrokenFramesError('a head is cut off');
    const head = readHead(answer.toString('utf8', at, at + length));
    at += length;
    const end = at + ('length' in head ? head.length : 0);
    if (end > answer.length) throw new BrokenFramesError('an object is cut off');
    frames.push({ head, bytes: answer.subarray(at, end) });
    at = end;
  }
  if (at !== answer.length) throw new BrokenFramesError('something follows the last frame');
  return frames;
}

function readHead(text: string): FrameHead {
  let head: unknown;
  try {
    head = JSON.parse(text);
  } catch (cause) {
    throw new BrokenFramesError('a head is no JSON', { cause });
  }
  if (!isObject(head)) throw new BrokenFramesError('a head is no object');
  const { status, length, metadata, code, message } = head;
  if (status === 200 && isLength(length) && isTexts(metadata)) return { status, length, metadata };
  const isRefusal =
    isLength(status) && status !== 200 && typeof code === 'string' && typeof message === 'string';
  if (isRefusal) return { status, code, message };
  throw new BrokenFramesError('a head is none');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isLength(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return isObject(value) && Object.values(value).every((text) => typeof text === 'string');
}
