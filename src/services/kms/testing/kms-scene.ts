// SPDX-License-Identifier: Apache-2.0
import { randomBytes, randomUUID } from 'node:crypto';
import type * as kms from '@aws-sdk/client-kms';
import type { Principal } from '../../../identity/principal.js';
import { SecretBox } from '../../../identity/secret-box.js';
import { KeyMaterials } from '../../../keys/key-material.js';
import { ManualClock } from '../../../ports/clock.js';
import { authorizeNeeds } from '../../../request-path/authorize-call.js';
import { WireError } from '../../../wire/wire-error.js';
import type { AuditNotes } from '../../service.js';
import { decidedCall, MemoryCallState, testAccountId } from '../../testing/call.js';
import { createKmsService } from '../kms-service.js';
import { kmsModel } from '../model.js';

export const account = testAccountId;
export const nowMs = Date.parse('2026-11-21T10:00:00Z');
export const dayMs = 86_400_000;

/** What each operation answers, by the SDK's types. */
export interface Answers {
  CancelKeyDeletion: kms.CancelKeyDeletionResponse;
  CreateAlias: object;
  CreateGrant: kms.CreateGrantResponse;
  CreateKey: kms.CreateKeyResponse;
  Decrypt: kms.DecryptResponse;
  DeleteAlias: object;
  DeriveSharedSecret: kms.DeriveSharedSecretResponse;
  DescribeKey: kms.DescribeKeyResponse;
  DisableKey: object;
  DisableKeyRotation: object;
  EnableKey: object;
  EnableKeyRotation: object;
  Encrypt: kms.EncryptResponse;
  GenerateDataKey: kms.GenerateDataKeyResponse;
  GenerateDataKeyPair: kms.GenerateDataKeyPairResponse;
  GenerateDataKeyPairWithoutPlaintext: kms.GenerateDataKeyPairWithoutPlaintextResponse;
  GenerateDataKeyWithoutPlaintext: kms.GenerateDataKeyWithoutPlaintextResponse;
  GenerateMac: kms.GenerateMacResponse;
  GenerateRandom: kms.GenerateRandomResponse;
  GetKeyPolicy: kms.GetKeyPolicyResponse;
  GetKeyRotationStatus: kms.GetKeyRotationStatusResponse;
  GetPublicKey: kms.GetPublicKeyResponse;
  ListAliases: kms.ListAliasesResponse;
  ListGrants: kms.ListGrantsResponse;
  ListKeyPolicies: kms.ListKeyPoliciesResponse;
  ListKeyRotations: kms.ListKeyRotationsResponse;
  ListKeys: kms.ListKeysResponse;
  ListResourceTags: kms.ListResourceTagsResponse;
  ListRetirableGrants: kms.ListGrantsResponse;
  PutKeyPolicy: object;
  ReEncrypt: kms.ReEncryptResponse;
  RetireGrant: object;
  RevokeGrant: object;
  RotateKeyOnDemand: kms.RotateKeyOnDemandResponse;
  ScheduleKeyDeletion: kms.ScheduleKeyDeletionResponse;
  Sign: kms.SignResponse;
  TagResource: object;
  UntagResource: object;
  UpdateAlias: object;
  UpdateKeyDescription: object;
  Verify: kms.VerifyResponse;
  VerifyMac: kms.VerifyMacResponse;
}

export interface From {
  readonly region?: string;
  readonly accountId?: string;
  readonly principal?: Principal;
}

/** KMS over a state in memory: handlers are called as the request path calls them. */
export class KmsScene {
  readonly state = new MemoryCallState();
  readonly clock = new ManualClock(nowMs);
  audit: AuditNotes = { resources: [], additionalEventData: {} };
  readonly #service = createKmsService({
    model: kmsModel,
    materials: new KeyMaterials(new SecretBox(randomBytes(32))),
    randomId: randomUUID,
  });

  async call<Name extends keyof Answers>(
    operation: Name,
    input: object = {},
    { region = 'us-east-1', accountId = account, principal }: From = {},
  ): Promise<Answers[Name]> {
    const call = decidedCall(this.#service, {
      state: this.state,
      accountId,
      region,
      receivedAtMs: this.clock.now(),
      principal: principal ?? { kind: 'root', accountId, accessKeyId: 'AKIDEXAMPLE' },
    });
    this.audit = call.audit;
    try {
      authorizeNeeds(this.#service, operation, input, call);
      return await this.#service.handlers[operation]?.(input, call);
    } catch (error) {
      throw this.#service.translateError?.(error) ?? error;
    }
  }

  /** A new key's id. */
  async key(input: object = {}, from: From = {}): Promise<string> {
    const { KeyMetadata } = await this.call('CreateKey', input, from);
    return KeyMetadata?.KeyId as string;
  }

  arn(id: string, accountId = account, region = 'us-east-1'): string {
    return `arn:aws:kms:${region}:${accountId}:key/${id}`;
  }

  /** The code and message of the error that a call ends with. */
  async refusal(
    operation: keyof Answers,
    input: object = {},
    from: From = {},
  ): Promise<[code: string, message: string]> {
    try {
      await this.call(operation, input, from);
    } catch (error) {
      if (error instanceof WireError) return [error.code, error.message];
      throw error;
    }
    throw new Error(`${operation} was not refused`);
  }
}
