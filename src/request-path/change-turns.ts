// SPDX-License-Identifier: Apache-2.0
import { setTimeout } from 'node:timers/promises';
import { StaleRevisionError } from '../ports/event-log.js';
import type { StateChange } from '../ports/state-store.js';

/** Runs of a step whose state was changed by somebody faster; each starts from fresh state. */
export const attemptsMax = 20;

/** A step can lose its turn only to writers that take none (pipelines), and not often: the first tries follow at once. */
const attemptsAtOnce = 2;
const waitMsMax = 50;

/** Those who wait for a key that somebody holds. */
type Line = (() => void)[];

/**
 * Who is next to change a key that several change at once: in the order in which they lost, so that nobody loses again and
 * again, and nobody tries while an entry that it would lose to is on its way to the disk.
 */
export class ChangeTurns {
  readonly #lines = new Map<string, Line>();

  /**
   * Runs a step that reads state, claims what it is to change, and appends it, until nothing of that was changed meanwhile.
   * The step throws StaleRevisionError when it was; that comes out after `attemptsMax` runs.
   */
  async run<Result>(step: (turn: Turn) => Promise<Result>): Promise<Result> {
    const turn = new Turn(this.#lines);
    try {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await step(turn);
        } catch (error) {
          if (!(error instanceof StaleRevisionError) || attempt === attemptsMax) throw error;
          await turn.wait(error.key);
          await giveWay(attempt);
        }
      }
    } finally {
      turn.leave();
    }
  }
}

/** One step's places in the lines of the keys that it changes. */
export class Turn {
  readonly #lines: Map<string, Line>;
  readonly #lost = new Set<string>();
  readonly #held = new Set<string>();

  constructor(lines: Map<string, Line>) {
    this.#lines = lines;
  }

  /** Throws StaleRevisionError where a key is somebody else's; the others are this step's until it has ended or waits. */
  claim(changes: readonly Pick<StateChange, 'key'>[]): void {
    for (const { key } of changes) {
      if (this.#held.has(key)) continue;
      if (this.#lines.has(key)) throw new StaleRevisionError(key);
      this.#hold(key);
    }
  }

  /**
   * Resolves when this step is next for the key and for all that it lost before. It lets go of what it holds and takes all in
   * their order, so that no two can wait for each other.
   */
  async wait(key: string): Promise<void> {
    if (this.#lost.has(key) && this.#held.has(key)) return;
    this.leave();
    this.#lost.add(key);
    for (const each of [...this.#lost].sort()) await this.#enter(each);
  }

  leave(): void {
    for (const key of this.#held) {
      const next = this.#lines.get(key)?.shift();
      if (next === undefined) this.#lines.delete(key);
      else next();
    }
    this.#held.clear();
  }

  #hold(key: string): void {
    this.#lines.set(key, []);
    this.#held.add(key);
  }

  #enter(key: string): Promise<void> | undefined {
    const line = this.#lines.get(key);
    if (line === undefined) {
      this.#hold(key);
      return undefined;
    }
    return new Promise((resolve) => {
      line.push(() => {
        this.#held.add(key);
        resolve();
      });
    });
  }
}

async function giveWay(attempt: number): Promise<void> {
  if (attempt <= attemptsAtOnce) return;
  await setTimeout(Math.random() * Math.min(waitMsMax, 2 ** (attempt - attemptsAtOnce)));
}
