// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { writerIdleMs } from './segment-limits.js';
import type { WriterAnswer, WriterTask, WrittenFile } from './writer-protocol.js';

interface Waiting {
  resolve(written: WrittenFile | undefined): void;
  reject(error: Error): void;
}

/** A process that writes files: started when it is needed, gone when it has nothing to do for a while. */
export class WriterProcess {
  readonly #folder: string;
  readonly #waiting = new Map<number, Waiting>();
  #child: ChildProcess | undefined;
  #exited: Promise<void> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;
  #lastId = 0;
  #isClosed = false;

  /** @param folder for what does not fit into memory; the process's own */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Undefined where no row was left to write: then there is no file. */
  run(task: WriterTask): Promise<WrittenFile | undefined> {
    if (this.#isClosed) return Promise.reject(new Error('segments are closed'));
    clearTimeout(this.#idle);
    const child = this.#child ?? this.#start();
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      child.send({ id, task }, (error) => {
        if (error !== null) this.#settle(id)?.reject(error);
      });
    });
  }

  /** Ends at once; what runs is rejected. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#idle);
    this.#child?.kill('SIGKILL');
    await this.#exited;
  }

  #start(): ChildProcess {
    const child = fork(fileURLToPath(new URL('./writer/main.js', import.meta.url)), [this.#folder], {
      serialization: 'advanced',
      execArgv: ['--enable-source-maps'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      // Nothing of our environment, which may hold keys, is its business.
      env: { PATH: process.env.PATH ?? '' },
    });
    this.#child = child;
    child.on('message', (answer: WriterAnswer) => this.#take(answer));
    child.on('error', (error) => this.#lose(child, error));
    this.#exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        this.#lose(child, new Error(`a writer of segments ended (${signal ?? code})`));
        resolve();
      });
    });
    return child;
  }

  #take({ id, written, failed }: WriterAnswer): void {
    const waiting = this.#settle(id);
    if (failed === undefined) waiting?.resolve(written ?? undefined);
    else waiting?.reject(new Error(`a segment could not be written: ${failed}`));
    if (this.#waiting.size > 0) return;
    this.#idle = setTimeout(() => this.#end(), writerIdleMs).unref();
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #end(): void {
    const child = this.#child;
    this.#child = undefined;
    if (child?.connected === true) child.disconnect();
  }

  #lose(child: ChildProcess, error: Error): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    for (const id of [...this.#waiting.keys()]) this.#settle(id)?.reject(error);
  }
}
