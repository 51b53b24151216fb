// SPDX-License-Identifier: Apache-2.0
import type { Decide } from '../identity/access.js';
import type { Principal } from '../identity/principal.js';

/** Who wants a key used, and on whose behalf: the conditions that key policies ask for. */
export interface KeyCaller {
  readonly principal: Principal;
  /** The account that the caller acts in (12 digits); for a service principal the resource owner's. */
  readonly accountId: string;
  readonly region: string;
  /** `kms:ViaService`: the service that asks for a caller (`s3.us-east-1.amazonaws.com`); absent for direct calls. */
  readonly viaService?: string;
  /** `aws:SourceArn`, for service principals: the trail, topic, … on whose account the service acts. */
  readonly sourceArn?: string;
  /** Knows the policies of a caller for whom a service asks; absent for services that act for themselves. */
  readonly decide?: Decide;
}

export interface DataKey {
  /** 32 bytes. */
  readonly plaintext: Uint8Array;
  /** The same under the KMS key: opaque bytes that `decrypt` takes. */
  readonly ciphertext: Uint8Array;
  readonly keyArn: string;
}

/**
 * What services that encrypt for their callers need of KMS (envelope encryption).
 * Both reject with KeyError: KMS's code and message (`DisabledException`, `KMSInvalidStateException`,
 * `NotFoundException`, `AccessDeniedException`, `InvalidCiphertextException`, …).
 * Source: KMS API Reference, "GenerateDataKey" and "Decrypt".
 */
export interface DataKeys {
  /** @param keyId a key's id or ARN, an alias name or alias ARN */
  generate(
    keyId: string,
    encryptionContext: Readonly<Record<string, string>>,
    caller: KeyCaller,
  ): Promise<DataKey>;
  decrypt(
    ciphertext: Uint8Array,
    encryptionContext: Readonly<Record<string, string>>,
    caller: KeyCaller,
  ): Promise<{ readonly plaintext: Uint8Array; readonly keyArn: string }>;
}

export class KeyError extends Error {
  override readonly name = 'KeyError';
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
