// SPDX-License-Identifier: Apache-2.0
import {
  createHash,
  createPrivateKey,
  generateKeyPair,
  type KeyObject,
  randomBytes,
  X509Certificate,
} from 'node:crypto';
import { promisify } from 'node:util';
import type { SecretBox } from '../identity/secret-box.js';
import type { Clock } from '../ports/clock.js';
import { type EventLog, StaleRevisionError } from '../ports/event-log.js';
import type { StateStore } from '../ports/state-store.js';
import { selfSignedCertificate } from './self-signed-certificate.js';

/** A key that signs messages, as it is kept in state. Times in ms since the epoch. */
interface SigningKeyDocument {
  /** 32 hexadecimal characters: part of the certificate's file name. */
  readonly id: string;
  readonly certificate: string;
  readonly sealedPrivateKey: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

export interface SigningKey {
  readonly id: string;
  readonly privateKey: KeyObject;
}

export interface SigningKeysDependencies {
  readonly eventLog: EventLog;
  readonly stateStore: StateStore;
  readonly secretBox: SecretBox;
  readonly clock: Clock;
}

const keysPrefix = 'topic-signing-key/';
const generate = promisify(generateKeyPair);
const dayMs = 24 * 60 * 60 * 1000;
const validMs = 5 * 365 * dayMs;
/** A key is followed by a new one this long before it expires. Certificates of old ones stay where they were. */
const renewBeforeMs = 90 * dayMs;
/** A clock of a subscriber that is behind ours shall not refuse a new certificate. */
const validBeforeMs = dayMs;

/**
 * The RSA 2048 keys that sign SNS messages, made at the first need and kept in state: the private part sealed under the
 * master key. Nobody called an API for them, so there is no record.
 */
export class SigningKeys {
  readonly #deps: SigningKeysDependencies;
  #current: { readonly document: SigningKeyDocument; readonly privateKey: KeyObject } | undefined;
  #making: Promise<SigningKey> | undefined;

  constructor(deps: SigningKeysDependencies) {
    this.#deps = deps;
  }

  /** The key to sign with now. */
  async current(): Promise<SigningKey> {
    const fresh = this.#fresh();
    if (fresh !== undefined) return fresh;
    this.#making ??= this.#make().finally(() => {
      this.#making = undefined;
    });
    return this.#making;
  }

  /** The certificate (PEM) of a key that was ever used; undefined for an id that is none. */
  certificate(id: string): string | undefined {
    return this.#deps.stateStore.get<SigningKeyDocument>(`${keysPrefix}${id}`)?.value.certificate;
  }

  #fresh(): SigningKey | undefined {
    const nowMs = this.#deps.clock.now();
    const isFresh = ({ expiresAtMs }: SigningKeyDocument) => expiresAtMs - renewBeforeMs > nowMs;
    if (this.#current === undefined || !isFresh(this.#current.document)) {
      const [newest] = this.#deps.stateStore
        .list<SigningKeyDocument>(keysPrefix)
        .map(({ value }) => value)
        .filter(isFresh)
        .sort((a, b) => b.createdAtMs - a.createdAtMs);
      if (newest === undefined) return undefined;
      const pem = this.#deps.secretBox.open(newest.sealedPrivateKey, newest.id);
      this.#current = { document: newest, privateKey: createPrivateKey(pem) };
    }
    return { id: this.#current.document.id, privateKey: this.#current.privateKey };
  }

  async #make(): Promise<SigningKey> {
    const { eventLog, secretBox, clock } = this.#deps;
    const { privateKey } = await generate('rsa', { modulusLength: 2048 });
    const nowMs = clock.now();
    const expiresAtMs = nowMs + validMs;
    const certificate = selfSignedCertificate({
      privateKey,
      commonName: 'Simple Notification Service',
      organization: 'Cairn',
      serialNumber: randomBytes(16),
      validFromMs: nowMs - validBeforeMs,
      validUntilMs: expiresAtMs,
    });
    const id = createHash('sha256').update(new X509Certificate(certificate).raw).digest('hex').slice(0, 32);
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const document: SigningKeyDocument = {
      id,
      certificate,
      sealedPrivateKey: secretBox.seal(pem, id),
      createdAtMs: nowMs,
      expiresAtMs,
    };
    const change = { key: `${keysPrefix}${id}`, value: document, expected: null };
    try {
      await eventLog.append({ kind: 'call', records: [], changes: [change] });
    } catch (error) {
      if (!(error instanceof StaleRevisionError)) throw error;
    }
    return { id, privateKey };
  }
}

/** Where a key's certificate lies, below the base URL. Ends in `.pem`, as message validators ask. */
export function certificatePath(id: string): string {
  return `/SimpleNotificationService-${id}.pem`;
}

/** The id in a certificate's path; undefined for any other path. */
export function certificateIdIn(path: string): string | undefined {
  return /^\/SimpleNotificationService-([0-9a-f]{32})\.pem$/.exec(path)?.[1];
}
