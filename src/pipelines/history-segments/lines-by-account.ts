// SPDX-License-Identifier: Apache-2.0
import type { SegmentLines } from '../../ports/event-segments.js';
import type { ScannedEvents } from '../../ports/event-store.js';

const lineEnd = 0x0a;
const accountMember = Buffer.from('"account":"');
const accountLength = 12;

/** Lines of a scan by the account that they belong to, each account's in their order. */
export function linesByAccount({ lines, count, accounts }: ScannedEvents): Map<string, SegmentLines> {
  if (count === 0) return new Map();
  const [only] = accounts;
  if (accounts.length === 1 && only !== undefined) return new Map([[only, { bytes: lines, count }]]);
  const all = Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength);
  const pieces = new Map<string, Buffer[]>();
  for (let at = 0; at < all.length; ) {
    const found = all.indexOf(lineEnd, at);
    const end = found < 0 ? all.length : found + 1;
    const account = accountIn(all, at);
    const own = pieces.get(account);
    if (own === undefined) pieces.set(account, [all.subarray(at, end)]);
    else own.push(all.subarray(at, end));
    at = end;
  }
  return new Map(
    Array.from(pieces, ([account, own]) => [account, { bytes: Buffer.concat(own), count: own.length }]),
  );
}

/** `account` is the second member of a line, and `place`, the first, holds digits only. */
function accountIn(all: Buffer, line: number): string {
  const start = all.indexOf(accountMember, line) + accountMember.length;
  return all.toString('latin1', start, start + accountLength);
}
