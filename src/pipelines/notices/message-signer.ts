// SPDX-License-Identifier: Apache-2.0
import { type MessageFacts, type Signature, signMessage } from '../../topics/message-document.js';
import { certificatePath, type SigningKeys } from '../../topics/signing-keys.js';
import { signaturesMax } from './limits.js';

/** Signs messages; what several subscribers get is signed once. */
export class MessageSigner {
  readonly #keys: SigningKeys;
  readonly #signatures = new Map<string, string>();

  constructor(keys: SigningKeys) {
    this.#keys = keys;
  }

  /** @param variant tells messages of one id apart whose facts differ */
  async sign(facts: MessageFacts, version: '1' | '2', baseUrl: string, variant: string): Promise<Signature> {
    const key = await this.#keys.current();
    const name = `${key.id} ${version} ${facts.MessageId} ${variant}`;
    let value = this.#signatures.get(name);
    if (value === undefined) {
      value = signMessage(facts, version, key.privateKey);
      this.#remember(name, value);
    }
    return { version, value, certificateUrl: `${baseUrl}${certificatePath(key.id)}` };
  }

  #remember(name: string, value: string): void {
    this.#signatures.set(name, value);
    if (this.#signatures.size > signaturesMax)
      this.#signatures.delete(this.#signatures.keys().next().value as string);
  }
}
