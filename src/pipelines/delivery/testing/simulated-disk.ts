// SPDX-License-Identifier: Apache-2.0
import type { OpenFile, OutboxDisk } from '../outbox-disk.js';

interface SimulatedFile {
  /** What a reader sees. */
  bytes: Buffer;
  /** What survives a loss of power. */
  durable: Buffer;
}

/**
 * A disk that loses what was not synced: after `losePower` a file has the bytes of its last sync and the folder the
 * names of its last sync, as bad as a file system may be. Unsynced work that happened to survive is tried as well:
 * `keep` says for each piece of it whether it did.
 */
export class SimulatedDisk implements OutboxDisk {
  #names = new Map<string, SimulatedFile>();
  #durableNames = new Map<string, SimulatedFile>();

  losePower(keep: () => boolean): void {
    const names = new Map<string, SimulatedFile>();
    for (const name of new Set([...this.#durableNames.keys(), ...this.#names.keys()])) {
      const [now, before] = [this.#names.get(name), this.#durableNames.get(name)];
      const file = now === before || keep() ? now : before;
      const bytes = file === undefined || keep() ? file?.bytes : file.durable;
      if (bytes !== undefined) names.set(name, { bytes, durable: bytes });
    }
    this.#names = names;
    this.#durableNames = new Map(names);
  }

  list(): Promise<string[]> {
    return Promise.resolve([...this.#names.keys()]);
  }

  read(name: string): Promise<Uint8Array> {
    const file = this.#names.get(name);
    if (file === undefined) return Promise.reject(Object.assign(new Error(`no ${name}`), { code: 'ENOENT' }));
    return Promise.resolve(file.bytes);
  }

  async *stream(name: string): AsyncIterable<Uint8Array> {
    yield await this.read(name);
  }

  create(name: string): Promise<OpenFile> {
    const file: SimulatedFile = { bytes: Buffer.alloc(0), durable: Buffer.alloc(0) };
    this.#names.set(name, file);
    return Promise.resolve({
      write: (bytes) => {
        file.bytes = Buffer.concat([file.bytes, bytes]);
        return Promise.resolve();
      },
      sync: () => {
        file.durable = file.bytes;
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    });
  }

  rename(from: string, to: string): Promise<void> {
    const file = this.#names.get(from);
    if (file === undefined) return Promise.reject(Object.assign(new Error(`no ${from}`), { code: 'ENOENT' }));
    this.#names.set(to, file);
    this.#names.delete(from);
    return Promise.resolve();
  }

  remove(name: string): Promise<void> {
    this.#names.delete(name);
    return Promise.resolve();
  }

  syncFolder(): Promise<void> {
    this.#durableNames = new Map(this.#names);
    return Promise.resolve();
  }
}
