// SPDX-License-Identifier: Apache-2.0
import type { KeyMetadata } from '@aws-sdk/client-kms';
import { currentMaterial, type KeyDocument, keyArn } from '../../keys/key.js';
import { keyAlgorithms } from '../../keys/key-spec.js';

/** Source: KMS API Reference, "KeyMetadata". */
export function toKeyMetadata(key: KeyDocument): KeyMetadata {
  const { encryption, signing, mac } = keyAlgorithms(key);
  return {
    AWSAccountId: key.accountId,
    KeyId: key.id,
    Arn: keyArn(key),
    CreationDate: new Date(key.createdAtMs),
    Enabled: key.state === 'Enabled',
    Description: key.description,
    KeyUsage: key.usage,
    KeyState: key.state,
    ...(key.deletionAtMs === undefined ? {} : { DeletionDate: new Date(key.deletionAtMs) }),
    Origin: 'AWS_KMS',
    KeyManager: key.manager,
    CustomerMasterKeySpec: key.spec as KeyMetadata['CustomerMasterKeySpec'],
    KeySpec: key.spec,
    ...(encryption.length === 0 ? {} : { EncryptionAlgorithms: [...encryption] }),
    ...(signing.length === 0 ? {} : { SigningAlgorithms: [...signing] }),
    ...(mac.length === 0 ? {} : { MacAlgorithms: [...mac] }),
    ...(key.usage === 'KEY_AGREEMENT' ? { KeyAgreementAlgorithms: ['ECDH'] } : {}),
    MultiRegion: false,
    ...(key.spec === 'SYMMETRIC_DEFAULT' ? { CurrentKeyMaterialId: currentMaterial(key).id } : {}),
  };
}
