// SPDX-License-Identifier: Apache-2.0
// Oracle: the examples of the SNS Developer Guide, "String value matching", "Numeric value matching", "Key matching",
// "AND/OR logic", "Payload-based filtering", "Filter policy constraints".
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  compileFilterPolicy,
  FilterPolicyError,
  filterableAttributes,
  filterableBody,
} from './filter-policy.js';
import type { MessageAttribute } from './topic-message.js';

const text = (value: string): MessageAttribute => ({ type: 'String', value });
const number = (value: string): MessageAttribute => ({ type: 'Number', value });
const array = (...values: unknown[]): MessageAttribute => ({
  type: 'String.Array',
  value: JSON.stringify(values),
});

type Case = [name: string, policy: object, attributes: Record<string, MessageAttribute>, passes: boolean];

const cases: Case[] = [
  ['an empty policy', {}, {}, true],
  ['exact', { customer_interests: ['rugby'] }, { customer_interests: text('rugby') }, true],
  ['exact, other case', { customer_interests: ['rugby'] }, { customer_interests: text('Rugby') }, false],
  ['one of several', { a: ['x', 'y'] }, { a: text('y') }, true],
  ['any element of an array', { a: ['football', 'baseball'] }, { a: array('rugby', 'football') }, true],
  ['no element of an array', { a: ['football'] }, { a: array('rugby') }, false],
  ['every name must hold', { a: ['x'], b: ['y'] }, { a: text('x') }, false],
  ['prefix', { a: [{ prefix: 'bas' }] }, { a: text('baseball') }, true],
  ['suffix', { a: [{ suffix: 'ball' }] }, { a: text('baseball') }, true],
  ['suffix, not at the end', { a: [{ suffix: 'ball' }] }, { a: text('ballast') }, false],
  ['equals-ignore-case', { a: [{ 'equals-ignore-case': 'Tennis' }] }, { a: text('TENNIS') }, true],
  ['anything-but', { a: [{ 'anything-but': ['rugby', 'tennis'] }] }, { a: text('golf') }, true],
  [
    'anything-but, one of them',
    { a: [{ 'anything-but': ['rugby', 'tennis'] }] },
    { a: text('tennis') },
    false,
  ],
  [
    'anything-but, some other element',
    { a: [{ 'anything-but': ['rugby'] }] },
    { a: array('rugby', 'golf') },
    true,
  ],
  ['anything-but needs the attribute', { a: [{ 'anything-but': 'x' }] }, {}, false],
  ['anything-but a prefix', { a: [{ 'anything-but': { prefix: 'order-' } }] }, { a: text('order-7') }, false],
  ['cidr', { ip: [{ cidr: '10.0.0.0/24' }] }, { ip: text('10.0.0.255') }, true],
  ['cidr, outside', { ip: [{ cidr: '10.0.0.0/24' }] }, { ip: text('10.1.1.0') }, false],
  ['exists', { store: [{ exists: true }] }, { store: text('x') }, true],
  ['exists, not there', { store: [{ exists: true }] }, {}, false],
  ['exists false', { store: [{ exists: false }] }, {}, true],
  ['a number equals', { price: [{ numeric: ['=', 301.5] }] }, { price: number('301.5') }, true],
  ['a number equals in another notation', { price: [300] }, { price: number('3e2') }, true],
  ['a number is no text', { price: [300] }, { price: text('300') }, false],
  ['a range', { price: [{ numeric: ['>', 0, '<=', 150] }] }, { price: number('150') }, true],
  ['outside a range', { price: [{ numeric: ['>', 0, '<=', 150] }] }, { price: number('0') }, false],
  [
    'binary attributes are not seen',
    { a: [{ exists: true }] },
    { a: { type: 'Binary', value: 'eA==' } },
    false,
  ],
  ['$or', { $or: [{ a: ['x'] }, { b: ['y'] }] }, { b: text('y') }, true],
  ['$or, neither', { $or: [{ a: ['x'] }, { b: ['y'] }] }, { a: text('z') }, false],
  ['names of every object are no attributes', { constructor: [{ exists: true }] }, {}, false],
];

describe('policies on message attributes', () => {
  for (const [name, policy, attributes, passes] of cases) {
    test(`${name}: ${passes ? 'passes' : 'does not pass'}`, () => {
      const filter = compileFilterPolicy(JSON.stringify(policy), 'MessageAttributes');
      assert.equal(filter(filterableAttributes(attributes)), passes);
    });
  }
});

describe('policies on the message', () => {
  const filter = compileFilterPolicy(
    '{"store":["shop"],"customer":{"tier":["gold"]},"items":{"price":[{"numeric":[">",10]}]}}',
    'MessageBody',
  );
  const body = { store: 'shop', customer: { tier: 'gold' }, items: [{ price: 1 }, { price: 20 }] };
  test('nested names and elements of lists', () =>
    assert.equal(filter(filterableBody(JSON.stringify(body))), true));
  test('one name that does not hold', () =>
    assert.equal(filter(filterableBody(JSON.stringify({ ...body, customer: { tier: 'tin' } }))), false));
  test('what is no JSON does not pass', () => assert.equal(filter(filterableBody('shop')), false));
});

describe('policies that are refused', () => {
  const refused: [name: string, policy: string][] = [
    ['no JSON', '{'],
    ['no object', '["a"]'],
    ['a bare value', '{"a":"x"}'],
    ['an empty list', '{"a":[]}'],
    ['an unknown operator', '{"a":[{"wild":"x*"}]}'],
    ['an operator of every object', '{"a":[{"constructor":"x"}]}'],
    ['exists without a truth', '{"a":[{"exists":"yes"}]}'],
    ['an unknown comparison', '{"a":[{"numeric":["!=",1]}]}'],
    ['a number out of range', '{"a":[{"numeric":["=",1000000001]}]}'],
    ['a range that is none', '{"a":[{"cidr":"10.0.0.0/33"}]}'],
    ['nested names on attributes', '{"a":{"b":["x"]}}'],
    ['six names', '{"a":["x"],"b":["x"],"c":["x"],"d":["x"],"e":["x"],"f":["x"]}'],
    ['more than 150 combinations', JSON.stringify({ a: list(13), b: list(12) })],
    ['$or of one', '{"$or":[{"a":["x"]}]}'],
  ];
  for (const [name, policy] of refused) {
    test(name, () =>
      assert.throws(() => compileFilterPolicy(policy, 'MessageAttributes'), FilterPolicyError),
    );
  }
  test('a policy a thousand levels deep ends in an error', () => {
    const deep = `${'{"a":'.repeat(1_000)}["x"]${'}'.repeat(1_000)}`;
    assert.throws(() => compileFilterPolicy(deep, 'MessageBody'), FilterPolicyError);
  });
});

function list(length: number): string[] {
  return Array.from({ length }, (_, at) => `v${at}`);
}
