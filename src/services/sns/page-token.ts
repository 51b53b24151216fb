// SPDX-License-Identifier: Apache-2.0
import { invalidParameter } from './sns-error.js';

/** Source: SNS API Reference, "ListTopics": up to 100 a call. */
const pageItemsMax = 100;

/** The token of the page behind a key: the key's part behind the prefix that every page of this list has. */
function encodePageToken(key: string, prefix: string): string {
  return Buffer.from(key.slice(prefix.length)).toString('base64url');
}

/** The key to go on behind. Throws InvalidParameter for what is no token of ours. */
function decodePageToken(token: string, prefix: string): string {
  const rest = Buffer.from(token, 'base64url').toString('utf8');
  if (rest === '' || rest.length > 1_000 || Buffer.from(rest).toString('base64url') !== token)
    throw invalidParameter('NextToken Reason: invalid token');
  return `${prefix}${rest}`;
}

/** One page of a list in key order. */
export function pageOf<Entry extends { readonly key: string }>(
  list: (options: { readonly after?: string; readonly limit: number }) => readonly Entry[],
  prefix: string,
  token: string | undefined,
): { entries: readonly Entry[]; NextToken?: string } {
  const after = token === undefined || token === '' ? {} : { after: decodePageToken(token, prefix) };
  const found = list({ ...after, limit: pageItemsMax + 1 });
  const entries = found.slice(0, pageItemsMax);
  const last = entries.at(-1);
  return found.length <= pageItemsMax || last === undefined
    ? { entries }
    : { entries, NextToken: encodePageToken(last.key, prefix) };
}
