// SPDX-License-Identifier: Apache-2.0
import { invalidInput } from './organizations-error.js';

/** Source: Organizations API Reference, "ListAccounts" (MaxResults: 1 to 20). */
const pageMax = 20;

export interface PageInput {
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Set when there is more. */
  readonly NextToken?: string;
}

/**
 * One page of a list that is in the order of `idOf`. The token names the last item that was given: what comes or goes
 * meanwhile moves nothing.
 */
export function pageOf<Item>(
  all: readonly Item[],
  idOf: (item: Item) => string,
  { NextToken: token, MaxResults: limit = pageMax }: PageInput,
): Page<Item> {
  if (limit < 1)
    throw invalidInput('MIN_VALUE_EXCEEDED', 'You specified a MaxResults value that is less than 1.');
  if (limit > pageMax)
    throw invalidInput(
      'MAX_VALUE_EXCEEDED',
      `You specified a MaxResults value that is greater than ${pageMax}.`,
    );
  const after = token === undefined ? undefined : lastIdOf(token);
  const sorted = all.toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
  const rest = after === undefined ? sorted : sorted.filter((item) => idOf(item) > after);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return rest.length > limit && last !== undefined
    ? { items, NextToken: Buffer.from(`1 ${idOf(last)}`).toString('base64url') }
    : { items };
}

function lastIdOf(token: string): string {
  const text = token.length > 1_000 ? '' : Buffer.from(token, 'base64url').toString();
  if (text.startsWith('1 ')) return text.slice(2);
  throw invalidInput('INVALID_NEXT_TOKEN', 'You provided a NextToken that is not valid.');
}
