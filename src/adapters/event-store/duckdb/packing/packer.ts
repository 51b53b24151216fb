// SPDX-License-Identifier: Apache-2.0
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { OperatorLog } from '../../../../ports/operator-log.js';
import { type RecordFile, recordFilePath } from '../record-file-list.js';
import type { RecordFiles } from '../record-files.js';
import type { PackAnswer, PackRequest } from './pack-worker.js';

/** After an opening: what starts now has the processor first. */
const firstRoundMs = 30_000;

/** Between two files, so that packing a long history leaves disk and processor to others most of the time. */
const restMsDefault = 5_000;

export interface PackerOptions {
  readonly files: RecordFiles;
  readonly log: OperatorLog;
  /** Runs work while nobody writes to the files or drops some. */
  exclusively(work: () => Promise<void>): Promise<void>;
  /** Called before the first file is replaced. */
  onFirstPacked(): Promise<void>;
  readonly firstRoundMs?: number | undefined;
  readonly restMs?: number | undefined;
}

/**
 * Packs full record files of small blocks, one after the other, in a thread of its own. It works after an opening and
 * when a file became full, and never else.
 */
export class Packer {
  readonly #options: PackerOptions;
  /** Looked at already, by path. */
  readonly #known = new Set<string>();
  #round: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #fileCount = 0;
  #isClosed = false;
  #thread: Worker | undefined;
  #wakeUp: () => void = () => {};
  #onAnswer: (answer: PackAnswer) => void = () => {};

  constructor(options: PackerOptions) {
    this.#options = options;
    this.#fileCount = options.files.files.length;
    if (this.#waiting() !== undefined) this.#startIn(options.firstRoundMs ?? firstRoundMs);
  }

  /** To be called after every commit. */
  tend(): void {
    const { length } = this.#options.files.files;
    if (length === this.#fileCount) return;
    this.#fileCount = length;
    if (this.#round === undefined && this.#timer === undefined) this.#startIn(this.#restMs);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#wakeUp();
    await this.#thread?.terminate();
    await this.#round;
  }

  get #restMs(): number {
    return this.#options.restMs ?? restMsDefault;
  }

  #startIn(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#round = this.#pack()
        .catch((error: unknown) => {
          if (!this.#isClosed) this.#options.log.error({ err: error }, 'packing the history failed');
        })
        .finally(() => {
          this.#round = undefined;
        });
    }, ms).unref();
  }

  /** A full file that nobody looked at; the last one is written to. */
  #waiting(): RecordFile | undefined {
    return this.#options.files.files
      .slice(0, -1)
      .find(({ path, isPacked }) => !isPacked && !this.#known.has(path));
  }

  async #pack(): Promise<void> {
    const { files, log } = this.#options;
    this.#thread = this.#start();
    try {
      for (let file = this.#waiting(); file !== undefined && !this.#isClosed; file = this.#waiting()) {
        this.#known.add(file.path);
        const answer = await this.#ask(this.#thread, file);
        if (this.#isClosed) return;
        if ('error' in answer) throw new Error(answer.error);
        if ('packed' in answer) {
          await this.#replace(file);
          log.info({ file: file.path, ...answer.packed }, 'a file of the history was packed');
          await this.#rest();
        } else if (answer.leftBecause !== undefined)
          log.warn({ file: file.path, reason: answer.leftBecause }, 'a file of the history was not packed');
      }
    } finally {
      await this.#thread.terminate();
      this.#thread = undefined;
      this.#fileCount = files.files.length;
    }
  }

  #ask(thread: Worker, file: RecordFile): Promise<PackAnswer> {
    return new Promise((resolve) => {
      this.#onAnswer = resolve;
      const packedPath = recordFilePath(dirname(file.path), file.start, 'packing');
      thread.postMessage({ file, packedPath } satisfies PackRequest);
    });
  }

  #start(): Worker {
    const thread = new Worker(new URL('./pack-worker.js', import.meta.url), { name: 'history-pack' });
    thread.unref();
    thread.on('message', (answer: PackAnswer) => this.#onAnswer(answer));
    thread.on('error', (error) => this.#onAnswer({ error: error.stack ?? error.message }));
    thread.on('exit', () => this.#onAnswer({ error: 'the thread that packs ended' }));
    return thread;
  }

  async #replace(file: RecordFile): Promise<void> {
    await this.#options.exclusively(async () => {
      await this.#options.onFirstPacked();
      this.#options.files.replaceByPacked(file);
    });
  }

  #rest(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#restMs).unref();
      this.#wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
