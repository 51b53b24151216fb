// SPDX-License-Identifier: Apache-2.0
/** Oracle: Athena User Guide, "Supported types for partition projection", and the CloudTrail table of its guide. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { TableDocument } from '../catalog/catalog-documents.js';
import { partitionProjection, verifyProjection } from './partition-projection.js';

/** A placeholder of a template. */
const of = (name: string) => `\${${name}}`;

const nowMs = Date.UTC(2026, 10, 21, 12);

function table(keys: readonly string[], properties: Record<string, string>): TableDocument {
  return {
    database: 'default',
    name: 't',
    columns: [{ name: 'a', type: 'string' }],
    partitionKeys: keys.map((name) => ({ name, type: 'string' })),
    storage: {
      location: 's3://bucket/base',
      serde: '',
      serdeProperties: {},
      inputFormat: '',
      outputFormat: '',
    },
    properties: { 'projection.enabled': 'true', ...properties },
    createdAtMs: 0,
  };
}

const cloudtrail = table(['timestamp'], {
  'projection.timestamp.format': 'yyyy/MM/dd',
  'projection.timestamp.interval': '1',
  'projection.timestamp.interval.unit': 'DAYS',
  'projection.timestamp.range': '2020/01/01,NOW',
  'projection.timestamp.type': 'date',
  'storage.location.template': `s3://bucket/AWSLogs/111122223333/CloudTrail/eu-west-1/${of('timestamp')}`,
});

describe('the CloudTrail table of the guide', () => {
  const { bucket, prefix, valuesOf } = partitionProjection(cloudtrail, nowMs);
  test('one listing finds all of its partitions', () => {
    assert.deepEqual([bucket, prefix], ['bucket', 'AWSLogs/111122223333/CloudTrail/eu-west-1/']);
  });
  for (const [day, isThere] of [
    ['2026/11/21', true],
    ['2020/01/01', true],
    ['2019/12/31', false],
    ['2026/11/22', false],
    ['2026/13/01', false],
    ['2026-11-21', false],
  ] as const)
    test(`${day} is ${isThere ? 'one' : 'none'} of them`, () => {
      const values = valuesOf(`${prefix}${day}/file.json.gz`);
      assert.deepEqual(values, isThere ? [day] : undefined);
    });
});

test('several keys, in any order, in folders key=value where there is no template', () => {
  const several = table(['region', 'n'], {
    'projection.region.type': 'enum',
    'projection.region.values': 'eu-west-1, us-east-1',
    'projection.n.type': 'integer',
    'projection.n.range': '1,20',
  });
  const { prefix, valuesOf } = partitionProjection(several, nowMs);
  assert.equal(prefix, 'base/region=');
  assert.deepEqual(valuesOf('base/region=us-east-1/n=7/x'), ['us-east-1', '7']);
  assert.equal(valuesOf('base/region=us-east-1/n=21/x'), undefined);
  assert.equal(valuesOf('base/region=ap-south-1/n=7/x'), undefined);
  const swapped = {
    ...several,
    properties: {
      ...several.properties,
      'storage.location.template': `s3://bucket/${of('n')}/${of('region')}/`,
    },
  };
  assert.deepEqual(partitionProjection(swapped, nowMs).valuesOf('7/eu-west-1/x'), ['eu-west-1', '7']);
});

test('dates before now, hours, injected values', () => {
  const hourly = table(['h', 'tenant'], {
    'projection.h.type': 'date',
    'projection.h.format': 'yyyy-MM-dd-HH',
    'projection.h.range': 'NOW-1DAYS,NOW+1HOUR',
    'projection.tenant.type': 'injected',
  });
  const { valuesOf } = partitionProjection(hourly, nowMs);
  assert.deepEqual(valuesOf('base/h=2026-11-21-13/tenant=acme/x'), ['2026-11-21-13', 'acme']);
  assert.equal(valuesOf('base/h=2026-11-21-14/tenant=acme/x'), undefined);
  assert.equal(valuesOf('base/h=2026-11-20-11/tenant=acme/x'), undefined);
});

