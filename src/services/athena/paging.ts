// SPDX-License-Identifier: Apache-2.0
import { invalidRequest } from './athena-errors.js';
import { checkLength, checkRange } from './check-members.js';

interface PageInput {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

export interface PageRules {
  /** What the token is of: no other listing takes it. */
  readonly kind: string;
  readonly min?: number;
  readonly max?: number;
  readonly otherwise?: number;
  /** What is said of a token that is none. */
  readonly malformed?: (token: string) => string;
}

/** Where a listing goes on (a name, a key, a number of rows), and how many it shows. */
export function readPage(
  input: PageInput,
  { kind, min = 1, max = 50, otherwise = 50, malformed = malformedToken }: PageRules,
): { readonly after: string | undefined; readonly limit: number } {
  const asked =
    input.MaxResults === undefined ? otherwise : checkRange(input.MaxResults, 'maxResults', min, max);
  const limit = asked === 0 ? otherwise : asked;
  if (input.NextToken === undefined) return { after: undefined, limit };
  return { after: readToken(checkLength(input.NextToken, 'nextToken', 1, 1024), kind, malformed), limit };
}

export function pageToken(kind: string, after: string): string {
  return Buffer.from(JSON.stringify([kind, after])).toString('base64');
}

function malformedToken(token: string): string {
  return `The nextPageToken is malformed: ${token}`;
}

function readToken(token: string, kind: string, malformed: (token: string) => string): string {
  try {
    const [found, after] = JSON.parse(Buffer.from(token, 'base64').toString()) as unknown[];
    if (found === kind && typeof after === 'string' && pageToken(kind, after) === token) return after;
  } catch {
    // Not ours.
  }
  throw invalidRequest(malformed(token));
}

/** A page of a list that is in memory as a whole, in the order of its names. */
export function pageOf<T>(
  all: readonly T[],
  nameOf: (item: T) => string,
  input: PageInput,
  rules: PageRules,
): { readonly items: readonly T[]; readonly NextToken?: string } {
  const { after, limit } = readPage(input, rules);
  const rest = after === undefined ? all : all.filter((item) => nameOf(item) > after);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return rest.length > limit && last !== undefined
    ? { items, NextToken: pageToken(rules.kind, nameOf(last)) }
    : { items };
}
