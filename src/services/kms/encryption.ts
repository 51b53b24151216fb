// SPDX-License-Identifier: Apache-2.0
import type {
  DecryptRequest,
  DecryptResponse,
  EncryptRequest,
  EncryptResponse,
  ReEncryptRequest,
  ReEncryptResponse,
} from '@aws-sdk/client-kms';
import { readBlobHeader } from '../../keys/ciphertext-blob.js';
import { inaccessibleCiphertext, keyOfBlob, open, seal } from '../../keys/create-data-keys.js';
import { KeyError } from '../../keys/data-keys.js';
import type { EncryptionContext } from '../../keys/encryption-context.js';
import { currentMaterial, type KeyDocument, keyArn } from '../../keys/key.js';
import type { KeyMaterials } from '../../keys/key-material.js';
import { type EncryptionAlgorithm, keyAlgorithms } from '../../keys/key-spec.js';
import { decryptRsa, encryptRsa } from '../../keys/rsa-encryption.js';
import { verifyEnabled, verifyUsage } from '../../keys/usable-key.js';
import type { JsonObject } from '../../record/types.js';
import type { Call, Handler } from '../service.js';
import { authorizedKey, endDryRun, noteKey, notServed, verifyUse } from './key-request.js';
import type { KmsDependencies } from './kms-dependencies.js';
import { validationError } from './verify-input.js';

/** Source: KMS API Reference, "Encrypt". */
export function encryptHandler({ materials }: KmsDependencies): Handler<EncryptRequest, EncryptResponse> {
  return (input, call) => {
    const algorithm = algorithmOf(input.EncryptionAlgorithm);
    const context = input.EncryptionContext ?? {};
    noteRequest(input, algorithm, call);
    const key = authorizedKey(input.KeyId, call, {
      ...useOf('kms:Encrypt', context, algorithm),
      grantTokens: input.GrantTokens,
    });
    verifyUsable(key, algorithm, context, 'Encrypt');
    endDryRun(input.DryRun);
    const plaintext = input.Plaintext ?? new Uint8Array();
    noteMaterial(key, currentMaterialId(key), call);
    return {
      CiphertextBlob: encrypted(plaintext, key, { algorithm, context }, materials),
      KeyId: keyArn(key),
      EncryptionAlgorithm: algorithm,
    };
  };
}

/** Source: KMS API Reference, "Decrypt". */
export function decryptHandler({ materials }: KmsDependencies): Handler<DecryptRequest, DecryptResponse> {
  return (input, call) => {
    if (input.Recipient !== undefined) throw notServed('Decrypt for a Recipient');
    const algorithm = algorithmOf(input.EncryptionAlgorithm);
    const context = input.EncryptionContext ?? {};
    noteRequest(input, algorithm, call);
    const ciphertext = input.CiphertextBlob ?? new Uint8Array();
    const key = decryptingKey(input.KeyId, ciphertext, call, {
      ...useOf('kms:Decrypt', context, algorithm),
      grantTokens: input.GrantTokens,
    });
    verifyUsable(key, algorithm, context, 'Decrypt');
    const plaintext = decrypted(ciphertext, key, { algorithm, context }, materials);
    endDryRun(input.DryRun);
    const materialId = readMaterialId(key, ciphertext);
    noteMaterial(key, materialId, call);
    return {
      KeyId: keyArn(key),
      Plaintext: plaintext,
      EncryptionAlgorithm: algorithm,
      ...(materialId === undefined ? {} : { KeyMaterialId: materialId }),
    };
  };
}

/** The plaintext stays inside. Source: KMS API Reference, "ReEncrypt". */
export function reEncryptHandler({
  materials,
}: KmsDependencies): Handler<ReEncryptRequest, ReEncryptResponse> {
  return (input, call) => {
    const from = {
      algorithm: algorithmOf(input.SourceEncryptionAlgorithm),
      context: input.SourceEncryptionContext ?? {},
    };
    const to = {
      algorithm: algorithmOf(input.DestinationEncryptionAlgorithm),
      context: input.DestinationEncryptionContext ?? {},
    };
    noteReEncryption(input, from.algorithm, to.algorithm, call);
    const ciphertext = input.CiphertextBlob ?? new Uint8Array();
    const grantTokens = input.GrantTokens;
    const source = decryptingKey(input.SourceKeyId, ciphertext, call, {
      ...useOf('kms:ReEncryptFrom', from.context, from.algorithm),
      grantTokens,
    });
    const destination = authorizedKey(input.DestinationKeyId, call, {
      ...useOf('kms:ReEncryptTo', to.context, to.algorithm),
      grantTokens,
    });
    verifyUsable(source, from.algorithm, from.context, 'ReEncrypt');
    verifyUsable(destination, to.algorithm, to.context, 'ReEncrypt');
    const plaintext = decrypted(ciphertext, source, from, materials);
    endDryRun(input.DryRun);
    const sourceMaterialId = readMaterialId(source, ciphertext);
    const destinationMaterialId = currentMaterialId(destination);
    return {
      CiphertextBlob: encrypted(plaintext, destination, to, materials),
      SourceKeyId: keyArn(source),
      KeyId: keyArn(destination),
      SourceEncryptionAlgorithm: from.algorithm,
      DestinationEncryptionAlgorithm: to.algorithm,
      ...(sourceMaterialId === undefined ? {} : { SourceKeyMaterialId: sourceMaterialId }),
      ...(destinationMaterialId === undefined ? {} : { DestinationKeyMaterialId: destinationMaterialId }),
    };
  };
}

interface Cipher {
  readonly algorithm: EncryptionAlgorithm;
  readonly context: EncryptionContext;
}

