// SPDX-License-Identifier: Apache-2.0
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type ListedKey, PublicKeyError, PublicKeys } from '../../digest/verify-keys.js';
import { CommandError } from '../command-error.js';
import { readKeyList } from './list-public-keys.js';

/**
 * What `cairn validate --export-keys` writes. `PublicKeyList` has the form of `aws cloudtrail list-public-keys`, with the
 * Region and the same key as PEM beside it, so that `jq` and `openssl` are enough to use it.
 */
export interface KeysFile {
  readonly cairnPublicKeys: 1;
  readonly exportedAt: string;
  readonly source: string;
  readonly PublicKeyList: readonly {
    readonly Region: string | null;
    readonly Fingerprint: string;
    readonly ValidityStartTime: string | null;
    readonly ValidityEndTime: string | null;
    /** DER, base64. */
    readonly Value: string;
    /** `-----BEGIN PUBLIC KEY-----` */
    readonly Pem: string;
  }[];
  /** By the place of the digest, `bucket/key`: hex, as in the object's metadata. */
  readonly signatures: Readonly<Record<string, string>>;
}

export interface TrustedKeys {
  readonly keys: PublicKeys;
  readonly signatures: ReadonlyMap<string, string>;
}

const couldNotCheck = 2;

/** Reads an exported file, or an answer of `aws cloudtrail list-public-keys`. Throws CommandError. */
export function readKeysFile(path: string): TrustedKeys {
  const fail = (reason: string, cause?: unknown): CommandError =>
    new CommandError(`${path}: ${reason}`, couldNotCheck, { cause });
  let document: { PublicKeyList?: unknown; publicKeyList?: unknown; signatures?: unknown };
  try {
    document = JSON.parse(readFileSync(path, 'utf8')) as typeof document;
  } catch (cause) {
    throw fail(`the keys cannot be read: ${(cause as Error).message}`, cause);
  }
  const keys = new PublicKeys();
  try {
    for (const key of readKeyList(document?.PublicKeyList ?? document?.publicKeyList)) keys.add(key);
  } catch (cause) {
    if (cause instanceof PublicKeyError) throw fail(cause.message, cause);
    throw cause;
  }
  if (keys.size === 0) throw fail('there are no public keys in it');
  const entries = Object.entries(document.signatures ?? {});
  if (!entries.every((entry): entry is [string, string] => typeof entry[1] === 'string'))
    throw fail('its signatures are no texts');
  return { keys, signatures: new Map(entries) };
}

export function toKeysFile(
  keys: readonly ListedKey[],
  signatures: ReadonlyMap<string, string>,
  facts: { readonly source: string; readonly exportedAt: string },
): KeysFile {
  const iso = (timeMs: number | undefined) => (timeMs === undefined ? null : new Date(timeMs).toISOString());
  return {
    cairnPublicKeys: 1,
    exportedAt: facts.exportedAt,
    source: facts.source,
    PublicKeyList: keys.map(({ region, fingerprint, validFromMs, validToMs, value }) => ({
      Region: region ?? null,
      Fingerprint: fingerprint,
      ValidityStartTime: iso(validFromMs),
      ValidityEndTime: iso(validToMs),
      Value: Buffer.from(value).toString('base64'),
      Pem: toPem(value),
    })),
    signatures: Object.fromEntries([...signatures].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function toPem(value: Uint8Array): string {
  const key = Buffer.from(value);
  try {
    return createPublicKey({ key, format: 'der', type: 'pkcs1' }).export({
      format: 'pem',
      type: 'spki',
    }) as string;
  } catch {
    return createPublicKey({ key, format: 'der', type: 'spki' }).export({
      format: 'pem',
      type: 'spki',
    }) as string;
  }
}
