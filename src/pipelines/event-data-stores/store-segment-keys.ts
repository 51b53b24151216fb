// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import type { SecretBox } from '../../identity/secret-box.js';
import { type DataKeys, type KeyCaller, KeyError } from '../../keys/data-keys.js';
import { storeEncryptionContext } from '../../keys/encryption-context.js';
import { SegmentKeyError, type SegmentKeys, type SegmentSealing } from '../../ports/event-segments.js';

const keyBytes = 32;

export interface StoreSegmentKeysDependencies {
  readonly dataKeys: DataKeys;
  readonly secretBox: Pick<SecretBox, 'seal' | 'open'>;
}

/**
 * The keys of the segments of event data stores: each from KMS, by CloudTrail, under the store's key. KMS is asked for every use,
 * nothing is remembered: a key that is disabled shuts its store at once.
 *
 * While KMS refuses, new files get keys that Cairn's master key seals. They open only when KMS would give a key again.
 * Source: CloudTrail User Guide, "Configure AWS KMS key policies for CloudTrail" (event data stores: kms:GenerateDataKey and
 * kms:Decrypt).
 */
export function storeSegmentKeys({ dataKeys, secretBox }: StoreSegmentKeysDependencies): SegmentKeys {
  const generate = ({ kmsKeyArn, ownerArn }: SegmentSealing) =>
    dataKeys.generate(kmsKeyArn, storeEncryptionContext(ownerArn), callerFor(kmsKeyArn, ownerArn));

  return {
    async create({ kmsKeyArn, ownerArn }) {
      const sealing = { kmsKeyArn, ownerArn };
      try {
        const { plaintext, ciphertext } = await generate(sealing);
        return { plaintext, sealed: { ...sealing, ciphertext: Buffer.from(ciphertext).toString('base64') } };
      } catch (error) {
        if (!(error instanceof KeyError)) throw error;
        const plaintext = randomBytes(keyBytes);
        const ciphertext = secretBox.seal(plaintext.toString('base64'), boundTo(sealing));
        return { plaintext, sealed: { ...sealing, ciphertext, isProvisional: true } };
      }
    },

    async open(sealed) {
      const { kmsKeyArn, ownerArn, ciphertext } = sealed;
      try {
        if (sealed.isProvisional === true) {
          await generate(sealed);
          return Buffer.from(secretBox.open(ciphertext, boundTo(sealed)), 'base64');
        }
        const caller = callerFor(kmsKeyArn, ownerArn);
        const context = storeEncryptionContext(ownerArn);
        return (await dataKeys.decrypt(Buffer.from(ciphertext, 'base64'), context, caller)).plaintext;
      } catch (error) {
        if (!(error instanceof KeyError)) throw error;
        throw new SegmentKeyError(error.code, `the KMS key ${kmsKeyArn} cannot be used (${error.code})`, {
          cause: error,
        });
      }
    },
  };
}

/** Without `aws:SourceArn`: policies of keys for event data stores cannot ask for it. */
function callerFor(kmsKeyArn: string, ownerArn: string): KeyCaller {
  return {
    principal: { kind: 'service', service: 'cloudtrail.amazonaws.com' },
    accountId: arnPart(ownerArn, 4),
    region: arnPart(kmsKeyArn, 3),
  };
}

function boundTo({ kmsKeyArn, ownerArn }: SegmentSealing): string {
  return `segment of ${ownerArn} for ${kmsKeyArn}`;
}

function arnPart(arn: string, index: number): string {
  return arn.split(':')[index] ?? '';
}
