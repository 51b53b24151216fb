// SPDX-License-Identifier: Apache-2.0
import { createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { publicKeyFingerprint } from '../../digest/digest-signature.js';
import type { SecretBox } from '../../identity/secret-box.js';
import { type EventLog, StaleRevisionError } from '../../ports/event-log.js';
import type { StateStore } from '../../ports/state-store.js';
import {
  type DigestKeyDocument,
  digestKeyKey,
  digestKeySignsMs,
  digestKeysOf,
  digestKeyValidMs,
} from '../../trails/digest-key.js';

export interface SigningKey {
  readonly fingerprint: string;
  readonly privateKey: KeyObject;
}

export interface NewKeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export interface SigningKeysDependencies {
  readonly eventLog: Pick<EventLog, 'append'>;
  readonly stateStore: Pick<StateStore, 'get' | 'list'>;
  readonly secretBox: SecretBox;
  /** In place of a new RSA 2048 pair, for tests. */
  readonly newKeyPair?: () => Promise<NewKeyPair>;
}

/** A digest is looked up by times around its end: its key is valid from a day before that at the earliest. */
const validBeforeMsMax = 86_400_000;

const generate = promisify(generateKeyPair);

/** The keys that sign digests: one pair for each Region at a time, made when a digest first needs it. */
export class SigningKeys {
  readonly #deps: SigningKeysDependencies;
  /** Opened private keys by fingerprint: a handful for each Region. */
  readonly #opened = new Map<string, KeyObject>();
  #making: Promise<unknown> = Promise.resolve();

  constructor(deps: SigningKeysDependencies) {
    this.#deps = deps;
  }

  /**
   * The key for a digest. It follows the digest's time and not the clock: a digest that is made late, after days without
   * power, is verified with the keys that ListPublicKeys gives for the time that it covers.
   */
  async keyFor(
    region: string,
    digest: { readonly startMs: number; readonly endMs: number },
  ): Promise<SigningKey> {
    const ready = this.#find(region, digest.endMs);
    if (ready !== undefined) return ready;
    const made = this.#making.then(() => this.#make(region, digest));
    this.#making = made.catch(() => {});
    return made;
  }

  #find(region: string, timeMs: number): SigningKey | undefined {
    const keys = digestKeysOf(this.#deps.stateStore, region);
    const at = keys.findLastIndex(
      (key) => key.validFromMs <= timeMs && timeMs < key.validFromMs + digestKeySignsMs,
    );
    const key = keys[at];
    return key && { fingerprint: key.fingerprint, privateKey: this.#open(key, digestKeyKey(region, at + 1)) };
  }

  async #make(
    region: string,
    { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
  ): Promise<SigningKey> {
    for (;;) {
      const found = this.#find(region, endMs);
      if (found !== undefined) return found;
      const number = digestKeysOf(this.#deps.stateStore, region).length + 1;
      const stateKey = digestKeyKey(region, number);
      const validFromMs = Math.max(startMs, endMs - validBeforeMsMax);
      const value = await this.#newDocument(region, stateKey, validFromMs);
      try {
        // Nobody called an API: there is no record.
        const changes = [{ key: stateKey, value, expected: null }];
        await this.#deps.eventLog.append({ kind: 'call', records: [], changes });
      } catch (error) {
        // Another node was faster: its key is the Region's.
        if (!(error instanceof StaleRevisionError)) throw error;
      }
    }
  }

  async #newDocument(region: string, stateKey: string, validFromMs: number): Promise<DigestKeyDocument> {
    const { secretBox, newKeyPair } = this.#deps;
    const pair = await (newKeyPair?.() ?? generate('rsa', { modulusLength: 2048 }));
    const pkcs1 = pair.publicKey.export({ format: 'der', type: 'pkcs1' });
    const pem = pair.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    return {
      region,
      fingerprint: publicKeyFingerprint(pkcs1),
      publicKey: pkcs1.toString('base64'),
      sealedPrivateKey: secretBox.seal(pem, stateKey),
      validFromMs,
      validUntilMs: validFromMs + digestKeyValidMs,
    };
  }

  #open(key: DigestKeyDocument, stateKey: string): KeyObject {
    let opened = this.#opened.get(key.fingerprint);
    if (opened === undefined) {
      opened = createPrivateKey(this.#deps.secretBox.open(key.sealedPrivateKey, stateKey));
      this.#opened.set(key.fingerprint, opened);
    }
    return opened;
  }
}
