// SPDX-License-Identifier: Apache-2.0
import { type AliasDocument, aliasArn, aliasKey } from './alias.js';
import { KeyError } from './data-keys.js';
import { isDeleted, type KeyDocument, keyArn, keyKey } from './key.js';
import type { KeyState } from './key-state.js';

export interface KeyPlace {
  readonly accountId: string;
  readonly region: string;
  readonly nowMs: number;
}

export interface ResolvedKey {
  readonly key: KeyDocument;
  /** The alias that named it, where one did (`kms:RequestAlias`). */
  readonly alias?: string;
}

const keyIdForm = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/;
const arnForm = /^arn:aws[a-z-]*:kms:([a-z0-9-]*):(\d{12}):(?:key\/(.+)|(alias\/.+))$/s;

/**
 * The key that a key id, key ARN, alias name or alias ARN means to a caller. Throws KeyError `NotFoundException`.
 * Source: KMS Developer Guide, "Key identifiers (KeyId)"; the messages are those of KMS.
 */
export function resolveKey(keyId: string, place: KeyPlace, state: KeyState): ResolvedKey {
  if (keyId.startsWith('arn:')) return resolveArn(keyId, place, state);
  if (keyId.startsWith('alias/')) return resolveAlias(keyId, place, state);
  if (!keyIdForm.test(keyId)) throw new KeyError('NotFoundException', `Invalid keyId '${keyId}'`);
  return { key: existingKey({ ...place, id: keyId }, place, state) };
}

function resolveArn(arn: string, place: KeyPlace, state: KeyState): ResolvedKey {
  const [, region, accountId, id, alias] = arnForm.exec(arn) ?? [];
  if (region === undefined || accountId === undefined) {
    throw new KeyError('InvalidArnException', `${arn} is not a valid ARN`);
  }
  if (region !== place.region) throw new KeyError('NotFoundException', `Invalid arn ${region}`);
  const owner = { ...place, accountId };
  if (alias !== undefined) return resolveAlias(alias, owner, state);
  return { key: existingKey({ ...owner, id: id as string }, place, state) };
}

function resolveAlias(name: string, place: KeyPlace, state: KeyState): ResolvedKey {
  const target = state.get<AliasDocument>(aliasKey({ ...place, name }));
  const key = target && state.get<KeyDocument>(keyKey({ ...place, id: target.targetKeyId }));
  if (key === undefined || isDeleted(key, place.nowMs)) {
    throw new KeyError('NotFoundException', `Alias ${aliasArn({ ...place, name })} is not found.`);
  }
  return { key, alias: name };
}

function existingKey(
  wanted: { readonly accountId: string; readonly region: string; readonly id: string },
  { nowMs }: KeyPlace,
  state: KeyState,
): KeyDocument {
  const key = findKey(wanted, nowMs, state);
  if (key === undefined) throw new KeyError('NotFoundException', `Key '${keyArn(wanted)}' does not exist`);
  return key;
}

/** The key, unless it is gone or its waiting period is over. */
export function findKey(
  wanted: { readonly accountId: string; readonly region: string; readonly id: string },
  nowMs: number,
  state: KeyState,
): KeyDocument | undefined {
  const stateKey = keyKey(wanted);
  // Longer than any key id: nothing can lie there, and the state would refuse to look.
  const key = stateKey.length > 200 ? undefined : state.get<KeyDocument>(stateKey);
  return key === undefined || isDeleted(key, nowMs) ? undefined : key;
}

/** The key that an ARN names, wherever it is; for blobs, whose ARN is read and not asked for. */
export function findKeyByArn(arn: string, nowMs: number, state: KeyState): KeyDocument | undefined {
  const [, region, accountId, id] = arnForm.exec(arn) ?? [];
  if (region === undefined || accountId === undefined || id === undefined) return undefined;
  return findKey({ accountId, region, id }, nowMs, state);
}
