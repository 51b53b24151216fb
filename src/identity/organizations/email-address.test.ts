// SPDX-License-Identifier: Apache-2.0
// Oracle: the rules of Organizations API Reference, "CreateAccount" (Email).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isEmailAddress } from './email-address.js';

const addresses: [string, boolean][] = [
  ['susan@example.com', true],
  ['a@b.co', true],
  ['first.last+tag@mail.example-site.org', true],
  ['a@b.c', false],
  [`${'a'.repeat(53)}@example.com`, false],
  ['two@at@example.com', false],
  ['.dot@example.com', false],
  ['quo"te@example.com', false],
  ['per%cent@example.com', false],
  ['blank @example.com', false],
  ['nodomain@', false],
  ['@example.com', false],
  ['no-dot@example', false],
  ['a@-example.com', false],
  ['a@example.com.', false],
  ['ü@example.com', false],
];
for (const [address, isOne] of addresses)
  test(`${address}: ${isOne ? 'taken' : 'refused'}`, () => assert.equal(isEmailAddress(address), isOne));
