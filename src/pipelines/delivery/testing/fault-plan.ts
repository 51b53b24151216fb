// SPDX-License-Identifier: Apache-2.0
import type { EventLog } from '../../../ports/event-log.js';
import type { LogDestination } from '../log-destination.js';
import type { OpenFile, OutboxDisk } from '../outbox-disk.js';
import type { TrailNotices } from '../trail-notices.js';

/** 'fails': the step reports an error. 'dies': the process stops there, for good. */
export type Fault = 'fails' | 'dies';

/**
 * Lets one step of everything that delivery does outside its memory go wrong. Every operation counts as two steps,
 * before and after it took effect, so that a fault also falls between an effect and the news of it.
 */
export class FaultPlan {
  readonly #at: number;
  readonly #fault: Fault;
  #steps = 0;
  #isDead = false;
  readonly #onDeath: () => void;
  readonly died: Promise<void>;

  constructor(at: number, fault: Fault) {
    this.#at = at;
    this.#fault = fault;
    let die = (): void => {};
    this.died = new Promise((resolve) => {
      die = resolve;
    });
    this.#onDeath = die;
  }

  /** True once the fault has happened. */
  get happened(): boolean {
    return this.#steps >= this.#at;
  }

  get steps(): number {
    return this.#steps;
  }

  async run<T>(operation: () => Promise<T>): Promise<T> {
    await this.#step();
    const result = await operation();
    await this.#step();
    return result;
  }

  disk(disk: OutboxDisk): OutboxDisk {
    const plan = this;
    return {
      list: () => this.run(() => disk.list()),
      read: (name) => this.run(() => disk.read(name)),
      async *stream(name) {
        await plan.#step();
        yield* disk.stream(name);
      },
      create: async (name) => this.#file(await this.run(() => disk.create(name))),
      rename: (from, to) => this.run(() => disk.rename(from, to)),
      remove: (name) => this.run(() => disk.remove(name)),
      syncFolder: () => this.run(() => disk.syncFolder()),
    };
  }

  eventLog(log: EventLog): EventLog {
    return {
      append: (entry) => log.append(entry),
      read: (from, limits) => this.run(() => log.read(from, limits)),
      head: () => log.head(),
      subscribe: (onAppended) => log.subscribe(onAppended),
      checkpoint: (reader) => this.run(() => log.checkpoint(reader)),
      saveCheckpoint: (reader, checkpoint) => this.run(() => log.saveCheckpoint(reader, checkpoint)),
      trim: () => log.trim(),
      close: () => log.close(),
    };
  }

  destination(destination: LogDestination): LogDestination {
    return { put: (upload, signal) => this.run(() => destination.put(upload, signal)) };
  }

  notices(notices: TrailNotices): TrailNotices {
    return { publish: (...args) => this.run(() => notices.publish(...args)) };
  }

  #file(file: OpenFile): OpenFile {
    return {
      write: (bytes) => this.run(() => file.write(bytes)),
      sync: () => this.run(() => file.sync()),
      close: () => this.run(() => file.close()),
    };
  }

  async #step(): Promise<void> {
    // A dead process does nothing more: its promises never settle.
    if (this.#isDead) await new Promise(() => {});
    this.#steps++;
    if (this.#steps !== this.#at) return;
    if (this.#fault === 'fails')
      throw Object.assign(new Error(`step ${this.#at} fails by the test`), { code: 'EIO' });
    this.#isDead = true;
    this.#onDeath();
    await new Promise(() => {});
  }
}
