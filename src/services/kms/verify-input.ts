// SPDX-License-Identifier: Apache-2.0
import { keySpecs } from '../../keys/key-spec.js';
import { WireError } from '../../wire/wire-error.js';

interface Constraint {
  readonly length?: readonly [min: number, max: number];
  readonly range?: readonly [min: number, max: number];
  readonly pattern?: RegExp;
  readonly values?: readonly string[];
  /** Secret: the value is not repeated. */
  readonly hidden?: true;
}

const keyId: Constraint = { length: [1, 2048] };
const blob = (max: number): Constraint => ({ length: [1, max], hidden: true });
const marker: Constraint = { length: [1, 1024] };
const aliasName: Constraint = { length: [1, 256], pattern: /^[a-zA-Z0-9:/_-]+$/ };
const principal: Constraint = { length: [1, 256], pattern: /^[\w+=,.@:/-]+$/ };
const encryptionAlgorithm: Constraint = {
  values: ['SYMMETRIC_DEFAULT', 'RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256', 'SM2PKE'],
};
const keySpecNames = [...Object.keys(keySpecs), 'SM2', 'ML_DSA_44', 'ML_DSA_65', 'ML_DSA_87'];
const pairSpecs = keySpecNames.filter((name) => /^(?:RSA|ECC)_|^SM2$/.test(name));

/**
 * What the model demands of members, by their names, which mean the same in every operation.
 * Source: KMS API Reference, "Request Parameters" of the operations.
 */
const constraints: Readonly<Record<string, Constraint>> = {
  KeyId: keyId,
  SourceKeyId: keyId,
  DestinationKeyId: keyId,
  TargetKeyId: keyId,
  AliasName: aliasName,
  Description: { length: [0, 8192] },
  Policy: { length: [1, 131_072], pattern: /^[\u0009\u000A\u000D\u0020-\u00FF]+$/ },
  PolicyName: { length: [1, 128], pattern: /^\w+$/ },
  Plaintext: blob(4096),
  CiphertextBlob: blob(6144),
  Message: blob(4096),
  Signature: blob(6144),
  Mac: blob(6144),
  PublicKey: blob(8192),
  Limit: { range: [1, 1000] },
  Marker: marker,
  NumberOfBytes: { range: [1, 1024] },
  PendingWindowInDays: { range: [1, 365] },
  RotationPeriodInDays: { range: [90, 2560] },
  GranteePrincipal: principal,
  RetiringPrincipal: principal,
  GrantId: { length: [1, 128] },
  GrantToken: { length: [1, 8192] },
  Name: { length: [1, 256], pattern: /^[a-zA-Z0-9:/_-]+$/ },
  KeyUsage: { values: ['SIGN_VERIFY', 'ENCRYPT_DECRYPT', 'GENERATE_VERIFY_MAC', 'KEY_AGREEMENT'] },
  KeySpec: { values: [...keySpecNames, 'AES_256', 'AES_128'] },
  CustomerMasterKeySpec: { values: keySpecNames },
  KeyPairSpec: { values: pairSpecs },
  Origin: { values: ['AWS_KMS', 'EXTERNAL', 'AWS_CLOUDHSM', 'EXTERNAL_KEY_STORE'] },
  EncryptionAlgorithm: encryptionAlgorithm,
  SourceEncryptionAlgorithm: encryptionAlgorithm,
  DestinationEncryptionAlgorithm: encryptionAlgorithm,
  MessageType: { values: ['RAW', 'DIGEST', 'EXTERNAL_MU'] },
  MacAlgorithm: { values: ['HMAC_SHA_224', 'HMAC_SHA_256', 'HMAC_SHA_384', 'HMAC_SHA_512'] },
  KeyAgreementAlgorithm: { values: ['ECDH'] },
  IncludeKeyMaterial: { values: ['ALL_KEY_MATERIAL', 'ROTATIONS_ONLY'] },
  SigningAlgorithm: {
    values: [
      'RSASSA_PSS_SHA_256',
      'RSASSA_PSS_SHA_384',
      'RSASSA_PSS_SHA_512',
      'RSASSA_PKCS1_V1_5_SHA_256',
      'RSASSA_PKCS1_V1_5_SHA_384',
      'RSASSA_PKCS1_V1_5_SHA_512',
      'ECDSA_SHA_256',
      'ECDSA_SHA_384',
      'ECDSA_SHA_512',
      'SM2DSA',
      'ML_DSA_SHAKE_256',
      'ED25519_SHA_512',
      'ED25519_PH_SHA_512',
    ],
  },
};
const grantTokensMax = 10;

