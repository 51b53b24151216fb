// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { type DataKeys, type KeyCaller, KeyError } from '../../../keys/data-keys.js';

export interface KeyUse {
  readonly action: 'kms:GenerateDataKey' | 'kms:Decrypt';
  readonly keyId: string;
  readonly encryptionContext: Readonly<Record<string, string>>;
  readonly caller: KeyCaller;
}

/** KMS as S3 sees it: keys by id that can be refused; a data key opens only under the context it was made for. */
export class FakeDataKeys implements DataKeys {
  /** What was asked, oldest first. */
  readonly uses: KeyUse[] = [];
  readonly #keys = new Map<string, string>();
  readonly #sealed = new Map<string, { plaintext: Buffer; keyId: string; context: string }>();
  /** Throw this of the next uses. */
  refusal: KeyError | undefined;

  constructor(keyIds: readonly string[]) {
    for (const id of keyIds) this.#keys.set(id, `arn:aws:kms:us-east-1:111122223333:key/${id}`);
  }

  async generate(keyId: string, encryptionContext: Readonly<Record<string, string>>, caller: KeyCaller) {
    const keyArn = this.#use({ action: 'kms:GenerateDataKey', keyId, encryptionContext, caller });
    const plaintext = randomBytes(32);
    const ciphertext = randomBytes(40);
    const context = JSON.stringify(Object.entries(encryptionContext).sort());
    this.#sealed.set(ciphertext.toString('hex'), { plaintext, keyId, context });
    return { plaintext: Buffer.from(plaintext), ciphertext, keyArn };
  }

  async decrypt(
    ciphertext: Uint8Array,
    encryptionContext: Readonly<Record<string, string>>,
    caller: KeyCaller,
  ) {
    const sealed = this.#sealed.get(Buffer.from(ciphertext).toString('hex'));
    if (sealed?.context !== JSON.stringify(Object.entries(encryptionContext).sort()))
      throw new KeyError('InvalidCiphertextException', '');
    const keyArn = this.#use({ action: 'kms:Decrypt', keyId: sealed.keyId, encryptionContext, caller });
    return { plaintext: Buffer.from(sealed.plaintext), keyArn };
  }

  #use(use: KeyUse): string {
    const { decide: _, ...caller } = use.caller;
    this.uses.push({ ...use, caller });
    if (this.refusal !== undefined) throw this.refusal;
    const arn = this.#keys.get(use.keyId);
    if (arn === undefined) throw new KeyError('NotFoundException', `Invalid keyId '${use.keyId}'`);
    return arn;
  }
}
