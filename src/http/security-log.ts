// SPDX-License-Identifier: Apache-2.0
import { createWriteStream, existsSync, renameSync, statSync, type WriteStream } from 'node:fs';

/** One file of refused calls; with the one before it that is all that is kept: a stranger cannot fill the disk. */
const fileBytesMax = 8 * 1024 * 1024;
/** Lines waiting for the disk; what comes on top is counted, not kept. */
const waitingBytesMax = 256 * 1024;
/** What a stranger sent is cut to this many characters a field. */
const fieldCharsMax = 256;

/** A call whose signature names nobody: an attempt, not an act of any account. */
export interface RefusedCall {
  readonly timeMs: number;
  readonly requestId: string;
  readonly code: string;
  readonly sourceIp: string;
  readonly method: string;
  readonly path: string;
  readonly service: string | undefined;
  readonly accessKeyId: string | undefined;
  readonly userAgent: string | undefined;
}

/** Bounded log of calls that were refused before anybody was known to make them. One JSON object a line. */
export class SecurityLog {
  readonly #path: string;
  #stream: WriteStream | undefined;
  #bytes = 0;
  /** Refused calls since the start, by error code, including those not kept. */
  readonly counts = new Map<string, number>();

  constructor(path: string) {
    this.#path = path;
  }

  add(call: RefusedCall): void {
    this.counts.set(call.code, (this.counts.get(call.code) ?? 0) + 1);
    const stream = this.#open();
    if (stream.writableLength > waitingBytesMax) return;
    const { timeMs, ...rest } = call;
    const fields = Object.entries(rest).map(([name, value]) => [name, value?.slice(0, fieldCharsMax)]);
    const line = `${JSON.stringify({ time: new Date(timeMs).toISOString(), ...Object.fromEntries(fields) })}\n`;
    this.#bytes += Buffer.byteLength(line);
    stream.write(line);
  }

  close(): Promise<void> {
    const stream = this.#stream;
    this.#stream = undefined;
    return stream === undefined ? Promise.resolve() : new Promise((resolve) => stream.end(() => resolve()));
  }

  #open(): WriteStream {
    if (this.#stream !== undefined && this.#bytes >= fileBytesMax) {
      this.#stream.end();
      this.#stream = undefined;
    }
    if (this.#stream === undefined) {
      if (existsSync(this.#path) && statSync(this.#path).size >= fileBytesMax) {
        renameSync(this.#path, `${this.#path}.1`);
      }
      this.#bytes = existsSync(this.#path) ? statSync(this.#path).size : 0;
      this.#stream = createWriteStream(this.#path, { flags: 'a', mode: 0o600 });
      // A disk that takes no more lines must not end the server: the counter still counts.
      this.#stream.on('error', () => undefined);
    }
    return this.#stream;
  }
}
