// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail API Reference, "RequestWidget" (QueryParameters); SQL's rule for quotes within texts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fillParameters } from './fill-parameters.js';

for (const [statement, values, expected] of [
  ['SELECT 1', [], 'SELECT 1'],
  ["WHERE a > '?' AND b < ?", ['x', 'y'], "WHERE a > 'x' AND b < 'y'"],
  ["WHERE a = '?'", ["x' OR '1'='1"], "WHERE a = 'x'' OR ''1''=''1'"],
  ['WHERE a = \'why?\' AND "b?" = ?', ['x'], "WHERE a = 'why?' AND \"b?\" = 'x'"],
  ['WHERE a = ?', [], undefined],
  ['WHERE a = 1', ['x'], undefined],
] as const)
  test(`${statement} with ${JSON.stringify(values)}`, () =>
    assert.equal(fillParameters(statement, values), expected));
