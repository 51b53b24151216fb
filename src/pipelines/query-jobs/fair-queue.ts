// SPDX-License-Identifier: Apache-2.0

/** What waits, by whose it is: each owner has its turn, and of what an owner waits for the oldest comes first. */
export class FairQueue {
  /** The owner whose turn is next comes first. */
  readonly #keys = new Map<string, Set<string>>();
  readonly #owners = new Map<string, string>();

  get size(): number {
    return this.#owners.size;
  }

  /** Changes nothing for a key that waits already. */
  add(owner: string, key: string): void {
    if (this.#owners.has(key)) return;
    this.#owners.set(key, owner);
    const keys = this.#keys.get(owner);
    if (keys === undefined) this.#keys.set(owner, new Set([key]));
    else keys.add(key);
  }

  remove(key: string): void {
    const owner = this.#owners.get(key);
    if (owner === undefined) return;
    this.#owners.delete(key);
    const keys = this.#keys.get(owner)!;
    keys.delete(key);
    if (keys.size === 0) this.#keys.delete(owner);
  }

  /** Takes the next one out. */
  next(): string | undefined {
    const [first] = this.#keys;
    if (first === undefined) return undefined;
    const [owner, keys] = first;
    const [key] = keys;
    this.#keys.delete(owner);
    this.#keys.set(owner, keys);
    this.remove(key!);
    return key;
  }
}
