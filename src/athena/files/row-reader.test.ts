// SPDX-License-Identifier: Apache-2.0
/**
 * Lines as rows. Oracle: the SerDe pages of the Athena User Guide (what is NULL, what is an error), and the lines that
 * AWS publishes as examples of VPC flow logs, CloudFront and ALB logs.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseHiveType, type StructField } from '../catalog/hive-type.js';
import { type CellRow, cloudtrailRows, lineReader } from './row-reader.js';
import { splitDelimited } from './split-line.js';
import { type TableForm, tableForm } from './table-form.js';

function columns(text: string): StructField[] {
  return text.split('; ').map((each) => {
    const at = each.indexOf(' ');
    return { name: each.slice(0, at), type: parseHiveType(each.slice(at + 1)) };
  });
}

function form(
  serde: string,
  serdeProperties: Record<string, string> = {},
  properties = {},
): Exclude<TableForm, { kind: 'parquet' | 'cloudtrail' }> {
  const storage = { location: 's3://b/', serde, serdeProperties, inputFormat: '', outputFormat: '' };
  return tableForm({ storage, properties, columns: [] }) as Exclude<
    TableForm,
    { kind: 'parquet' | 'cloudtrail' }
  >;
}

const lazy = 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe';
const openx = 'org.openx.data.jsonserde.JsonSerDe';
const csv = 'org.apache.hadoop.hive.serde2.OpenCSVSerde';
const regex = 'org.apache.hadoop.hive.serde2.RegexSerDe';

function read(
  which: Exclude<TableForm, { kind: 'parquet' | 'cloudtrail' }>,
  types: string,
  line: string,
): CellRow | undefined {
  return lineReader(which, columns(types))(line);
}

describe('LazySimpleSerDe', () => {
  const spaced = form(lazy, { 'field.delim': ' ' });
  test('a VPC flow log line', () => {
    const line =
      '2 123456789010 eni-1235b8ca 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK';
    assert.deepEqual(
      read(
        spaced,
        'version int; account_id string; interface_id string; srcaddr string; dstaddr string; srcport int',
        line,
      ),
      {
        version: 2,
        account_id: '123456789010',
        interface_id: 'eni-1235b8ca',
        srcaddr: '172.31.16.139',
        dstaddr: '172.31.16.21',
        srcport: 20641,
      },
    );
  });
  test('what is no number is NULL, what is missing too, what is too much is left out', () => {
    assert.deepEqual(read(spaced, 'a int; b bigint; c string', '- 9223372036854775808'), {
      a: null,
      b: null,
      c: null,
    });
    assert.deepEqual(read(spaced, 'a int', '1 2 3'), { a: 1 });
    assert.deepEqual(read(spaced, 'a string', '\\N'), { a: null });
  });
  test("lists, maps and structs by their own delimiters; Hive's own where none are said", () => {
    const plain = form(lazy);
    assert.deepEqual(
      read(
        plain,
        'a array<int>; m map<string,int>; s struct<x:int,y:string>',
        '1\u00022\u0001k\u00033\u00017\u0002z',
      ),
      {
        a: [1, 2],
        m: { k: 3 },
        s: { x: 7, y: 'z' },
      },
    );
  });
  test('escapes', () => {
    assert.deepEqual(splitDelimited('a\\,b,c', ',', '\\'), ['a,b', 'c']);
  });
});

describe('OpenCSVSerde', () => {
  test('quotes, escapes, separators', () => {
    assert.deepEqual(read(form(csv), 'a string; b string; c string', '"x, ""y""",z,"q\\"r"'), {
      a: 'x, "y"',
      b: 'z',
      c: 'q"r',
    });
    assert.deepEqual(
      read(form(csv, { separatorChar: '\t', quoteChar: "'" }), 'a string; b string', "'1\t2'\t3"),
      { a: '1\t2', b: '3' },
    );
  });
  test('a number that is none is an error, an empty one NULL', () => {
    assert.deepEqual(read(form(csv), 'a int; b string', ',x'), { a: null, b: 'x' });
    assert.throws(
      () => read(form(csv), 'a int', 'abc'),
      /HIVE_BAD_DATA: Error parsing field value 'abc' for field 0/,
    );
  });
});

describe('RegexSerDe', () => {
  test('groups are columns; a line that does not fit is a row of NULLs', () => {
    const alb = form(regex, { 'input.regex': '([^ ]*) ([0-9]+) \\"([^ ]*) (.*) (- |[^ ]*)\\"' });
    const types = 'type string; status int; verb string; url string; proto string';
    assert.deepEqual(read(alb, types, 'http 200 "GET http://x:80/ HTTP/1.1"'), {
      type: 'http',
      status: 200,
      verb: 'GET',
      url: 'http://x:80/',
      proto: 'HTTP/1.1',
    });
    assert.deepEqual(read(alb, types, 'what'), {
      type: null,
      status: null,
      verb: null,
      url: null,
      proto: null,
    });
  });
  test("Java's ways of writing", () => {
    const java = form(regex, { 'input.regex': '(?i)^(\\p{Alpha}++)\\s(a*+)$' });
    assert.deepEqual(read(java, 'a string; b string', 'Foo AAA'), { a: 'Foo', b: 'AAA' });
    assert.throws(() => form(regex, { 'input.regex': '(' }), /is not an expression that Cairn can read/);
  });
});

describe('JsonSerDe', () => {
  test('keys whatever their case, texts of anything', () => {
    assert.deepEqual(
      read(
        form(openx),
        'id bigint; who struct<name:string>; rest string',
        '{"ID":"7","Who":{"Name":"a"},"rest":{"x":[1,2]}}',
      ),
      {
        id: 7,
        who: { name: 'a' },
        rest: '{"x":[1,2]}',
      },
    );
  });
  test('mapping and malformed lines', () => {
    assert.deepEqual(read(form(openx, { 'mapping.ts': 'timestamp' }), 'ts string', '{"timestamp":"1"}'), {
      ts: '1',
    });
    assert.throws(
      () => read(form(openx), 'a string', '{oops'),
      /HIVE_CURSOR_ERROR: Row is not a valid JSON Object/,
    );
    assert.deepEqual(read(form(openx, { 'ignore.malformed.json': 'true' }), 'a string', '{oops'), {
      a: null,
    });
    assert.equal(read(form(openx), 'a string', '  '), undefined);
    assert.throws(() => read(form(openx), 'a int', '{"a":"x"}'), /HIVE_BAD_DATA/);
  });
  test('dots in keys, and keys that differ in case (OpenX alone)', () => {
    const line = '{"a.b":"1","c":{"d.e":"2"},"Id":"3","id":"4"}';
    const types = 'a_b string; c struct<d_e:string>; id string';
    const dots = { 'dots.in.keys': 'TRUE' };
    assert.deepEqual(read(form(openx, dots), types, line), { a_b: '1', c: { d_e: '2' }, id: '3' });
    assert.deepEqual(read(form(openx), types, line), { a_b: null, c: { d_e: null }, id: '3' });
    const hive = 'org.apache.hive.hcatalog.data.JsonSerDe';
    assert.deepEqual(read(form(hive, dots), types, line), { a_b: null, c: { d_e: null }, id: '3' });
    const cased = { 'case.insensitive': 'false', 'mapping.one': 'Id', 'mapping.two': 'id' };
    assert.deepEqual(read(form(openx, cased), 'one string; two string', line), { one: '3', two: '4' });
  });
  test('keys of the language itself are keys like others', () => {
    assert.deepEqual(
      read(form(openx), '__proto__ string; constructor string', '{"constructor":"c"}'),
      Object.fromEntries([
        ['__proto__', null],
        ['constructor', 'c'],
      ]),
    );
  });
  test('no digit of a number is lost', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.string(), (number, text) => {
        const line = `{"n":${number},"s":${JSON.stringify(text)},"o":{"n":${number},"s":${JSON.stringify(text)}}}`;
        const row = read(form(openx), 'n bigint; s string; o string', line);
        assert.equal(String(row?.n), String(number));
        assert.equal(row?.s, text);
        const inner = String(row?.o);
        assert.ok(inner.startsWith(`{"n":${number},`), inner);
        assert.equal((JSON.parse(inner) as { s: string }).s, text);
      }),
    );
  });
});

describe('CloudTrail files', () => {
  test('records, requestParameters as a text', () => {
    const text = JSON.stringify({
      Records: [
        {
          eventName: 'CreateUser',
          userIdentity: { type: 'Root' },
          requestParameters: { userName: 'a' },
          readOnly: false,
        },
      ],
    });
    const types =
      'eventname string; useridentity struct<type:string,arn:string>; requestparameters string; readonly string; errorcode string';
    assert.deepEqual(cloudtrailRows(text, columns(types)), [
      {
        eventname: 'CreateUser',
        useridentity: { type: 'Root', arn: null },
        requestparameters: '{"userName":"a"}',
        readonly: 'false',
        errorcode: null,
      },
    ]);
  });
  test('what is no document is an error', () => {
    assert.throws(() => cloudtrailRows('{"Records":[', columns('a string')), /HIVE_CURSOR_ERROR/);
  });
});