describe('properties that say too little', () => {
  const cases: readonly (readonly [properties: Record<string, string>, reason: RegExp])[] = [
    [{}, /projection\.k\.type is missing/],
    [{ 'projection.k.type': 'color' }, /must be enum, integer, date or injected/],
    [{ 'projection.k.type': 'integer', 'projection.k.range': '1' }, /two values with a comma/],
    [
      { 'projection.k.type': 'date', 'projection.k.range': 'NOW-1DAY,NOW' },
      /projection\.k\.format is missing/,
    ],
    [
      { 'projection.k.type': 'date', 'projection.k.format': 'yyyy', 'projection.k.range': 'then,NOW' },
      /is not in the column's format/,
    ],
    [
      { 'projection.k.type': 'injected', 'storage.location.template': `s3://bucket/${of('other')}/` },
      /which is no partition key/,
    ],
    [
      { 'projection.k.type': 'injected', 'storage.location.template': 's3://bucket/fixed/' },
      /must name every partition key/,
    ],
  ];
  for (const [properties, reason] of cases)
    test(String(reason), () => assert.throws(() => verifyProjection(table(['k'], properties)), reason));
});

describe('the prefixes of a condition', () => {
  const where = (column: string, operator: '=' | '>=' | '<', type: 'varchar' | 'integer', text: string) =>
    ({
      kind: 'compare',
      operator,
      left: { kind: 'column', name: column },
      right: { kind: 'constant', type, text },
    }) as const;

  test('are those of the days that are left, whole months at once', () => {
    const { prefix, prefixes } = partitionProjection(cloudtrail, nowMs);
    const below = (text: string) => `${prefix}${text}`;
    assert.deepEqual(prefixes(undefined), [prefix]);
    assert.deepEqual(prefixes(where('timestamp', '>=', 'varchar', '2026/10/30')), [
      // The 30th and the 31st.
      below('2026/10/3'),
      below('2026/11/'),
    ]);
    assert.deepEqual(prefixes(where('timestamp', '=', 'varchar', '2026/02/30')), []);
    // Another column's condition, and one across types, say nothing of the days.
    assert.deepEqual(prefixes(where('eventname', '=', 'varchar', 'x')), [prefix]);
    assert.deepEqual(prefixes(where('timestamp', '<', 'integer', '3')), [prefix]);
  });

  test('write numbers with their digits, and never begin with one another', () => {
    const properties = {
      'projection.n.type': 'integer',
      'projection.n.range': '1,20',
      'projection.n.digits': '3',
      'projection.x.type': 'enum',
      'projection.x.values': 'a,ab',
      'storage.location.template': `s3://bucket/${of('n')}/${of('x')}${of('n')}/`,
    };
    const both = {
      ...table(['n', 'x'], properties),
      partitionKeys: [
        { name: 'n', type: 'int' },
        { name: 'x', type: 'string' },
      ],
    };
    const { prefixes, valuesOf } = partitionProjection(both, nowMs);
    assert.deepEqual(prefixes(where('n', '=', 'integer', '7')), ['007/']);
    assert.deepEqual(
      prefixes({ kind: 'and', terms: [where('n', '=', 'integer', '7'), where('x', '>=', 'varchar', 'a')] }),
      ['007/a007/', '007/ab007/'],
    );
    assert.deepEqual(valuesOf('007/ab007/file'), ['007', 'ab']);
    const properties2 = {
      ...properties,
      'projection.x.values': 'a,ab,b',
      'storage.location.template': `s3://bucket/${of('x')}${of('n')}/`,
    };
    assert.deepEqual(
      partitionProjection({ ...both, properties: { ...both.properties, ...properties2 } }, nowMs).prefixes(
        where('x', '<', 'varchar', 'b'),
      ),
      ['a'],
    );
    assert.deepEqual([valuesOf('7/ab7/file'), valuesOf('007/ab008/file')], [undefined, undefined]);
  });

  test('of a template whose keys could be told apart in too many ways: refused', () => {
    const keys = ['a', 'b', 'c'];
    const types = Object.fromEntries(keys.map((key) => [`projection.${key}.type`, 'injected']));
    const bad = table(keys, {
      ...types,
      'storage.location.template': `s3://bucket/${keys.map(of).join('-')}/`,
    });
    assert.throws(() => verifyProjection(bad), /more than two values of any text between slashes/);
  });
});
