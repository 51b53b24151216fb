// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import type { WireError } from '../../wire/wire-error.js';
import type { Call } from '../service.js';
import { invalidNextToken } from './lookup-token.js';

export interface PageRequest {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

export interface PageOfDocuments<Document> {
  readonly documents: readonly Document[];
  readonly nextToken?: string;
}

/** Read from the state at a time while a filter passes documents over. */
const chunkDocuments = 500;
/** Longer ones were never given out. */
const tokenLengthMax = 1_000;

/**
 * One page of the documents under a prefix, in the order of their keys. A token is good for the same prefix and the same
 * filter only. @param filter what the request filters by, as far as a token is bound to it
 */
export function pageOfDocuments<Document>(
  call: Pick<Call, 'state'>,
  prefix: string,
  { MaxResults, NextToken }: PageRequest,
  pageSizeDefault: number,
  filter: readonly (string | undefined)[] = [],
  isWanted: (document: Document) => boolean = () => true,
): PageOfDocuments<Document> {
  const bound = createHash('sha256')
    .update(JSON.stringify([prefix, ...filter.map((each) => each ?? null)]))
    .digest('base64url')
    .slice(0, 22);
  const limit = MaxResults ?? pageSizeDefault;
  let after = NextToken === undefined ? undefined : prefix + readToken(NextToken, bound);
  const kept: { key: string; value: Document }[] = [];
  for (;;) {
    const chunk = call.state.list<Document>(prefix, {
      limit: chunkDocuments,
      ...(after === undefined ? {} : { after }),
    });
    kept.push(...chunk.filter(({ value }) => isWanted(value)));
    if (kept.length > limit || chunk.length < chunkDocuments) break;
    after = chunk.at(-1)?.key;
  }
  const page = kept.slice(0, limit);
  const last = page.at(-1)?.key.slice(prefix.length);
  const documents = page.map(({ value }) => value);
  if (kept.length <= limit || last === undefined) return { documents };
  return { documents, nextToken: Buffer.from(JSON.stringify([1, bound, last])).toString('base64url') };
}

function readToken(token: string, bound: string): string {
  const parts = token.length > tokenLengthMax ? undefined : parse(token);
  if (!Array.isArray(parts)) throw refused();
  const [version, fingerprint, last] = parts as unknown[];
  if (version !== 1 || fingerprint !== bound || typeof last !== 'string') throw refused();
  return last;
}

function refused(): WireError {
  return invalidNextToken();
}

function parse(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString()) as unknown;
  } catch {
    return undefined;
  }
}
