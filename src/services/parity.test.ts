// SPDX-License-Identifier: Apache-2.0
// Oracle: the code. docs/parity.md must be what `npm run parity` would write now.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { inertServices } from './inert-services.js';
import { parityDocument } from './parity.js';

const services = await inertServices();

describe('docs/parity.md', () => {
  test('is up to date', () => {
    const file = join(import.meta.dirname, '../../../docs/parity.md');
    assert.equal(readFileSync(file, 'utf8'), parityDocument(services), 'stale: run `npm run parity`');
  });

  for (const { model, handlers, partly = {} } of services) {
    test(`${model.id}: handlers and notes name operations of the model`, () => {
      for (const name of [...Object.keys(handlers), ...Object.keys(partly)])
        assert.ok(model.operations.has(name), name);
      for (const name of Object.keys(partly))
        assert.ok(name in handlers, `${name} is partly there, but has no handler`);
    });
  }

  test('an operation without a handler is "not yet"', () => {
    const [service] = services;
    assert.ok(service !== undefined);
    const without = { ...service, handlers: {}, partly: {} };
    assert.ok(!parityDocument([without]).includes('| implemented |\n| '), 'nothing can be implemented');
  });
});
