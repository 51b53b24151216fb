// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import {
  type SealedSegmentKey,
  SegmentKeyError,
  type SegmentKeys,
  type SegmentSealing,
} from '../../../../ports/event-segments.js';

/** Keys in memory, with a switch for the KMS key: for tests only. */
export class SwitchedKeys implements SegmentKeys {
  isUsable = true;
  readonly #keys = new Map<string, Uint8Array>();

  create(sealing: SegmentSealing) {
    const plaintext = randomBytes(32);
    const ciphertext = `sealed ${this.#keys.size}`;
    this.#keys.set(ciphertext, plaintext);
    const isProvisional = this.isUsable ? {} : { isProvisional: true as const };
    return Promise.resolve({ plaintext, sealed: { ...sealing, ciphertext, ...isProvisional } });
  }

  open({ ciphertext }: SealedSegmentKey): Promise<Uint8Array> {
    const key = this.#keys.get(ciphertext);
    if (this.isUsable && key !== undefined) return Promise.resolve(key);
    return Promise.reject(new SegmentKeyError('DisabledException', 'the key is disabled'));
  }

  /** Base64 texts of all keys that there ever were. */
  texts(): string[] {
    return Array.from(this.#keys.values(), (key) => Buffer.from(key).toString('base64'));
  }
}
