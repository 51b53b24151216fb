// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import type {
  GenerateDataKeyPairRequest,
  GenerateDataKeyPairResponse,
  GenerateDataKeyPairWithoutPlaintextResponse,
  GenerateDataKeyRequest,
  GenerateDataKeyResponse,
  GenerateDataKeyWithoutPlaintextResponse,
  GenerateRandomRequest,
  GenerateRandomResponse,
} from '@aws-sdk/client-kms';
import { seal, verifySymmetric } from '../../keys/create-data-keys.js';
import { currentMaterial, type KeyDocument, keyArn } from '../../keys/key.js';
import { newSecret } from '../../keys/key-material.js';
import { isKeySpec, type KeySpec } from '../../keys/key-spec.js';
import { verifyEnabled, verifyUsage } from '../../keys/usable-key.js';
import { WireError } from '../../wire/wire-error.js';
import type { Call, Handler } from '../service.js';
import { noteMaterial } from './encryption.js';
import { authorizedKey, endDryRun, notServed } from './key-request.js';
import type { KmsDependencies } from './kms-dependencies.js';
import { validationError } from './verify-input.js';

/** Source: KMS API Reference, "GenerateDataKey". */
export function generateDataKeyHandler({
  materials,
}: KmsDependencies): Handler<GenerateDataKeyRequest, GenerateDataKeyResponse> {
  return (input, call) => {
    const bytes = dataKeyBytes(input);
    const key = sealingKey(input, 'GenerateDataKey', call);
    const plaintext = randomBytes(bytes);
    return {
      CiphertextBlob: seal(plaintext, key, input.EncryptionContext ?? {}, materials),
      Plaintext: plaintext,
      KeyId: keyArn(key),
      KeyMaterialId: currentMaterial(key).id,
    };
  };
}

/** Source: KMS API Reference, "GenerateDataKeyWithoutPlaintext". */
export function generateDataKeyWithoutPlaintextHandler({
  materials,
}: KmsDependencies): Handler<GenerateDataKeyRequest, GenerateDataKeyWithoutPlaintextResponse> {
  return (input, call) => {
    const bytes = dataKeyBytes(input);
    const key = sealingKey(input, 'GenerateDataKeyWithoutPlaintext', call);
    return {
      CiphertextBlob: seal(randomBytes(bytes), key, input.EncryptionContext ?? {}, materials),
      KeyId: keyArn(key),
      KeyMaterialId: currentMaterial(key).id,
    };
  };
}

/** The private key is PKCS #8, the public one SubjectPublicKeyInfo, both DER. Source: KMS API Reference, "GenerateDataKeyPair". */
export function generateDataKeyPairHandler({
  materials,
}: KmsDependencies): Handler<GenerateDataKeyPairRequest, GenerateDataKeyPairResponse> {
  return async (input, call) => {
    const { key, secret, answer } = await newPair(input, 'GenerateDataKeyPair', call);
    return {
      ...answer,
      PrivateKeyPlaintext: secret,
      PrivateKeyCiphertextBlob: seal(secret, key, input.EncryptionContext ?? {}, materials),
    };
  };
}

/** Source: KMS API Reference, "GenerateDataKeyPairWithoutPlaintext". */
export function generateDataKeyPairWithoutPlaintextHandler({
  materials,
}: KmsDependencies): Handler<GenerateDataKeyPairRequest, GenerateDataKeyPairWithoutPlaintextResponse> {
  return async (input, call) => {
    const { key, secret, answer } = await newPair(input, 'GenerateDataKeyPairWithoutPlaintext', call);
    const sealed = seal(secret, key, input.EncryptionContext ?? {}, materials);
    return { ...answer, PrivateKeyCiphertextBlob: sealed };
  };
}

/** Source: KMS API Reference, "GenerateRandom". */
export const generateRandom: Handler<GenerateRandomRequest, GenerateRandomResponse> = (input) => {
  if (input.CustomKeyStoreId !== undefined) {
    const message = `The custom key store ${input.CustomKeyStoreId} does not exist.`;
    throw new WireError('CustomKeyStoreNotFoundException', message);
  }
  if (input.Recipient !== undefined) throw notServed('GenerateRandom for a Recipient');
  if (input.NumberOfBytes === undefined) throw validationError('NumberOfBytes is required.');
  return { Plaintext: randomBytes(input.NumberOfBytes) };
};

function dataKeyBytes({ KeySpec: spec, NumberOfBytes: bytes }: GenerateDataKeyRequest): number {
  if ((spec === undefined) === (bytes === undefined))
    throw validationError('Please specify either number of bytes or key spec.');
  if (bytes !== undefined) return bytes;
  const bySpec: Readonly<Record<string, number>> = { AES_256: 32, AES_128: 16 };
  const size = bySpec[spec as string];
  if (size !== undefined) return size;
  const demand = 'failed to satisfy constraint: Member must satisfy enum value set: [AES_256, AES_128]';
  throw validationError(`1 validation error detected: Value '${spec}' at 'keySpec' ${demand}`);
}

type SealingInput = Pick<
  GenerateDataKeyRequest & GenerateDataKeyPairRequest,
  'KeyId' | 'EncryptionContext' | 'GrantTokens' | 'DryRun' | 'Recipient'
> &
  Partial<Pick<GenerateDataKeyPairRequest, 'KeyPairSpec'>>;

function sealingKey(input: SealingInput, operation: string, call: Call): KeyDocument {
  if (input.Recipient !== undefined) throw notServed(`${operation} for a Recipient`);
  const key = authorizedKey(input.KeyId, call, {
    action: `kms:${operation}`,
    encryptionContext: input.EncryptionContext ?? {},
    context: {
      'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT',
      'kms:DataKeyPairSpec': input.KeyPairSpec,
    },
    byAlias: true,
    acrossAccounts: true,
    grantTokens: input.GrantTokens,
  });
  verifyEnabled(key);
  verifyUsage(key, 'ENCRYPT_DECRYPT', operation);
  verifySymmetric(key, operation);
  endDryRun(input.DryRun);
  noteMaterial(key, currentMaterial(key).id, call);
  return key;
}

async function newPair(input: GenerateDataKeyPairRequest, operation: string, call: Call) {
  const spec = pairSpecOf(input.KeyPairSpec ?? '');
  const key = sealingKey(input, operation, call);
  const { secret, publicKey } = await newSecret(spec);
  const answer = {
    ...(publicKey === undefined ? {} : { PublicKey: publicKey }),
    KeyId: keyArn(key),
    KeyPairSpec: input.KeyPairSpec,
    KeyMaterialId: currentMaterial(key).id,
  };
  return { key, secret, answer };
}

function pairSpecOf(named: string): KeySpec {
  if (isKeySpec(named) && /^(?:RSA|ECC)_/.test(named)) return named;
  throw notServed(`The data key pair spec ${named}`);
}
