// SPDX-License-Identifier: Apache-2.0
/**
 * Oracles: CloudTrail API Reference, "SearchSampleQueries" (order, bounds, errors); for relevance, phrases as people ask, each with the
 * query that a person would pick.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SearchSampleQueriesResponse } from '@aws-sdk/client-cloudtrail';
import { readStatement } from '../../../query/dialect/dialect.js';
import { WireError } from '../../../wire/wire-error.js';
import { fakeCall } from '../../testing/call.js';
import { sampleQueries } from './catalogue.js';
import { searchSampleQueries } from './search-sample-queries.js';

type Page = SearchSampleQueriesResponse & {
  readonly SearchResults: NonNullable<SearchSampleQueriesResponse['SearchResults']>;
};

function search(SearchPhrase: string, more: object = {}): Page {
  return searchSampleQueries({ SearchPhrase, ...more }, fakeCall()) as Page;
}

test('the catalogue: 60 queries at least, each with a name of its own, for one event data store', () => {
  assert.ok(sampleQueries.length >= 60, String(sampleQueries.length));
  assert.equal(new Set(sampleQueries.map(({ name }) => name)).size, sampleQueries.length);
  for (const { name, description, sql } of sampleQueries) {
    assert.ok(description.length > 20 && description.endsWith('.'), name);
    assert.match(sql, /^SELECT [\s\S]+\nFROM \$EDS_ID(?:\n|$)/, name);
  }
});

test('every one of them is read as a query of CloudTrail Lake, over one event data store', () => {
  const id = 'a1b2c3d4-5678-90ab-cdef-111122223333';
  for (const { name, sql } of sampleQueries) {
    const { kind, tables } = readStatement(sql.replaceAll('$EDS_ID', id), 'lake');
    assert.deepEqual([kind, tables.map(({ table }) => table)], ['query', [id]], name);
  }
});

describe('what people ask is answered first by', () => {
  for (const [phrase, name] of [
    ['root user activity', 'Root user activity'],
    ['console login without MFA', 'Console sign-ins without MFA'],
    ['who failed to log in to the console', 'Failed console sign-ins'],
    ['show me access denied errors', 'Access denied errors'],
    ['who deleted S3 objects', 'Objects deleted'],
    ['who stopped the trail', 'Trails stopped, changed or deleted'],
    ['security groups open to the world', 'Security groups open to the world'],
    ['ec2 instances terminated', 'Instances stopped and terminated'],
    ['Which IAM users were created?', 'IAM users created'],
    ['top API calls', 'Top API calls'],
    ['number of calls by region', 'Activity by Region'],
    ['schedule key deletion', 'KMS keys disabled or scheduled for deletion'],
  ] as const)
    test(`${phrase}: ${name}`, () => assert.equal(search(phrase).SearchResults[0]?.Name, name));
});

test('results come by falling relevance, between 0 and 1, ten by default, the rest by pages', () => {
  const seen: string[] = [];
  let page = search('calls of users');
  assert.equal(page.SearchResults.length, 10);
  for (;;) {
    const relevances = page.SearchResults.map(({ Relevance = 0 }) => Relevance);
    assert.deepEqual(
      relevances,
      relevances.toSorted((a, b) => b - a),
    );
    assert.ok(relevances.every((relevance) => relevance > 0 && relevance <= 1));
    seen.push(...page.SearchResults.map(({ Name = '' }) => Name));
    if (page.NextToken === undefined) break;
    page = search('calls of users', { NextToken: page.NextToken });
  }
  assert.equal(new Set(seen).size, seen.length);
  assert.ok(seen.length > 10);
});

describe('refused', () => {
  for (const [what, input] of [
    ['one letter', { SearchPhrase: 'a' }],
    ['another script', { SearchPhrase: 'größe' }],
    ['51 results', { SearchPhrase: 'root', MaxResults: 51 }],
    ['a token of another phrase', { SearchPhrase: 'root', NextToken: search('users').NextToken }],
    ['a token of nobody', { SearchPhrase: 'root', NextToken: 'abcd' }],
  ] as const)
    test(what, () => assert.throws(() => searchSampleQueries(input, fakeCall()), WireError));
});
