// SPDX-License-Identifier: Apache-2.0

/** Pages of 4 KB that look-ups read last, of all runs together. */
export const cachedPagesMax = 4_096;

/** The pages read last, by run and number. */
export class PageCache {
  readonly #pages = new Map<number, Buffer>();

  get(key: number): Buffer | undefined {
    const page = this.#pages.get(key);
    if (page === undefined) return undefined;
    this.#pages.delete(key);
    this.#pages.set(key, page);
    return page;
  }

  add(key: number, page: Buffer): void {
    if (this.#pages.size >= cachedPagesMax) this.#pages.delete(this.#pages.keys().next().value!);
    this.#pages.set(key, page);
  }

  clear(): void {
    this.#pages.clear();
  }
}
