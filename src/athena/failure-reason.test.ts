// SPDX-License-Identifier: Apache-2.0
// Oracle: StateChangeReason of Athena's answers (engine version 3), and the Athena User Guide's "Athena error catalog".
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { athenaError, failureReason } from './failure-reason.js';

const cases: readonly (readonly [code: string, message: string, reason: string, type: number])[] = [
  [
    'SYNTAX_ERROR',
    "line 1:8: COLUMN_NOT_FOUND: Column 'x' cannot be resolved",
    "COLUMN_NOT_FOUND: line 1:8: Column 'x' cannot be resolved",
    1006,
  ],
  ['SYNTAX_ERROR', 'line 2:1: mismatched input', 'SYNTAX_ERROR: line 2:1: mismatched input', 1006],
  ['SYNTAX_ERROR', 'line 1:10: TYPE_MISMATCH: a = b', 'TYPE_MISMATCH: line 1:10: a = b', 1002],
  ['INVALID_VALUE', 'Division by zero', 'DIVISION_BY_ZERO: Division by zero', 1001],
  ['INVALID_VALUE', 'HIVE_BAD_DATA: an object', 'HIVE_BAD_DATA: an object', 1001],
  ['NOT_SUPPORTED', 'Natural join not supported', 'NOT_SUPPORTED: Natural join not supported', 1200],
];
for (const [code, message, reason, type] of cases)
  test(message, () => {
    assert.equal(failureReason({ code, message }), reason);
    assert.equal(athenaError({ code, message }).ErrorType, type);
  });
