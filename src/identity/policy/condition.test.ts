// SPDX-License-Identifier: Apache-2.0
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of the policy language
//
// Oracle: the tables and examples of IAM User Guide, "IAM JSON policy elements: Condition operators" and
// "Conditions with multiple context keys or values", written out by hand.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compileConditions } from './condition.js';
import { MalformedPolicyError } from './malformed-policy-error.js';
import { type ContextValues, RequestContext } from './request-context.js';

type Block = Record<string, Record<string, unknown>>;

function holds(block: Block, context: ContextValues, ofDeny = false): boolean {
  const request = new RequestContext(context);
  return compileConditions(block, true).every((condition) => condition.holds(request, ofDeny));
}

/** One operator, one key: the policy's value, the request's value (or none), whether it holds. */
const single: [operator: string, value: unknown, given: string | string[] | undefined, holds: boolean][] = [
  ['StringEquals', 'a', 'a', true],
  ['StringEquals', 'a', 'A', false],
  ['StringEquals', 'a*', 'ab', false],
  ['StringEquals', ['a', 'b'], 'b', true],
  ['StringEquals', 'a', undefined, false],
  ['StringEqualsIfExists', 'a', undefined, true],
  ['StringEqualsIfExists', 'a', 'b', false],
  ['StringNotEquals', 'a', 'a', false],
  ['StringNotEquals', 'a', 'b', true],
  ['StringNotEquals', ['a', 'b'], 'b', false],
  ['StringNotEquals', ['a', 'b'], 'c', true],
  ['StringNotEquals', 'a', undefined, true],
  ['StringNotEqualsIfExists', 'a', undefined, true],
  ['StringEqualsIgnoreCase', 'Straße', 'STRAßE', true],
  ['StringNotEqualsIgnoreCase', 'a', 'A', false],
  ['StringLike', 'home/*', 'home/jane', true],
  ['StringLike', 'a?', 'ab', true],
  ['StringNotLike', 'vpc-*', 'vpc-1', false],
  ['StringNotLike', 'vpc-*', undefined, true],
  ['NumericEquals', '10', '10.0', true],
  ['NumericEquals', 10, '10', true],
  ['NumericNotEquals', '10', '11', true],
  ['NumericLessThan', '10', '9.5', true],
  ['NumericLessThan', '10', '10', false],
  ['NumericLessThanEquals', '10', '10', true],
  ['NumericGreaterThan', '-1', '0', true],
  ['NumericGreaterThanEquals', '10', '9', false],
  ['NumericLessThan', '10', 'many', false],
  ['NumericLessThan', '10', undefined, false],
  ['DateGreaterThan', '2026-01-01T00:00:00Z', '2026-11-21T10:00:00Z', true],
  ['DateLessThan', '2026-01-01', '2025-12-31T23:59:59Z', true],
  ['DateLessThanEquals', '1767225600', '2026-01-01T00:00:00Z', true],
  ['DateEquals', '2026-01-01T01:00:00+01:00', '2026-01-01T00:00:00Z', true],
  ['DateNotEquals', '2026-01-01', '2026-01-02', true],
  ['DateGreaterThanEquals', '2026-01-01', 'yesterday', false],
  ['Bool', 'true', 'true', true],
  ['Bool', true, 'TRUE', true],
  ['Bool', 'false', 'true', false],
  ['Bool', 'false', undefined, false],
  ['BoolIfExists', 'false', undefined, true],
  ['BinaryEquals', 'QmluYXJ5VmFsdWVJbkJhc2U2NA==', 'QmluYXJ5VmFsdWVJbkJhc2U2NA', true],
  ['BinaryEquals', 'QUJD', 'QUJE', false],
  ['IpAddress', '203.0.113.0/24', '203.0.113.200', true],
  ['IpAddress', '203.0.113.0/24', '203.0.114.1', false],
  ['IpAddress', '203.0.113.9', '203.0.113.9', true],
  ['IpAddress', '203.0.113.9', '::ffff:203.0.113.9', true],
  ['IpAddress', '2001:DB8:1234:5678::/64', '2001:db8:1234:5678::9', true],
  ['IpAddress', '2001:DB8:1234:5678::/64', '203.0.113.9', false],
  ['IpAddress', '0.0.0.0/0', 'cloudtrail.amazonaws.com', false],
  ['NotIpAddress', '203.0.113.0/24', '203.0.113.200', false],
  ['NotIpAddress', '203.0.113.0/24', '198.51.100.1', true],
  ['NotIpAddress', '203.0.113.0/24', undefined, true],
  ['ArnEquals', 'arn:aws:sns:*:111122223333:topic', 'arn:aws:sns:us-east-1:111122223333:topic', true],
  [
    'ArnLike',
    'arn:aws:cloudtrail:*:111122223333:trail/*',
    'arn:aws:cloudtrail:eu-west-1:111122223333:trail/t',
    true,
  ],
  ['ArnLike', 'arn:aws:s3:*:*:x', 'arn:aws:s3:a:b:c:x', false],
  ['ArnLike', 'arn:aws:s3:::a*', 'arn:aws:s3:::a:b:c', true],
  ['ArnLike', '*', 'arn:aws:s3:::a', true],
  ['ArnLike', 'arn:aws:iam::111122223333:role/${aws:username}', 'arn:aws:iam::111122223333:role/jane', true],
  ['ArnNotEquals', 'arn:aws:iam::111122223333:role/r', 'arn:aws:iam::111122223333:role/s', true],
  ['ArnNotLike', 'arn:aws:iam::111122223333:role/*', 'arn:aws:iam::111122223333:role/s', false],
  ['ArnNotLike', 'arn:aws:iam::111122223333:role/*', undefined, true],
  ['Null', 'true', undefined, true],
  ['Null', 'true', 'a', false],
  ['Null', 'false', 'a', true],
  ['Null', 'false', undefined, false],
  ['Null', true, [], true],
  ['ForAllValues:StringEquals', ['ID', 'Message', 'Tags'], ['ID', 'Message'], true],
  ['ForAllValues:StringEquals', ['ID', 'Message', 'Tags'], ['ID', 'UserName'], false],
  ['ForAllValues:StringEquals', ['ID'], undefined, true],
  ['ForAllValues:StringEquals', ['ID'], [], true],
  ['ForAnyValue:StringEquals', ['environment', 'webserver'], ['webserver', 'costcenter'], true],
  ['ForAnyValue:StringEquals', ['environment'], ['costcenter'], false],
  ['ForAnyValue:StringEquals', ['environment'], undefined, false],
  ['ForAnyValue:StringEqualsIfExists', ['environment'], undefined, true],
  ['ForAnyValue:StringNotEquals', ['a'], ['a', 'b'], true],
  ['ForAnyValue:StringNotEquals', ['a'], ['a'], false],
  ['ForAnyValue:StringNotEquals', ['a'], undefined, false],
  ['ForAllValues:StringNotLike', ['a*'], ['b', 'c'], true],
  ['ForAllValues:StringNotLike', ['a*'], ['b', 'ab'], false],
  ['StringNotEquals', 'a', ['a', 'b'], false],
  ['StringEquals', 'a', ['a', 'b'], true],
  ['StringEquals', '${aws:username}', 'jane', true],
  ['StringEquals', "${aws:nobody, 'x'}", 'x', true],
  ['StringEquals', '${aws:nobody}', 'x', false],
];
for (const [operator, value, given, expected] of single) {
  test(`${operator} ${JSON.stringify(value)} of ${JSON.stringify(given) ?? 'nothing'}: ${expected}`, () => {
    const context = { 'aws:username': 'jane', 's3:key': given };
    assert.equal(holds({ [operator]: { 's3:Key': value } }, context), expected);
  });
}

