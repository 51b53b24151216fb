// SPDX-License-Identifier: Apache-2.0
/** Oracle: the request examples of Smithy 2.0, "AWS query protocol". */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StaticStructureSchema } from '@smithy/types';
import { shapeOf } from '../shape.js';
import { parseFormPairs, readFormStructure, toFormTree } from './form-codec.js';
import { UnreadableValueError } from './unreadable-value.js';

const nested: StaticStructureSchema = [3, 'test', 'Nested', 0, ['A', 'B'], [0, [0, { xmlName: 'bee' }]]];
const input: StaticStructureSchema = [
  3,
  'test',
  'Input',
  0,
  ['List', 'Flat', 'Named', 'Map', 'FlatMap', 'Nested', 'Time', 'Blob', 'Flag'],
  [
    [1, 'test', 'List', 0, () => nested],
    [64, { xmlFlattened: 1 }],
    [1, 'test', 'Named', 0, [0, { xmlName: 'item' }]],
    128,
    [128, { xmlFlattened: 1, xmlName: 'Entries' }],
    () => nested,
    4,
    21,
    2,
  ] as StaticStructureSchema[5],
];
const read = (form: string) => readFormStructure(shapeOf(input), toFormTree(parseFormPairs(form)));

const cases: readonly (readonly [string, unknown])[] = [
  ['', {}],
  ['List.member.1.A=x&List.member.1.bee=y&List.member.2.A=z', { List: [{ A: 'x', B: 'y' }, { A: 'z' }] }],
  ['List.member.10.A=c&List.member.9.A=b&List.member.2.A=a', { List: [{ A: 'a' }, { A: 'b' }, { A: 'c' }] }],
  ['List.member.4000000.A=x', { List: [{ A: 'x' }] }],
  ['List=', { List: [] }],
  ['Flat.1=a&Flat.2=b', { Flat: ['a', 'b'] }],
  ['Named.item.1=a', { Named: ['a'] }],
  ['Map.entry.1.key=k&Map.entry.1.value=v', { Map: { k: 'v' } }],
  ['Entries.1.key=__proto__&Entries.1.value=v', { FlatMap: { ['__proto__']: 'v' } }],
  ['Nested.A=a+b%2Bc%26', { Nested: { A: 'a b+c&' } }],
  [
    'Time=2019-11-17T14%3A13%3A20Z&Blob=YQ%3D%3D&Flag=true',
    { Time: new Date(1_574_000_000_000), Blob: new Uint8Array([97]), Flag: true },
  ],
  ['Unknown=1&Nested.Unknown.member.1=2&Nested.A=', { Nested: { A: '' } }],
];

for (const [form, expected] of cases) {
  test(form === '' ? 'nothing' : form, () => assert.deepEqual(read(form), expected));
}

for (const form of [
  'List=x',
  'List.member.1=x',
  'Map.entry.1.value=v',
  'Flag=maybe',
  'Blob=*',
  'Time=now',
  'Flag.x=1',
  'Nested=1',
  'A=%',
]) {
  test(`refused: ${form}`, () => {
    assert.throws(() => read(form), UnreadableValueError);
  });
}
