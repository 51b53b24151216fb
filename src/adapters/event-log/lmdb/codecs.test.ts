// SPDX-License-Identifier: Apache-2.0
// Oracle: what was encoded. Damage: every single changed byte of a value must be noticed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { LogEntry, Position } from '../../../ports/event-log.js';
import { START } from '../../../ports/event-log.js';
import { decodeBatchKey, encodeBatchKey } from './batch-key.js';
import { DamagedBatchError, decodeBatch, encodeBatch } from './batch-value.js';
import { decodeEntry, encodeEntry } from './entry-codec.js';
import { toPosition, toSequence } from './log-position.js';

const text = fc.string({ unit: 'grapheme' });
const logged = fc.record(
  {
    accountId: fc.stringMatching(/^\d{12}$/),
    region: text,
    category: fc.constantFrom(
      'Management',
      'Data',
      'NetworkActivity',
      'Insight',
      'Aggregated',
      'ActivityAuditLog',
    ),
    json: text,
    forTrail: text,
    forEventDataStores: fc.array(text, { maxLength: 3 }),
    eventContext: text,
    largeJson: text,
  },
  { noNullPrototype: true, requiredKeys: ['accountId', 'region', 'category', 'json'] },
);
const facts = fc.option(fc.record({ factsKind: text, factsOwn: text }, { noNullPrototype: true }), {
  nil: undefined,
});
const loggedWithFacts = fc.tuple(logged, facts).map(([record, own]) => ({ ...record, ...own }));
const change = fc
  .tuple(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 50 }),
    fc.jsonValue(),
    fc.option(fc.constant('0000000000000a'), { nil: null }),
  )
  .map(([key, value, expected]) => ({
    key,
    value: JSON.parse(JSON.stringify(value)),
    ...(expected === null ? {} : { expected }),
  }));
const callEntry = fc.record(
  {
    kind: fc.constant('call'),
    records: fc.array(loggedWithFacts, { minLength: 1, maxLength: 5 }),
    changes: fc.uniqueArray(change, { selector: ({ key }) => key, maxLength: 3 }),
  },
  { noNullPrototype: true },
) as unknown as fc.Arbitrary<LogEntry>;

test('any call entry comes back from its body', () => {
  fc.assert(
    fc.property(callEntry, (entry) => {
      const decoded = decodeEntry(encodeEntry(entry).body, () => assert.fail('no import'));
      assert.deepEqual(decoded, entry);
    }),
  );
});

test('records of one place come back, whatever their texts, also where surrogates meet', () => {
  const stores = ['one', 'two'];
  const place = { accountId: '111122223333', region: 'eu-west-1', category: 'ActivityAuditLog' } as const;
  fc.assert(
    fc.property(fc.array(fc.tuple(text, fc.boolean()), { minLength: 1, maxLength: 5 }), (texts) => {
      const records = texts.map(([json, isOther]) =>
        isOther ? { ...place, json } : { ...place, json, forEventDataStores: stores },
      );
      const entry = { kind: 'call', records, changes: [] } as const;
      assert.deepEqual(
        decodeEntry(encodeEntry(entry).body, () => assert.fail('no import')),
        entry,
      );
    }),
  );
  const halves = ['\ud83d', '\ude00'].map((json) => ({ ...place, json }));
  const { body } = encodeEntry({ kind: 'call', records: halves, changes: [] });
  const decoded = decodeEntry(body, () => assert.fail('no import'));
  assert.ok(decoded.kind === 'call');
  assert.deepEqual(
    decoded.records.map(({ json }) => json),
    ['\ufffd', '\ufffd'],
  );
});

test('records as older versions wrote those of one place, without a bundle, are read as records', () => {
  const head = Buffer.from(
    '{"k":"c","r":[["111122223333","us-east-1","Data",2],["111122223333","us-east-1","ActivityAuditLog",3,null,["one"]],4],"x":[]}',
  );
  const length = Buffer.alloc(4);
  length.writeUInt32BE(head.length);
  const decoded = decodeEntry(Buffer.concat([length, head, Buffer.from('{}[1]null')]), () =>
    assert.fail('no import'),
  );
  const place = { accountId: '111122223333', region: 'us-east-1' };
  const sent = { ...place, category: 'ActivityAuditLog', forEventDataStores: ['one'] };
  const records = [
    { ...place, category: 'Data', json: '{}' },
    { ...sent, json: '[1]' },
    { ...sent, json: 'null' },
  ];
  assert.deepEqual(decoded, { kind: 'call', records, changes: [] });
});

test('an import into an event data store comes back', () => {
  const entry = {
    kind: 'import',
    accountId: '111122223333',
    source: 's3://logs/a.json.gz',
    eventCount: 2,
    gzip: true,
    bytes: new Uint8Array([1, 2]),
    eventDataStore: 'e',
  } as const;
  const { body, importBytes } = encodeEntry(entry);
  assert.deepEqual(
    decodeEntry(body, () => importBytes as Uint8Array),
    entry,
  );
});

test('any batch comes back, plain, deflated or in Brotli', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 2_000 }), { minLength: 1, maxLength: 20 }),
      fc.constantFrom(1, 20),
      fc.nat(),
      (arrays, times, timeMs) => {
        const bodies = arrays.map((array) => Buffer.concat(Array.from({ length: times }, () => array)));
        const decoded = decodeBatch(encodeBatch(timeMs, bodies), bodies.length);
        assert.deepEqual(decoded.bodies, bodies);
        assert.equal(decoded.appendedAtMs, timeMs);
      },
    ),
  );
});

for (const [form, codec, bodies] of [
  ['plain', 0, [Buffer.from('one'), Buffer.from('two')]],
  ['deflated', 1, [Buffer.alloc(600, 'a'), Buffer.alloc(600, 'b')]],
  ['Brotli', 2, [Buffer.alloc(9_000, 'some text'), Buffer.alloc(9_000, 'and more')]],
] as const) {
  test(`every changed byte and every cut of a ${form} batch is noticed`, () => {
    const value = encodeBatch(1, bodies);
    assert.equal(value.readUInt8(0), codec);
    for (let i = 0; i < value.length; i++) {
      // The three bytes behind the codec are unused.
      if (i > 0 && i < 4) continue;
      const damaged = Buffer.from(value);
      damaged.writeUInt8(value.readUInt8(i) ^ 0x40, i);
      assert.throws(() => decodeBatch(damaged, 2), `byte ${i}`);
      assert.throws(() => decodeBatch(value.subarray(0, i), 2), `cut at ${i}`);
    }
    assert.throws(() => decodeBatch(value, 3), DamagedBatchError);
  });
}

test('batch keys come back and sort by sequence', () => {
  const number = fc.maxSafeNat();
  fc.assert(
    fc.property(number, number, fc.nat(), fc.nat(), (a, b, count, bytes) => {
      const [keyA, keyB] = [a, b].map((first) => encodeBatchKey({ first, count, bytes }));
      assert.deepEqual(decodeBatchKey(keyA as Buffer), { first: a, count, bytes });
      assert.equal(Math.sign(Buffer.compare(keyA as Buffer, keyB as Buffer)), Math.sign(a - b));
    }),
  );
});

test('positions come back, sort as numbers, and foreign ones are refused', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (a, b) => {
      assert.equal(toSequence(toPosition(a)), a);
      assert.equal(toPosition(a) < toPosition(b), a < b);
    }),
  );
  assert.equal(toSequence(START), 0);
  for (const foreign of ['1', '0000000000000g', '000000000000001', 'x'.repeat(14)]) {
    assert.throws(() => toSequence(foreign as Position), TypeError);
  }
});