describe('together', () => {
  const block: Block = {
    StringEquals: { 'aws:a': 'x', 'aws:b': ['y', 'z'] },
    Bool: { 'aws:c': 'true' },
  };
  const all = { 'aws:a': 'x', 'aws:b': 'z', 'aws:c': 'true' };
  test('all operators and keys must hold', () => {
    assert.equal(holds(block, all), true);
    for (const key of Object.keys(all)) assert.equal(holds(block, { ...all, [key]: 'no' }), false);
  });
  test('keys are compared without case', () => {
    assert.equal(holds({ Bool: { 'AWS:securetransport': 'true' } }, { 'aws:SecureTransport': 'true' }), true);
  });
  test('an empty block holds', () => assert.equal(holds({}, {}), true));
});

test('a negated comparison with a variable that has no value refuses, in Allow as in Deny', () => {
  const block = { StringNotEquals: { 'aws:a': '${aws:nobody}' } };
  assert.equal(holds(block, { 'aws:a': 'x' }, false), false);
  assert.equal(holds(block, { 'aws:a': 'x' }, true), true);
});

describe('malformed', () => {
  const blocks: unknown[] = [
    { StringEqual: { 'aws:a': 'x' } },
    { stringequals: { 'aws:a': 'x' } },
    { NullIfExists: { 'aws:a': 'true' } },
    { 'ForAnyValue:Null': { 'aws:a': 'true' } },
    { 'ForSomeValues:StringEquals': { 'aws:a': 'x' } },
    { constructor: { 'aws:a': 'x' } },
    { IpAddress: { 'aws:SourceIp': '203.0.113.0/33' } },
    { IpAddress: { 'aws:SourceIp': '300.0.0.1' } },
    { IpAddress: { 'aws:SourceIp': '203.0.113.0/24/8' } },
    { NumericEquals: { 's3:max-keys': 'ten' } },
    { DateLessThan: { 'aws:CurrentTime': 'tomorrow' } },
    { Bool: { 'aws:SecureTransport': 'yes' } },
    { BinaryEquals: { 'aws:a': '%%' } },
    { ArnLike: { 'aws:SourceArn': 'not-an-arn' } },
    { Null: { 'aws:a': 'maybe' } },
    { StringEquals: { 'aws:a': null } },
    { StringEquals: { 'aws:a': { b: 'c' } } },
    { StringEquals: 'x' },
    [],
    'x',
    null,
  ];
  for (const block of blocks) {
    test(JSON.stringify(block), () =>
      assert.throws(() => compileConditions(block, true), MalformedPolicyError),
    );
  }
});
