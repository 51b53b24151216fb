// SPDX-License-Identifier: Apache-2.0
import { idleMsMax, runningMax, waitingMax } from '../limits.js';
import type { ObjectBytes } from '../readers/row-source.js';
import { SelectError } from '../select-error.js';
import type { SelectRequest } from '../select-request.js';
import { type SelectEvent, SelectThread } from './select-thread.js';

/**
 * Makes selections on threads of their own: what a query costs is not taken from recording. So many run at a time, so many wait;
 * more are told Busy.
 */
export class Selections {
  readonly #idle: { readonly thread: SelectThread; readonly timer: NodeJS.Timeout }[] = [];
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /**
   * Rejects with SelectError, or with what reading the object has thrown.
   * @param signal ends the selection at once, and the waiting for a place
   */
  async *run(request: SelectRequest, object: ObjectBytes, signal: AbortSignal): AsyncGenerator<SelectEvent> {
    await this.#enter(signal);
    const thread = this.#thread(request.input.format === 'parquet' ? 'process' : 'thread');
    const kill = () => thread.kill();
    signal.addEventListener('abort', kill);
    let isFree = false;
    try {
      if (signal.aborted) return;
      yield* thread.select(request, object);
      isFree = true;
    } catch (error) {
      isFree = !thread.isDead;
      throw error;
    } finally {
      signal.removeEventListener('abort', kill);
      if (isFree) this.#keep(thread);
      else thread.kill();
      this.#leave();
    }
  }

  async #enter(signal: AbortSignal): Promise<void> {
    if (this.#running < runningMax) {
      this.#running += 1;
      return;
    }
    if (signal.aborted) throw new SelectError('InternalError');
    if (this.#waiting.length >= waitingMax) throw new SelectError('Busy');
    await new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        reject(new SelectError('InternalError'));
      };
      const enter = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      this.#waiting.push(enter);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  /** The place goes to who has waited longest. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running -= 1;
    else next();
  }

  #thread(kind: SelectThread['kind']): SelectThread {
    for (;;) {
      const at = this.#idle.findLastIndex(({ thread }) => thread.kind === kind);
      const [idle] = at < 0 ? [] : this.#idle.splice(at, 1);
      if (idle === undefined) return new SelectThread(kind);
      clearTimeout(idle.timer);
      if (!idle.thread.isDead) return idle.thread;
    }
  }

  #keep(thread: SelectThread): void {
    const timer = setTimeout(() => {
      const at = this.#idle.findIndex((idle) => idle.thread === thread);
      if (at >= 0) this.#idle.splice(at, 1);
      thread.kill();
    }, idleMsMax).unref();
    this.#idle.push({ thread, timer });
  }
}
