// SPDX-License-Identifier: Apache-2.0
// Oracle: Athena User Guide, "Data types in Amazon Athena" (the names in DDL and in queries); for tables' own types the way there
// and back is the same type.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { athenaTypeText, hiveTypeText, parseHiveType } from './hive-type.js';
import { hiveTypeOf } from './hive-type-of.js';

const cases: readonly (readonly [athena: string, hive: string])[] = [
  ['varchar', 'string'],
  ['varchar(10)', 'varchar(10)'],
  ['integer', 'int'],
  ['real', 'float'],
  ['decimal(10, 2)', 'decimal(10,2)'],
  ['timestamp(3)', 'timestamp'],
  ['timestamp(3) with time zone', 'timestamp'],
  ['varbinary', 'binary'],
  ['json', 'json'],
  [
    'row(a varchar, "b c" array(row(x bigint, y map(varchar, double))))',
    'struct<a:string,b c:array<struct<x:bigint,y:map<string,double>>>>',
  ],
  ['row(integer, varchar)', 'struct<field0:int,field1:string>'],
];
for (const [athena, hive] of cases) test(athena, () => assert.equal(hiveTypeOf(athena), hive));

test('there and back', () => {
  const type = 'struct<a:map<string,array<decimal(12,3)>>,b:struct<c:char(3),d:timestamp,e:binary>>';
  assert.equal(hiveTypeText(parseHiveType(hiveTypeOf(athenaTypeText(parseHiveType(type))))), type);
});
