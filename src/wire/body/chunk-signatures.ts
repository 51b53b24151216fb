// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from 'node:crypto';
import { SignatureFailure } from '../sigv4/signature-failure.js';
import { sign } from '../sigv4/signing-key.js';
import { isSameSignature, type VerifiedSignature } from '../sigv4/verify-signature.js';

const emptySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/**
 * The chain of signatures of an aws-chunked body: each one covers the one before, the first one the request's, so
 * that chunks can be neither changed nor dropped, repeated or reordered. Throws SignatureFailure (`mismatch`).
 * Source: S3 API Reference, "Signature Calculations for the Authorization Header: Transferring Payload in Multiple
 * Chunks" and "… Including Trailing Headers".
 */
export class ChunkSignatureChain {
  readonly #key: KeyObject;
  readonly #accessKeyId: string;
  readonly #context: string;
  #previous: string;

  constructor(seed: VerifiedSignature) {
    this.#key = seed.signingKey;
    this.#accessKeyId = seed.claim.accessKeyId;
    this.#context = `${seed.claim.amzDate}\n${seed.scope}`;
    this.#previous = seed.claim.signature;
  }

  verifyChunk(signature: string, chunkSha256: string): void {
    this.#verify(signature, 'AWS4-HMAC-SHA256-PAYLOAD', `${emptySha256}\n${chunkSha256}`);
  }

  verifyTrailer(signature: string, trailerSha256: string): void {
    this.#verify(signature, 'AWS4-HMAC-SHA256-TRAILER', trailerSha256);
  }

  #verify(signature: string, algorithm: string, hashes: string): void {
    const stringToSign = `${algorithm}\n${this.#context}\n${this.#previous}\n${hashes}`;
    if (!isSameSignature(sign(this.#key, stringToSign), signature)) {
      throw new SignatureFailure({
        code: 'mismatch',
        accessKeyId: this.#accessKeyId,
        signature,
        stringToSign,
        canonicalRequest: '',
      });
    }
    this.#previous = signature;
  }
}
