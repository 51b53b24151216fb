// SPDX-License-Identifier: Apache-2.0
import { createWriteStream, renameSync, statSync, type WriteStream } from 'node:fs';

export interface SecurityLogLimits {
  /** One file of refused calls; with the one before it that is all that is kept: a stranger cannot fill the disk. */
  readonly fileBytesMax: number;
  /** Lines waiting for the disk; what comes on top is counted, not kept. */
  readonly waitingBytesMax: number;
  /** What a stranger sent is cut to this many characters a field. */
  readonly fieldCharsMax: number;
  /** After a file that could not be written, lines are only counted for this time. */
  readonly retryMs: number;
}

export const securityLogLimits: SecurityLogLimits = {
  fileBytesMax: 8 * 1024 * 1024,
  waitingBytesMax: 256 * 1024,
  fieldCharsMax: 256,
  retryMs: 10_000,
};

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

/**
 * Bounded log of calls that were refused before anybody was known to make them. One JSON object a line, in `path` and
 * the file before it, `path.1`. It never throws and never waits: a disk that takes no more must not end the server.
 */
export class SecurityLog {
  readonly #path: string;
  readonly #limits: SecurityLogLimits;
  #stream: WriteStream | undefined;
  /** Of the current file, with what waits for it. */
  #bytes = 0;
  #retryAtMs = Number.NEGATIVE_INFINITY;
  /** While the full file is written out and put aside. */
  #rotation: Promise<void> | undefined;

  constructor(path: string, limits: Partial<SecurityLogLimits> = {}) {
    this.#path = path;
    this.#limits = { ...securityLogLimits, ...limits };
  }

  add(call: RefusedCall): void {
    const { fieldCharsMax, fileBytesMax, waitingBytesMax } = this.#limits;
    const stream = this.#rotation === undefined ? this.#open() : undefined;
    if (stream === undefined || stream.writableLength > waitingBytesMax) return;
    const { timeMs, ...rest } = call;
    const fields = Object.entries(rest).map(([name, value]) => [name, value?.slice(0, fieldCharsMax)]);
    const line = `${JSON.stringify({ time: new Date(timeMs).toISOString(), ...Object.fromEntries(fields) })}\n`;
    this.#bytes += Buffer.byteLength(line);
    stream.write(line);
    if (this.#bytes >= fileBytesMax) this.#rotation = this.#rotate();
  }

  async close(): Promise<void> {
    await this.#rotation;
    await this.#end();
  }

  #open(): WriteStream | undefined {
    if (this.#stream !== undefined) return this.#stream;
    if (performance.now() < this.#retryAtMs) return undefined;
    this.#bytes = sizeOf(this.#path);
    const stream = createWriteStream(this.#path, { flags: 'a', mode: 0o600 });
    stream.on('error', () => {
      this.#retryAtMs = performance.now() + this.#limits.retryMs;
      if (this.#stream === stream) this.#stream = undefined;
    });
    this.#stream = stream;
    return stream;
  }

  async #rotate(): Promise<void> {
    await this.#end();
    try {
      renameSync(this.#path, `${this.#path}.1`);
    } catch {
      this.#retryAtMs = performance.now() + this.#limits.retryMs;
    }
    this.#rotation = undefined;
  }

  async #end(): Promise<void> {
    const stream = this.#stream;
    this.#stream = undefined;
    if (stream === undefined || stream.destroyed) return;
    await new Promise<void>((resolve) => {
      stream.once('close', resolve);
      stream.end();
    });
  }
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}