/**
 * Names and values of an encryption context together. KMS documents no limit; here the conditions of key policies are
 * held against the values, which takes the product of both lengths.
 */
const contextBytesMax = 8_192;
const contexts: ReadonlySet<string> = new Set([
  'EncryptionContext',
  'SourceEncryptionContext',
  'DestinationEncryptionContext',
]);

/** Source: KMS API Reference, "CreateGrant" (Constraints). */
const constraintPairsMax = 8;
const constraintValueLengthMax = 384;

/** Throws ValidationException that tells everything that is wrong, in AWS's words. */
export function verifyInput(input: Readonly<Record<string, unknown>>): void {
  const problems = Object.entries(input).flatMap(([name, value]) => problemsOf(name, value));
  if (problems.length === 0) return;
  const count = `${problems.length} validation error${problems.length === 1 ? '' : 's'} detected: `;
  throw validationError(count + problems.join('; '));
}

export function validationError(message: string): WireError {
  return new WireError('ValidationException', message, { status: 400 });
}

function problemsOf(name: string, value: unknown): string[] {
  if (name === 'GrantTokens' && Array.isArray(value) && value.length > grantTokensMax) {
    const told = 'failed to satisfy constraint: Member must have length less than or equal to';
    return [`Value at 'grantTokens' ${told} ${grantTokensMax}`];
  }
  if (contexts.has(name)) return contextProblems(name, pairsOf(value));
  if (name === 'Constraints') return constraintProblems(pairsOf(value));
  const constraint = Object.hasOwn(constraints, name) ? constraints[name] : undefined;
  if (constraint === undefined || value === undefined || value === null) return [];
  const shown = constraint.hidden === true ? 'Value' : `Value '${String(value)}'`;
  return demandsOn(constraint, value).map(
    (demand) => `${shown} at '${memberName(name)}' failed to satisfy constraint: Member must ${demand}`,
  );
}

function pairsOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

function contextProblems(name: string, pairs: readonly (readonly [string, unknown])[]): string[] {
  const bytes = pairs.reduce((sum, pair) => sum + Buffer.byteLength(pair.join('')), 0);
  if (bytes <= contextBytesMax) return [];
  return [
    `Value at '${memberName(name)}' failed to satisfy constraint: it has more than ${contextBytesMax} bytes`,
  ];
}

function constraintProblems(given: readonly (readonly [string, unknown])[]): string[] {
  return given.flatMap(([name, context]) => {
    const pairs = pairsOf(context);
    const at = `Value at 'constraints.${memberName(name)}' failed to satisfy constraint:`;
    const isLong = pairs.some((pair) => pair.some((text) => lengthOf(text) > constraintValueLengthMax));
    return [
      ...(pairs.length > constraintPairsMax
        ? [`${at} Member must have length less than or equal to ${constraintPairsMax}`]
        : []),
      ...(isLong
        ? [
            `${at} Map value must satisfy constraint: [Member must have length less than or equal to ${constraintValueLengthMax}]`,
          ]
        : []),
    ];
  });
}

function memberName(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function demandsOn({ length, range, pattern, values }: Constraint, value: unknown): string[] {
  const demands: string[] = [];
  if (length !== undefined) demands.push(...boundDemands('length', lengthOf(value), length));
  if (range !== undefined) demands.push(...boundDemands('value', Number(value), range));
  if (pattern !== undefined && !pattern.test(String(value)))
    demands.push(`satisfy regular expression pattern: ${pattern.source}`);
  if (values !== undefined && !values.includes(String(value)))
    demands.push(`satisfy enum value set: [${values.join(', ')}]`);
  return demands;
}

function boundDemands(what: string, value: number, [min, max]: readonly [number, number]): string[] {
  if (value > max) return [`have ${what} less than or equal to ${max}`];
  return value < min ? [`have ${what} greater than or equal to ${min}`] : [];
}

function lengthOf(value: unknown): number {
  if (value instanceof Uint8Array) return value.length;
  return Array.from(String(value)).length;
}
