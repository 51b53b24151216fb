// SPDX-License-Identifier: Apache-2.0
import type { ContextValues } from '../../identity/policy/request-context.js';
import { KeyError } from '../../keys/data-keys.js';
import type { EncryptionContext } from '../../keys/encryption-context.js';
import { parseGrantToken } from '../../keys/grant.js';
import { type KeyDocument, keyArn, keyKey } from '../../keys/key.js';
import { accessDenied, verifyKeyAccess } from '../../keys/key-access.js';
import { resolveKey } from '../../keys/resolve-key.js';
import { WireError } from '../../wire/wire-error.js';
import type { Call } from '../service.js';
import { shareRecord } from '../share-record.js';

export interface KeyUse {
  /** `kms:Encrypt` */
  readonly action: string;
  readonly encryptionContext?: EncryptionContext | undefined;
  /** Condition keys of the operation. */
  readonly context?: ContextValues;
  /** Whether an alias may stand for the key; elsewhere only its id or ARN. */
  readonly byAlias?: true;
  /** Whether a key of another account may be meant. */
  readonly acrossAccounts?: true;
  readonly grantTokens?: readonly string[] | undefined;
}

/**
 * The key that a call names, once its policy or a grant lets the caller do what is asked; noted as the record's resource.
 * Throws KeyError.
 */
export function authorizedKey(keyId: string | undefined, call: Call, use: KeyUse): KeyDocument {
  verifyGrantTokens(use.grantTokens);
  const name = keyId ?? '';
  if (use.byAlias === undefined && /^(?:arn:[^:]*:kms:[^:]*:[^:]*:)?alias\//.test(name))
    throw new KeyError('NotFoundException', `Invalid keyId '${name}'`);
  const { key, alias } = resolveKey(name, placeOf(call), call.state);
  noteKey(key, call);
  verifyUse(key, call, use, alias === undefined ? {} : { 'kms:RequestAlias': alias });
  return key;
}

/** The same for a key that is known already. */
export function verifyUse(key: KeyDocument, call: Call, use: KeyUse, context: ContextValues = {}): void {
  const { principal } = call;
  if (use.acrossAccounts === undefined && key.accountId !== call.accountId)
    throw accessDenied({ principal, action: use.action }, keyArn(key));
  const access = {
    principal,
    action: use.action,
    ...(use.encryptionContext === undefined ? {} : { encryptionContext: use.encryptionContext }),
    context: { ...use.context, ...context },
    decide: call.decide,
  };
  verifyKeyAccess(key, access, call.state);
  // Refused calls are the caller's affair. Source: KMS Developer Guide, "Logging AWS KMS API calls with AWS CloudTrail".
  shareRecord(call, key.accountId);
}

/** Here every grant holds at once, so a token adds nothing; but a text that is none is refused. */
function verifyGrantTokens(tokens: readonly string[] = []): void {
  if (tokens.every((token) => parseGrantToken(token) !== undefined)) return;
  throw new KeyError('InvalidGrantTokenException', 'The grant token is not valid.');
}

export function placeOf(call: Call) {
  return { accountId: call.accountId, region: call.region, nowMs: call.receivedAtMs };
}

export function noteKey(key: KeyDocument, call: Call): void {
  const ARN = keyArn(key);
  if (call.audit.resources.some((resource) => resource.ARN === ARN)) return;
  call.audit.resources.push({ accountId: key.accountId, type: 'AWS::KMS::Key', ARN });
}

/**
 * What the record of a mutation answers whose API answers nothing: the key's ARN.
 * Source: KMS Developer Guide, "Logging AWS KMS API calls with AWS CloudTrail" (entries since December 2022).
 */
export function noteChanged(key: KeyDocument, call: Call): void {
  call.audit.responseElements = { keyId: keyArn(key) };
}

export function putKey(key: KeyDocument, call: Call): void {
  call.state.put(keyKey(key), key);
}

/** Everything was checked; the caller wanted to know no more. */
export function endDryRun(dryRun: boolean | undefined): void {
  if (dryRun !== true) return;
  throw new KeyError(
    'DryRunOperationException',
    'The request would have succeeded, but the DryRun option is set.',
  );
}

/** What a member or value asks for that is not served. */
export function notServed(what: string): WireError {
  return new WireError('NotImplemented', `${what} is not implemented by Cairn yet.`, { status: 501 });
}
