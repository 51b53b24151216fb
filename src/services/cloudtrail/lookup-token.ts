// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import type { LookupQuery } from '../../ports/event-store.js';
import { WireError } from '../../wire/wire-error.js';

/**
 * LookupEvents' NextToken: the store's own page token, the start of the look-up window as the first page saw it (it
 * moves with the clock, the pages must not), and a fingerprint of the arguments, so that a token for other arguments
 * is refused. The page size may differ from page to page.
 */
export interface LookupToken {
  readonly after: string;
  readonly enteredSinceMs: number;
}

type BoundArguments = Pick<
  LookupQuery,
  'accountId' | 'region' | 'attributes' | 'category' | 'startTimeMs' | 'endTimeMs'
>;

/** Longer ones were never given out. */
const tokenLengthMax = 4096;

export function writeLookupToken(token: LookupToken, bound: BoundArguments): string {
  const body = { v: 1, p: token.after, s: token.enteredSinceMs, f: fingerprint(bound) };
  return Buffer.from(JSON.stringify(body)).toString('base64url');
}

/** Throws InvalidNextTokenException for what is no token, or one of other arguments. */
export function readLookupToken(text: string, bound: BoundArguments): LookupToken {
  const body = parse(text);
  if (
    typeof body?.p !== 'string' ||
    !Number.isSafeInteger(body.s) ||
    body.v !== 1 ||
    body.f !== fingerprint(bound)
  ) {
    throw invalidNextToken();
  }
  return { after: body.p, enteredSinceMs: body.s as number };
}

export function invalidNextToken(options?: ErrorOptions): WireError {
  const message =
    'Invalid token. The token is not valid, or it was given for a request with different parameters.';
  return new WireError('InvalidNextTokenException', message, options);
}

function parse(text: string): Record<string, unknown> | undefined {
  if (text.length > tokenLengthMax) return undefined;
  try {
    const body: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function fingerprint({
  accountId,
  region,
  attributes,
  category,
  startTimeMs,
  endTimeMs,
}: BoundArguments): string {
  const pairs = attributes.map(({ key, value }) => [key, value]);
  const text = JSON.stringify([accountId, region, pairs, category, startTimeMs ?? null, endTimeMs ?? null]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