function algorithmOf(named: string | undefined): EncryptionAlgorithm {
  if (named === 'SM2PKE') throw notServed('SM2PKE');
  return (named ?? 'SYMMETRIC_DEFAULT') as EncryptionAlgorithm;
}

function useOf(action: string, encryptionContext: EncryptionContext, algorithm: EncryptionAlgorithm) {
  return {
    action,
    encryptionContext,
    context: { 'kms:EncryptionAlgorithm': algorithm },
    byAlias: true,
    acrossAccounts: true,
  } as const;
}

/** A symmetric ciphertext tells its key; a key that is named as well must be that one. */
function decryptingKey(
  keyId: string | undefined,
  ciphertext: Uint8Array,
  call: Call,
  use: ReturnType<typeof useOf> & { readonly grantTokens: readonly string[] | undefined },
): KeyDocument {
  const isSymmetric = use.context['kms:EncryptionAlgorithm'] === 'SYMMETRIC_DEFAULT';
  if (keyId === undefined) {
    if (!isSymmetric)
      throw validationError('You must specify a KeyId to decrypt with an asymmetric KMS key.');
    const key = keyOfBlob(ciphertext, call.region, call.receivedAtMs, call.state);
    try {
      verifyUse(key, call, use);
    } catch (error) {
      throw key.accountId === call.accountId ? error : inaccessibleCiphertext();
    }
    noteKey(key, call);
    return key;
  }
  const key = authorizedKey(keyId, call, use);
  const sealedBy = isSymmetric ? readBlobHeader(ciphertext)?.keyArn : undefined;
  if (sealedBy !== undefined && sealedBy !== keyArn(key)) throw incorrectKey();
  return key;
}

function incorrectKey(): KeyError {
  const message = 'The key ID in the request does not identify a CMK that can perform this operation.';
  return new KeyError('IncorrectKeyException', message);
}

function verifyUsable(
  key: KeyDocument,
  algorithm: EncryptionAlgorithm,
  context: EncryptionContext,
  operation: string,
): void {
  verifyEnabled(key);
  verifyUsage(key, 'ENCRYPT_DECRYPT', operation);
  if (!keyAlgorithms(key).encryption.includes(algorithm)) {
    const message = `Algorithm ${algorithm} is incompatible with key spec ${key.spec}.`;
    throw new KeyError('InvalidKeyUsageException', message);
  }
  if (algorithm !== 'SYMMETRIC_DEFAULT' && Object.keys(context).length > 0)
    throw validationError('EncryptionContext is not supported for asymmetric encryption algorithms.');
}

function encrypted(
  plaintext: Uint8Array,
  key: KeyDocument,
  { algorithm, context }: Cipher,
  materials: KeyMaterials,
): Uint8Array {
  if (algorithm === 'SYMMETRIC_DEFAULT') return seal(plaintext, key, context, materials);
  return encryptRsa(key, plaintext, algorithm);
}

function decrypted(
  ciphertext: Uint8Array,
  key: KeyDocument,
  { algorithm, context }: Cipher,
  materials: KeyMaterials,
): Uint8Array {
  if (algorithm === 'SYMMETRIC_DEFAULT') return open(ciphertext, key, context, materials);
  return decryptRsa(materials.privateKey(key), ciphertext, algorithm);
}

function currentMaterialId(key: KeyDocument): string | undefined {
  return key.spec === 'SYMMETRIC_DEFAULT' ? currentMaterial(key).id : undefined;
}

function readMaterialId(key: KeyDocument, ciphertext: Uint8Array): string | undefined {
  return key.spec === 'SYMMETRIC_DEFAULT' ? readBlobHeader(ciphertext)?.materialId : undefined;
}

/** Source: KMS Developer Guide, "Decrypt" (log entry): the algorithm is always there, also where it was not given. */
function noteRequest(
  input: {
    readonly KeyId?: string | undefined;
    readonly EncryptionContext?: EncryptionContext | undefined;
    readonly DryRun?: boolean | undefined;
  },
  algorithm: string,
  call: Call,
): void {
  call.audit.requestParameters = {
    encryptionAlgorithm: algorithm,
    ...contextNote('encryptionContext', input.EncryptionContext),
    ...(input.KeyId === undefined ? {} : { keyId: input.KeyId }),
    ...(input.DryRun === undefined ? {} : { dryRun: input.DryRun }),
  };
}

function noteReEncryption(input: ReEncryptRequest, from: string, to: string, call: Call): void {
  call.audit.requestParameters = {
    sourceEncryptionAlgorithm: from,
    destinationEncryptionAlgorithm: to,
    ...contextNote('sourceEncryptionContext', input.SourceEncryptionContext),
    ...contextNote('destinationEncryptionContext', input.DestinationEncryptionContext),
    ...(input.SourceKeyId === undefined ? {} : { sourceKeyId: input.SourceKeyId }),
    ...(input.DestinationKeyId === undefined ? {} : { destinationKeyId: input.DestinationKeyId }),
    ...(input.DryRun === undefined ? {} : { dryRun: input.DryRun }),
  };
}

function contextNote(name: string, context: EncryptionContext | undefined): JsonObject {
  return context === undefined ? {} : { [name]: { ...context } };
}

/** Source: KMS Developer Guide, "GenerateDataKey" (log entry): `additionalEventData.keyMaterialId`. */
export function noteMaterial(key: KeyDocument, materialId: string | undefined, call: Call): void {
  if (key.spec === 'SYMMETRIC_DEFAULT' && materialId !== undefined)
    call.audit.additionalEventData.keyMaterialId = materialId;
}
