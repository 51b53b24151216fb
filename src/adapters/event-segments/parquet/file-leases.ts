// SPDX-License-Identifier: Apache-2.0
import { rm } from 'node:fs/promises';

/** Who still reads which files; removes files once nobody does. */
export class FileLeases {
  readonly #holders = new Map<string, number>();
  readonly #unwanted = new Set<string>();
  readonly #onError: (error: unknown) => void;

  /** @param onError a file that cannot be removed stays until the next start */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** @returns ends the lease; more than once does nothing more */
  hold(paths: readonly string[]): () => void {
    for (const path of paths) this.#holders.set(path, (this.#holders.get(path) ?? 0) + 1);
    let isHeld = true;
    return () => {
      if (isHeld) for (const path of paths) this.#release(path);
      isHeld = false;
    };
  }

  removeWhenFree(path: string): void {
    if (this.#holders.has(path)) this.#unwanted.add(path);
    else this.#remove(path);
  }

  #release(path: string): void {
    const left = (this.#holders.get(path) ?? 1) - 1;
    if (left > 0) {
      this.#holders.set(path, left);
      return;
    }
    this.#holders.delete(path);
    if (this.#unwanted.delete(path)) this.#remove(path);
  }

  #remove(path: string): void {
    rm(path, { force: true }).catch(this.#onError);
  }
}
