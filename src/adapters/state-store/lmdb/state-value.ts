// SPDX-License-Identifier: Apache-2.0
import type { Revision } from '../../../ports/state-store.js';

/** What the port says of keys; no longer one is ever written, and LMDB cannot be asked for one. */
export const stateKeyBytesMax = 1_000;

/** What lies under a key: the revision in 14 hex digits of ASCII, then the value as JSON text. */
const revisionBytes = 14;

export function encodeStateValue(revision: Revision, json: string): Buffer {
  return Buffer.from(revision + json);
}

export function revisionOf(value: Buffer): Revision {
  return value.toString('latin1', 0, revisionBytes) as Revision;
}

export function jsonOf(value: Buffer): string {
  return value.toString('utf8', revisionBytes);
}
