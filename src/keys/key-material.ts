// SPDX-License-Identifier: Apache-2.0
import { createPrivateKey, generateKeyPair, type KeyObject, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { SecretBox } from '../identity/secret-box.js';
import { currentMaterial, type KeyDocument, type KeyMaterialDocument, keyKey } from './key.js';
import { type KeySpec, keyFamily } from './key-spec.js';
import { makeRsaKeyPair } from './rsa-key-pairs.js';

/** Opened secrets kept in memory, so that a busy key is not unsealed on each call. */
const openedMax = 1_000;

type KeyPlace = Pick<KeyDocument, 'accountId' | 'region' | 'id'>;

/** Makes the secrets of keys and keeps them under the master key. Each is bound to its key and version. */
export class KeyMaterials {
  readonly #box: SecretBox;
  readonly #opened = new Map<string, Buffer>();
  readonly #privateKeys = new Map<string, KeyObject>();

  constructor(box: SecretBox) {
    this.#box = box;
  }

  /** A new secret for a key, sealed; with the public key (SubjectPublicKeyInfo, DER, base64) of an asymmetric one. */
  async make(
    place: KeyPlace,
    spec: KeySpec,
    facts: Pick<KeyMaterialDocument, 'createdAtMs' | 'rotation'>,
  ): Promise<{ readonly material: KeyMaterialDocument; readonly publicKey?: string }> {
    const { secret, publicKey } = await newSecret(spec);
    const id = randomBytes(32).toString('hex');
    const sealed = this.#box.seal(secret.toString('base64'), boundTo(place, id));
    return {
      material: { id, sealed, ...facts },
      ...(publicKey === undefined ? {} : { publicKey: publicKey.toString('base64') }),
    };
  }

  /** The secret of one version; undefined when the key has no such version. */
  open(key: KeyDocument, materialId: string): Buffer | undefined {
    const material = key.materials.find(({ id }) => id === materialId);
    return material && this.#open(key, material);
  }

  current(key: KeyDocument): Buffer {
    return this.#open(key, currentMaterial(key));
  }

  privateKey(key: KeyDocument): KeyObject {
    const { sealed } = currentMaterial(key);
    const known = this.#privateKeys.get(sealed);
    if (known !== undefined) return known;
    const opened = createPrivateKey({ key: this.current(key), format: 'der', type: 'pkcs8' });
    remember(this.#privateKeys, sealed, opened);
    return opened;
  }

  #open(key: KeyPlace, { id, sealed }: KeyMaterialDocument): Buffer {
    const known = this.#opened.get(sealed);
    if (known !== undefined) return known;
    const secret = Buffer.from(this.#box.open(sealed, boundTo(key, id)), 'base64');
    remember(this.#opened, sealed, secret);
    return secret;
  }
}

function boundTo(place: KeyPlace, materialId: string): string {
  return `${keyKey(place)}#${materialId}`;
}

function remember<Value>(cache: Map<string, Value>, key: string, value: Value): void {
  if (cache.size >= openedMax) cache.clear();
  cache.set(key, value);
}

export interface NewSecret {
  /** Raw bytes of a symmetric key, PKCS #8 DER of a private one. */
  readonly secret: Buffer;
  readonly publicKey?: Buffer;
}

const makeKeyPair = promisify(generateKeyPair);

/** Off the main thread where it takes long (RSA). KeyError ThrottlingException while too many of those wait. */
export async function newSecret(spec: KeySpec): Promise<NewSecret> {
  const family = keyFamily(spec);
  switch (family.kind) {
    case 'symmetric':
      return { secret: randomBytes(32) };
    case 'hmac':
      return { secret: randomBytes(family.bytes) };
    case 'rsa':
      return toSecret(await makeRsaKeyPair(family.bits));
    case 'ecc':
      return toSecret(await makeKeyPair('ec', { namedCurve: family.curve }));
    case 'ed25519':
      return toSecret(await makeKeyPair('ed25519'));
  }
}

function toSecret({
  privateKey,
  publicKey,
}: {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}): NewSecret {
  return {
    secret: privateKey.export({ type: 'pkcs8', format: 'der' }),
    publicKey: publicKey.export({ type: 'spki', format: 'der' }),
  };
}
