// SPDX-License-Identifier: Apache-2.0
import { createHash, createHmac, type Hmac, type Hash as NodeHash } from 'node:crypto';
import type { Checksum, SourceData } from '@smithy/types';

/** SHA-256 in the form that @smithy/signature-v4 takes. */
export class Hash implements Checksum {
  readonly #secret: SourceData | undefined;
  #hash: NodeHash | Hmac;

  constructor(secret?: SourceData) {
    this.#secret = secret;
    this.#hash = this.#start();
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }

  reset(): void {
    this.#hash = this.#start();
  }

  #start(): NodeHash | Hmac {
    return this.#secret === undefined ? createHash('sha256') : createHmac('sha256', toBytes(this.#secret));
  }
}

function toBytes(data: SourceData): string | Uint8Array {
  if (typeof data === 'string') return data;
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return new Uint8Array(data);
}
