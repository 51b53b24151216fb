// SPDX-License-Identifier: Apache-2.0
import { KeyError } from '../../keys/data-keys.js';
import { WireError } from '../../wire/wire-error.js';
import type { Handler, Service } from '../service.js';
import { kmsAccess } from './access.js';
import { createAlias, deleteAlias, listAliases, updateAlias } from './aliases.js';
import { createKeyHandler } from './create-key.js';
import { deriveSharedSecretHandler } from './derive-shared-secret.js';
import { describeKeyHandler, listKeys } from './describe-keys.js';
import { decryptHandler, encryptHandler, reEncryptHandler } from './encryption.js';
import {
  generateDataKeyHandler,
  generateDataKeyPairHandler,
  generateDataKeyPairWithoutPlaintextHandler,
  generateDataKeyWithoutPlaintextHandler,
  generateRandom,
} from './generate-data-key.js';
import { createGrant, listGrants, listRetirableGrants, retireGrant, revokeGrant } from './grants.js';
import {
  cancelKeyDeletion,
  disableKey,
  enableKey,
  scheduleKeyDeletion,
  updateKeyDescription,
} from './key-life.js';
import { getKeyPolicy, listKeyPolicies, putKeyPolicy } from './key-policies.js';
import { listResourceTags, tagResource, untagResource } from './key-tags.js';
import type { KmsDependencies } from './kms-dependencies.js';
import { generateMacHandler, verifyMacHandler } from './macs.js';
import {
  disableKeyRotation,
  enableKeyRotation,
  getKeyRotationStatus,
  listKeyRotations,
  rotateKeyOnDemandHandler,
} from './rotation.js';
import { getPublicKey, signHandler, verifySignature } from './signing.js';
import { verifyInput } from './verify-input.js';

/** KMS's front: keys, what they do, and who may use them. Every call is a management event. */
export function createKmsService(deps: KmsDependencies): Service {
  return {
    model: deps.model,
    eventSource: 'kms.amazonaws.com',
    access: kmsAccess,
    handlers: checked({
      CancelKeyDeletion: cancelKeyDeletion,
      CreateAlias: createAlias,
      CreateGrant: createGrant,
      CreateKey: createKeyHandler(deps),
      Decrypt: decryptHandler(deps),
      DeleteAlias: deleteAlias,
      DeriveSharedSecret: deriveSharedSecretHandler(deps),
      DescribeKey: describeKeyHandler(deps),
      DisableKey: disableKey,
      DisableKeyRotation: disableKeyRotation,
      EnableKey: enableKey,
      EnableKeyRotation: enableKeyRotation,
      Encrypt: encryptHandler(deps),
      GenerateDataKey: generateDataKeyHandler(deps),
      GenerateDataKeyPair: generateDataKeyPairHandler(deps),
      GenerateDataKeyPairWithoutPlaintext: generateDataKeyPairWithoutPlaintextHandler(deps),
      GenerateDataKeyWithoutPlaintext: generateDataKeyWithoutPlaintextHandler(deps),
      GenerateMac: generateMacHandler(deps),
      GenerateRandom: generateRandom,
      GetKeyPolicy: getKeyPolicy,
      GetKeyRotationStatus: getKeyRotationStatus,
      GetPublicKey: getPublicKey,
      ListAliases: listAliases,
      ListGrants: listGrants,
      ListKeyPolicies: listKeyPolicies,
      ListKeyRotations: listKeyRotations,
      ListKeys: listKeys,
      ListResourceTags: listResourceTags,
      ListRetirableGrants: listRetirableGrants,
      PutKeyPolicy: putKeyPolicy,
      ReEncrypt: reEncryptHandler(deps),
      RetireGrant: retireGrant,
      RevokeGrant: revokeGrant,
      RotateKeyOnDemand: rotateKeyOnDemandHandler(deps),
      ScheduleKeyDeletion: scheduleKeyDeletion,
      Sign: signHandler(deps),
      TagResource: tagResource,
      UntagResource: untagResource,
      UpdateAlias: updateAlias,
      UpdateKeyDescription: updateKeyDescription,
      Verify: verifySignature,
      VerifyMac: verifyMacHandler(deps),
    }),
    partly: {
      CreateKey: {
        missing: 'imported key material, custom key stores, multi-Region keys, the key specs SM2 and ML_DSA',
      },
      Decrypt: { missing: 'Recipient (attested enclaves)' },
      GenerateDataKey: { missing: 'Recipient (attested enclaves)' },
      GenerateRandom: { missing: 'Recipient (attested enclaves)' },
      Sign: { missing: 'ED25519_PH_SHA_512' },
      Verify: { missing: 'ED25519_PH_SHA_512' },
    },
    translateError: toWireError,
  };
}

/** What the model demands is checked in front of every handler. */
function checked(handlers: Readonly<Record<string, Handler>>): Readonly<Record<string, Handler>> {
  const entries = Object.entries(handlers).map(([name, handler]): [string, Handler] => [
    name,
    (input, call) => {
      verifyInput(input);
      return handler(input, call);
    },
  ]);
  return Object.fromEntries(entries);
}

/** KMS answers 400 to all of them, also where access is denied. */
function toWireError(error: unknown): unknown {
  return error instanceof KeyError ? new WireError(error.code, error.message, { status: 400 }) : error;
}
