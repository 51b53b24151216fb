// SPDX-License-Identifier: Apache-2.0

/** Runs pieces of work one after the other, in the order in which they were handed in. */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();

  run<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work, work);
    this.#last = result.catch(() => {});
    return result;
  }
}
