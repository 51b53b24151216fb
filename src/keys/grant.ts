// SPDX-License-Identifier: Apache-2.0
import { type Principal, principalArn } from '../identity/principal.js';
import type { EncryptionContext } from './encryption-context.js';
import { type KeyDocument, keyArn } from './key.js';
import type { KeySpec, KeyUsage } from './key-spec.js';
import { keyFamily } from './key-spec.js';

export interface GrantConstraints {
  readonly subset?: EncryptionContext;
  readonly equals?: EncryptionContext;
}

/** A grant as it is kept in state under `grantKey`. */
export interface GrantDocument {
  /** 64 hexadecimal digits. */
  readonly id: string;
  readonly accountId: string;
  readonly region: string;
  readonly keyId: string;
  readonly name?: string;
  readonly granteePrincipal: string;
  readonly retiringPrincipal?: string;
  /** The account under which it was made, as the ARN of its root. */
  readonly issuingAccount: string;
  readonly operations: readonly string[];
  readonly constraints?: GrantConstraints;
  readonly createdAtMs: number;
}

type GrantPlace = Pick<GrantDocument, 'accountId' | 'region' | 'keyId' | 'id'>;

/** Source: KMS Developer Guide, "Resource quotas". */
export const grantsPerKeyMax = 50_000;

/** Every grant of an account and Region. */
export function grantsPrefix(accountId: string, region: string): string {
  return `key-grant/${accountId}/${region}/`;
}

export function keyGrantsPrefix(key: Pick<KeyDocument, 'accountId' | 'region' | 'id'>): string {
  return `${grantsPrefix(key.accountId, key.region)}${key.id}/`;
}

export function grantKey({ accountId, region, keyId, id }: GrantPlace): string {
  return `${keyGrantsPrefix({ accountId, region, id: keyId })}${id}`;
}

/**
 * A token names a grant; it proves nothing: whoever shows it still needs to be whom the grant is for. Here grants hold at
 * once, so a token changes no answer but that of RetireGrant, which may name its grant by it.
 */
export function grantToken(grant: GrantPlace): string {
  const arn = keyArn({ ...grant, id: grant.keyId });
  return Buffer.from(`1 ${arn} ${grant.id}`).toString('base64');
}

/** Undefined for a text that is no token. */
export function parseGrantToken(token: string): GrantPlace | undefined {
  const text = Buffer.from(token, 'base64').toString('latin1');
  const [, region, accountId, keyId, id] =
    /^1 arn:aws:kms:([a-z0-9-]+):(\d{12}):key\/([0-9a-f-]{36}) ([0-9a-f]{64})$/.exec(text) ?? [];
  if (id === undefined) return undefined;
  return { region, accountId, keyId, id } as GrantPlace;
}

/** Whether a grant lets a principal do an operation with this encryption context. */
export function grantAllows(
  grant: GrantDocument,
  principal: Principal,
  operation: string,
  encryptionContext: EncryptionContext | undefined,
): boolean {
  return (
    isPrincipalOf(grant.granteePrincipal, principal) &&
    grant.operations.includes(operation) &&
    constraintsHold(grant.constraints, operation, encryptionContext ?? {})
  );
}

/** Whether a grant's principal (an ARN, a role for its sessions, an account's root, a service) is this caller. */
export function isPrincipalOf(named: string, principal: Principal): boolean {
  if (principal.kind === 'service') return principal.service === named;
  if (principal.kind === 'assumedRole' && principal.roleArn === named) return true;
  const arn = principalArn(principal);
  return arn !== undefined && (arn === named || (principal.kind === 'root' && principal.accountId === named));
}

/** Constraints are about cryptographic operations with an encryption context, and no others. */
const contextless: ReadonlySet<string> = new Set([
  'DescribeKey',
  'RetireGrant',
  'CreateGrant',
  'GetPublicKey',
]);

function constraintsHold(
  constraints: GrantConstraints | undefined,
  operation: string,
  context: EncryptionContext,
): boolean {
  if (constraints === undefined || contextless.has(operation)) return true;
  const { subset = {}, equals } = constraints;
  const includes = (part: EncryptionContext) =>
    Object.entries(part).every(([key, value]) => Object.hasOwn(context, key) && context[key] === value);
  if (!includes(subset)) return false;
  return equals === undefined || (includes(equals) && sizeOf(equals) === sizeOf(context));
}

function sizeOf(context: EncryptionContext): number {
  return Object.keys(context).length;
}

const ofEveryKey = ['CreateGrant', 'DescribeKey', 'RetireGrant'];
const byUsage: Readonly<Record<KeyUsage, readonly string[]>> = {
  ENCRYPT_DECRYPT: ['Decrypt', 'Encrypt', 'ReEncryptFrom', 'ReEncryptTo'],
  SIGN_VERIFY: ['Sign', 'Verify'],
  GENERATE_VERIFY_MAC: ['GenerateMac', 'VerifyMac'],
  KEY_AGREEMENT: ['DeriveSharedSecret'],
};
const ofSymmetricKeys = [
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
];

/** The operations that a grant on such a key may name. Source: KMS Developer Guide, "Grant operations". */
export function grantableOperations({
  spec,
  usage,
}: {
  readonly spec: KeySpec;
  readonly usage: KeyUsage;
}): ReadonlySet<string> {
  const { kind } = keyFamily(spec);
  const extra = kind === 'symmetric' ? ofSymmetricKeys : kind === 'hmac' ? [] : ['GetPublicKey'];
  return new Set([...ofEveryKey, ...byUsage[usage], ...extra]);
}
