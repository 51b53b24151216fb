// SPDX-License-Identifier: Apache-2.0

/** What waits to be written together, by its size: that says when it is time. */
export class CountedBatch {
  #bytes = 0;
  #records = 0;

  get bytes(): number {
    return this.#bytes;
  }

  get records(): number {
    return this.#records;
  }

  clear(): void {
    this.#bytes = 0;
    this.#records = 0;
  }

  protected count(bytes: number, records: number): void {
    this.#bytes += bytes;
    this.#records += records;
  }
}
