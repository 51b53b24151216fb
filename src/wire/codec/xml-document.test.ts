// SPDX-License-Identifier: Apache-2.0
/** Oracle: XML 1.0 for what is read; escaping and reading again must give the text back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cpuMsSince, linearCpuMsMax } from '../../testing/cpu-ms.js';
import { UnreadableValueError } from './unreadable-value.js';
import { parseXml } from './xml-document.js';
import { escapeXml } from './xml-writer.js';

const parse = (text: string) => parseXml(new Uint8Array(Buffer.from(text)));

test('elements, attributes, text, CDATA, comments and references', () => {
  const root = parse(
    '\ufeff<?xml version="1.0" encoding="UTF-8"?>\n<!-- head --><n:Root xmlns:n="u" n:a=\'1&#x41;"\' >' +
      'x&lt;<![CDATA[<&>]]>y<Child/><!-- c --><Child b="2">\r\n</Child></n:Root >\n<!-- tail -->\n',
  );
  assert.equal(root.name, 'Root');
  assert.deepEqual(
    [...root.attributes],
    [
      ['xmlns:n', 'u'],
      ['n:a', '1A"'],
    ],
  );
  assert.equal(root.text, 'x<<&>y');
  assert.deepEqual(
    root.children.map(({ name, text }) => [name, text]),
    [
      ['Child', ''],
      ['Child', '\n'],
    ],
  );
});

for (const text of [
  '',
  ' ',
  '<',
  '<a',
  '<a b></a>',
  '<a b=c/>',
  '<a b="1" b="2"/>',
  '<a b="<"/>',
  '< a/>',
  '<a></ a>',
  '<a></a',
  '<a></b>',
  '</a>',
  '<a/>text',
  'text<a/>',
  '<a>&</a>',
  '<a>&lt</a>',
  '<a>&bogus;</a>',
  '<a>&toString;</a>',
  '<a>&#xD800;</a>',
  '<a>&#1114112;</a>',
  '<a>\u0001</a>',
  '<!DOCTYPE a><a/>',
  '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
  '<a><!ENTITY b "c"></a>',
  '<a><?b?></a>',
  '<a><!-- -- --></a>',
  '<a><![CDATA[</a>',
  '<![CDATA[a]]>',
  ' <?xml version="1.0"?><a/>',
]) {
  test(`refused: ${JSON.stringify(text)}`, () => {
    assert.throws(() => parse(text), UnreadableValueError);
  });
}

test('64 levels are read, 65 are refused', () => {
  const nested = (levels: number) => '<a>'.repeat(levels) + '</a>'.repeat(levels);
  assert.equal(parse(nested(64)).children.length, 1);
  assert.throws(() => parse(nested(65)), UnreadableValueError);
});

test('time grows with the size alone: a megabyte of awkward text are read or refused at once', () => {
  const size = 1_000_000;
  for (const text of [
    `<a ${' '.repeat(size)}b>`,
    `<a>${'&amp;'.repeat(size / 5)}</a>`,
    `<a>${'<!---->'.repeat(size / 7)}</a>`,
    `<${'a'.repeat(size)}`,
    `<a>${'&'.repeat(size)}`,
  ]) {
    const before = process.cpuUsage();
    try {
      parse(text);
    } catch (error) {
      assert.ok(error instanceof UnreadableValueError);
    }
    assert.ok(cpuMsSince(before) < linearCpuMsMax, text.slice(0, 10));
  }
});

test('escaped text comes back as it was, in elements and attributes, seed 64', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      // NUL and two noncharacters cannot be written; S3 keys with NUL travel percent-encoded (encoding-type=url).
      fc.pre(!/[\0\ufffe\uffff]/.test(text));
      const escaped = escapeXml(text);
      const root = parse(`<a b="${escaped}">${escaped}</a>`);
      assert.equal(root.text, text);
      assert.equal(root.attributes.get('b'), text);
    }),
    { seed: 64, numRuns: 1000 },
  );
});

test('as many elements as the largest message has are read; what only costs memory is refused', () => {
  const part = `<Part><PartNumber>1</PartNumber><ETag>e</ETag>${'<C>c</C>'.repeat(6)}</Part>`;
  assert.equal(parse(`<R>${part.repeat(10_000)}</R>`).children.length, 10_000);
  assert.throws(() => parse(`<R>${'<a/>'.repeat(100_000)}</R>`), UnreadableValueError);
  const attributes = (count: number) => Array.from({ length: count }, (_, n) => ` a${n}=''`).join('');
  assert.equal(parse(`<R${attributes(64)}/>`).attributes.size, 64);
  assert.throws(() => parse(`<R${attributes(65)}/>`), UnreadableValueError);
});
