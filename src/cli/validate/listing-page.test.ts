// SPDX-License-Identifier: Apache-2.0
// Oracle: the reader of any XML document (wire/codec/xml-document.ts), which the quick one has to agree with or leave alone;
// the samples are in the form of the S3 API Reference, ListObjectsV2.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { readAnyPage, readListingPage, readPlainPage } from './listing-page.js';

const namespace = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
const bytes = (text: string): Buffer => Buffer.from(text);
const page = (content: string): Buffer =>
  bytes(
    `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult ${namespace}>${content}</ListBucketResult>`,
  );
const object = (key: string, more = ''): string =>
  `<Contents><Key>${key}</Key><LastModified>2026-11-21T10:00:00.000Z</LastModified><ETag>&quot;0a&quot;</ETag>${more}<Size>12</Size><StorageClass>STANDARD</StorageClass></Contents>`;

const plain: Readonly<Record<string, Buffer>> = {
  empty: page('<Name>logs</Name><Prefix/><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated>'),
  'a last page': page(
    `<Name>logs</Name><Prefix></Prefix><IsTruncated>false</IsTruncated>${object('a')}${object('b')}`,
  ),
  'a page with a token': page(
    `${object('a')}<IsTruncated>true</IsTruncated><NextContinuationToken>t/+=</NextContinuationToken>`,
  ),
  'checksums, and an element twice': page(
    object(
      'a',
      '<ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><ChecksumAlgorithm>SHA256</ChecksumAlgorithm>',
    ),
  ),
  'keys with references and beyond ASCII': page(object('a&amp;b&lt;&gt;&quot;&apos;ü') + object('&amp;lt;')),
  'spaces between elements': page(`\n  ${object('a').replaceAll('><', '>\n<')}\n`),
  'the same key element twice': page(object('a', '<Key>b</Key>')),
};
const other: Readonly<Record<string, Buffer>> = {
  'an owner': page(object('a', '<Owner><ID>x</ID></Owner>')),
  'a comment': page(`<!-- hello -->${object('a')}`),
  CDATA: page(object('<![CDATA[a<b]]>')),
  'numbered references': page(object('a&#x20;b&#13;')),
  'line ends to normalize': page(object('a\r\nb')),
  'a prefix of a namespace': bytes(
    `<s:ListBucketResult xmlns:s="x"><s:Contents><s:Key>a</s:Key></s:Contents></s:ListBucketResult>`,
  ),
};
const refused: Readonly<Record<string, Buffer>> = {
  'a document that ends early': page(object('a')).subarray(0, -5),
  'a control character': page(object('a\u0001')),
  'an unknown reference': page(object('&nbsp;')),
  'a bare ampersand': page(object('a & b')),
  'two roots': Buffer.concat([page(''), bytes('<a/>')]),
  'bytes that are not UTF-8': Buffer.concat([page(object('a')), Buffer.of(0xff)]),
  'tags that do not match': page('<Contents><Key>a</Name></Contents>'),
};

describe('a page of a listing', () => {
  for (const [name, document] of Object.entries(plain))
    test(`${name}: read quickly, and as by the other reader`, () => {
      const quick = readPlainPage(document);
      assert.notEqual(quick, undefined);
      assert.deepEqual(quick, readAnyPage(document));
    });

  for (const [name, document] of Object.entries(other))
    test(`${name}: left to the other reader`, () => {
      assert.equal(readPlainPage(document), undefined);
      assert.deepEqual(readListingPage(document), readAnyPage(document));
      assert.equal(readListingPage(document).objects.length, 1);
    });

  for (const [name, document] of Object.entries(refused))
    test(`${name}: refused`, () =>
      assert.throws(() => readListingPage(document), { name: 'UnreadableValueError' }));

  test('the quick reader agrees with the other one, or leaves it alone', () => {
    const pieces = [
      ...`<></>&;#x"' \r\n\t\u0001ü`,
      '<Contents>',
      '</Contents>',
      '<Key>',
      '</Key>',
      '<Key/>',
      '&amp;',
      'a',
    ];
    const property = fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 30 }), (content) => {
      const document = page(`${content.join('')}${object('z')}`);
      const quick = readPlainPage(document);
      if (quick !== undefined) assert.deepEqual(quick, readAnyPage(document));
    });
    fc.assert(property, { numRuns: 2_000, verbose: 1 });
  });
});
