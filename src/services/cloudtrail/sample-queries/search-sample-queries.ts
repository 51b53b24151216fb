// SPDX-License-Identifier: Apache-2.0
import type { SearchSampleQueriesRequest, SearchSampleQueriesResponse } from '@aws-sdk/client-cloudtrail';
import { WireError } from '../../../wire/wire-error.js';
import type { Handler } from '../../service.js';
import { MemberRules } from '../verify-members.js';
import { sampleQueries } from './catalogue.js';
import { Relevance } from './relevance.js';

const phraseRule = { min: 2, max: 1_000, pattern: /^[ -~\n]*$/ };
const resultsDefault = 10;
const resultsMax = 50;

/** Less is chance: one common word of many. */
const relevanceMin = 0.05;

/** Made with the first search. */
let relevance: Relevance | undefined;

/** Source: CloudTrail API Reference, "SearchSampleQueries". */
export const searchSampleQueries: Handler<SearchSampleQueriesRequest, SearchSampleQueriesResponse> = (
  input,
) => {
  const { SearchPhrase: phrase = '', MaxResults: count = resultsDefault, NextToken: token } = input;
  new MemberRules()
    .text('searchPhrase', phrase, phraseRule)
    .number('maxResults', count, 1, resultsMax)
    .verify();
  const found = search(phrase);
  const start = token === undefined ? 0 : readToken(token, phrase);
  const end = start + count;
  return {
    SearchResults: found.slice(start, end),
    ...(end < found.length ? { NextToken: writeToken(end, phrase) } : {}),
  };
};

type Result = NonNullable<SearchSampleQueriesResponse['SearchResults']>[number];

function search(phrase: string): Result[] {
  relevance ??= new Relevance(
    sampleQueries.map(({ name, description, sql }) => [
      [name, 3],
      [description, 1],
      // Names of actions and services, as people type them too.
      [(sql.match(/'[A-Za-z]\w+'/g) ?? []).join(' '), 1],
    ]),
  );
  const scores = relevance.of(phrase);
  return sampleQueries
    .map(({ name, description, sql }, at) => {
      const Relevance = Number((scores[at] ?? 0).toFixed(4));
      return { Name: name, Description: description, SQL: sql, Relevance };
    })
    .filter(({ Relevance }) => Relevance >= relevanceMin)
    .sort((a, b) => b.Relevance - a.Relevance);
}

function writeToken(start: number, phrase: string): string {
  return Buffer.from(JSON.stringify([1, start, phrase]))
    .toString('base64url')
    .slice(0, 1_000);
}

/** A long phrase is cut with its token, and compared as far as the token has it. */
function readToken(token: string, phrase: string): number {
  const text = Buffer.from(token, 'base64url').toString();
  const start = Number(/^\[1,(\d{1,4}),/.exec(text)?.[1] ?? Number.NaN);
  if (Number.isNaN(start) || writeToken(start, phrase) !== token)
    throw new WireError('InvalidParameterException', 'NextToken is not valid for this SearchPhrase.');
  return start;
}
