// SPDX-License-Identifier: Apache-2.0
import type {
  GetPublicKeyRequest,
  GetPublicKeyResponse,
  SignRequest,
  SignResponse,
  VerifyRequest,
  VerifyResponse,
} from '@aws-sdk/client-kms';
import { KeyError } from '../../keys/data-keys.js';
import { type KeyDocument, keyArn } from '../../keys/key.js';
import { keyAlgorithms, type SigningAlgorithm } from '../../keys/key-spec.js';
import { type SigningRequest, signMessage, verifyMessage } from '../../keys/signature.js';
import { verifyEnabled, verifyUsage } from '../../keys/usable-key.js';
import type { Call, Handler } from '../service.js';
import { toKeyMetadata } from './key-metadata.js';
import { authorizedKey, endDryRun, notServed } from './key-request.js';
import type { KmsDependencies } from './kms-dependencies.js';
import { validationError } from './verify-input.js';

/** Source: KMS API Reference, "Sign". */
export function signHandler({ materials }: KmsDependencies): Handler<SignRequest, SignResponse> {
  return (input, call) => {
    const { key, request } = signingRequest(input, 'Sign', call);
    endDryRun(input.DryRun);
    return {
      KeyId: keyArn(key),
      Signature: signMessage(key, materials.privateKey(key), request),
      SigningAlgorithm: request.algorithm,
    };
  };
}

/** What is no signature is an error. Source: KMS API Reference, "Verify". */
export const verifySignature: Handler<VerifyRequest, VerifyResponse> = (input, call) => {
  const { key, request } = signingRequest(input, 'Verify', call);
  endDryRun(input.DryRun);
  if (!verifyMessage(key, request, input.Signature ?? new Uint8Array()))
    throw new KeyError('KMSInvalidSignatureException', '');
  return { KeyId: keyArn(key), SignatureValid: true, SigningAlgorithm: request.algorithm };
};

/** Source: KMS API Reference, "GetPublicKey". */
export const getPublicKey: Handler<GetPublicKeyRequest, GetPublicKeyResponse> = (input, call) => {
  const key = authorizedKey(input.KeyId, call, {
    action: 'kms:GetPublicKey',
    byAlias: true,
    acrossAccounts: true,
    grantTokens: input.GrantTokens,
  });
  if (key.publicKey === undefined) {
    const message = `${keyArn(key)} key spec is ${key.spec} which is not valid for this operation.`;
    throw new KeyError('UnsupportedOperationException', message);
  }
  verifyEnabled(key);
  const metadata = toKeyMetadata(key);
  return {
    KeyId: keyArn(key),
    PublicKey: Buffer.from(key.publicKey, 'base64'),
    CustomerMasterKeySpec: metadata.CustomerMasterKeySpec,
    KeySpec: metadata.KeySpec,
    KeyUsage: metadata.KeyUsage,
    EncryptionAlgorithms: metadata.EncryptionAlgorithms,
    SigningAlgorithms: metadata.SigningAlgorithms,
    KeyAgreementAlgorithms: metadata.KeyAgreementAlgorithms,
  };
};

function signingRequest(
  input: SignRequest | VerifyRequest,
  operation: 'Sign' | 'Verify',
  call: Call,
): { readonly key: KeyDocument; readonly request: SigningRequest } {
  const messageType = input.MessageType ?? 'RAW';
  const algorithm = input.SigningAlgorithm as SigningAlgorithm;
  const key = authorizedKey(input.KeyId, call, {
    action: `kms:${operation}`,
    context: { 'kms:SigningAlgorithm': algorithm, 'kms:MessageType': messageType },
    byAlias: true,
    acrossAccounts: true,
    grantTokens: input.GrantTokens,
  });
  verifyEnabled(key);
  verifyUsage(key, 'SIGN_VERIFY', operation);
  if (!keyAlgorithms(key).signing.includes(algorithm)) {
    const message = `Algorithm ${algorithm} is incompatible with key spec ${key.spec}.`;
    throw new KeyError('InvalidKeyUsageException', message);
  }
  verifyMessageType(algorithm, messageType);
  const request = { message: input.Message ?? new Uint8Array(), algorithm } as const;
  return { key, request: { ...request, messageType: messageType as 'RAW' | 'DIGEST' } };
}

/** Source: KMS API Reference, "Sign" (MessageType). */
function verifyMessageType(algorithm: SigningAlgorithm, messageType: string): void {
  if (algorithm === 'ED25519_PH_SHA_512') throw notServed('The signing algorithm ED25519_PH_SHA_512');
  const isRawOnly = algorithm === 'ED25519_SHA_512';
  if (messageType === 'EXTERNAL_MU' || (isRawOnly && messageType !== 'RAW'))
    throw validationError(`MessageType ${messageType} is not valid for algorithm ${algorithm}.`);
}
