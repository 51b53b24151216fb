// SPDX-License-Identifier: Apache-2.0

type Step = () => Promise<void> | void;

/**
 * How to close what was opened: what was opened last is closed first, so that nothing is closed under somebody who
 * still uses it. A step that fails does not keep the others from being done.
 */
export class Undo {
  readonly #steps: Step[] = [];

  add(step: Step): void {
    this.#steps.push(step);
  }

  /** Rejects, when all is done, with the first failure. A second call has nothing left to do. */
  async run(): Promise<void> {
    const failures: unknown[] = [];
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  /** For a start that failed: its reason is what counts, not what closing met. */
  async runQuietly(): Promise<void> {
    await this.run().catch(() => {});
  }
}
