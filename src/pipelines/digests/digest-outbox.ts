// SPDX-License-Identifier: Apache-2.0
import type { OperatorLog } from '../../ports/operator-log.js';
import type { OutboxDisk } from '../delivery/outbox-disk.js';
import type { DigestLine } from './digest-line.js';
import {
  digestBytesName,
  digestStem,
  parseDigestName,
  parseSealed,
  type SealedDigest,
  sealedName,
} from './write-digest.js';

export interface WaitingDigest {
  readonly lineId: string;
  readonly number: number;
}

/**
 * The finished digests that wait for their buckets, oldest first in each line.
 *
 * A digest may be uploaded when and only when its line knows of it: its number is below the line's `nextNumber` and not
 * below `waitingFrom`. Others are leftovers of a crash, or were made anew, and are removed.
 */
export class DigestOutbox {
  readonly #disk: OutboxDisk;
  readonly #log: OperatorLog;
  readonly #waiting = new Map<string, number[]>();

  constructor(disk: OutboxDisk, log: OperatorLog) {
    this.#disk = disk;
    this.#log = log;
  }

  async load(names: readonly string[], lines: ReadonlyMap<string, DigestLine>): Promise<void> {
    this.#waiting.clear();
    const all = new Set(names);
    for (const name of [...names].sort()) {
      const parsed = parseDigestName(name);
      if (parsed === undefined) continue;
      const { lineId, number, isSealed } = parsed;
      const line = lines.get(lineId);
      const stem = digestStem(lineId, number);
      const isWaiting =
        line !== undefined &&
        number >= line.waitingFrom &&
        number < line.nextNumber &&
        all.has(digestBytesName(stem)) &&
        all.has(sealedName(stem));
      if (!isWaiting) await this.#disk.remove(name);
      else if (isSealed) this.#of(lineId).push(number);
    }
  }

  /** Digests that their line knows of from now on. */
  add(lineId: string, numbers: readonly number[]): void {
    this.#of(lineId).push(...numbers);
  }

  first(lineId: string): WaitingDigest | undefined {
    const number = this.#waiting.get(lineId)?.[0];
    return number === undefined ? undefined : { lineId, number };
  }

  waiting(lineId: string): readonly number[] {
    return this.#waiting.get(lineId) ?? [];
  }

  /** Of all lines. */
  count(): number {
    return Array.from(this.#waiting.values()).reduce((sum, { length }) => sum + length, 0);
  }

  async sealed({ lineId, number }: WaitingDigest): Promise<SealedDigest> {
    const name = sealedName(digestStem(lineId, number));
    return parseSealed(Buffer.from(await this.#disk.read(name)).toString());
  }

  open({ lineId, number }: WaitingDigest): AsyncIterable<Uint8Array> {
    return this.#disk.stream(digestBytesName(digestStem(lineId, number)));
  }

  /** Done with digests. Files that stay because a removal failed are found again at the next start: uploaded once more, they are there already. */
  async remove(lineId: string, numbers: readonly number[]): Promise<void> {
    const left = this.waiting(lineId).filter((number) => !numbers.includes(number));
    if (left.length === 0) this.#waiting.delete(lineId);
    else this.#waiting.set(lineId, left);
    for (const number of numbers) await this.#removeFiles(digestStem(lineId, number));
  }

  async #removeFiles(stem: string): Promise<void> {
    try {
      await this.#disk.remove(sealedName(stem));
      await this.#disk.remove(digestBytesName(stem));
    } catch (error) {
      this.#log.warn({ file: stem, err: error }, 'a delivered digest could not be removed yet');
    }
  }

  #of(lineId: string): number[] {
    let numbers = this.#waiting.get(lineId);
    if (numbers === undefined) {
      numbers = [];
      this.#waiting.set(lineId, numbers);
    }
    return numbers;
  }
}
