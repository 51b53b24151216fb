// SPDX-License-Identifier: Apache-2.0
// Oracle: S3 User Guide, "SELECT command" (its examples with their results) and "Filtering and retrieving data using Amazon S3
// Select" (limits, scan ranges); JSON.parse for what a path leads to; bytes cut at every place for the readers.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { seedOfRun } from '../testing/random.js';
import { recordBytesMax } from './limits.js';
import { csvDefaults, csvOutput, selectBytes } from './testing/select-bytes.js';

const rules =
  '{ "Rules": [ {"id": "1"}, {"expr": "y > x"}, {"id": "2", "expr": "z = DEBUG"} ]}\n{ "created": "June 27", "modified": "July 6" }';
const files =
  '{ "created": "936864000", "dir_name": "important_docs", "files": [ { "name": "." }, { "name": ".." } ], "owner": "AWS S3" }\n' +
  '{ "created": "936864000", "dir_name": "other_docs", "files": [ { "name": "." }, { "name": "my stuff" } ], "owner": "User" }';

const rows = async (...given: Parameters<typeof selectBytes>) =>
  (await selectBytes(...given)).text.split('\n').slice(0, -1);

describe('JSON', () => {
  test('a wildcard that matches nothing emits a record all the same', async () => {
    assert.deepEqual(await rows('SELECT id FROM S3Object[*].Rules[*].id', rules), [
      '{"id":"1"}',
      '{}',
      '{"id":"2"}',
      '{}',
    ]);
    assert.deepEqual(await rows('SELECT id FROM S3Object[*].Rules[*].id WHERE id IS NOT MISSING', rules), [
      '{"id":"1"}',
      '{"id":"2"}',
    ]);
  });

  test('nested data, and rows named by their place', async () => {
    assert.deepEqual(await rows('SELECT d.dir_name, d.files FROM S3Object[*] d', files), [
      '{"dir_name":"important_docs","files":[{"name":"."},{"name":".."}]}',
      '{"dir_name":"other_docs","files":[{"name":"."},{"name":"my stuff"}]}',
    ]);
    assert.deepEqual(await rows('SELECT _1.dir_name, _1.owner FROM S3Object[*]', files), [
      '{"dir_name":"important_docs","owner":"AWS S3"}',
      '{"dir_name":"other_docs","owner":"User"}',
    ]);
  });

  test('* gives rows as they are: every digit, every name, in order', async () => {
    const row = '{"z":1.50,"a":12345678901234567890,"2":"\\u00e9","1":1e400,"z":{ }}';
    assert.deepEqual(await rows('SELECT * FROM S3Object', row), [row.replace('{ }', '{}')]);
    assert.deepEqual(await rows('SELECT s.* FROM S3Object s', '{ "a b" : [ 1, "x y" ] }'), [
      '{"a b":[1,"x y"]}',
    ]);
  });

  test('numbers keep their digits in columns too', async () => {
    assert.deepEqual(
      await rows('SELECT s.a, s.b, s.a + 1 AS c FROM S3Object s', '{"a":12345678901234567890,"b":1.50}'),
      ['{"a":12345678901234567890,"b":1.50,"c":12345678901234567891}'],
    );
  });

  test('the elements of a root array, members of an object, one element', async () => {
    assert.deepEqual(await rows('SELECT * FROM S3Object[*][*]', '[{"a":1},{"a":2},3]'), [
      '{"a":1}',
      '{"a":2}',
      '{"_1":3}',
    ]);
    assert.deepEqual(await rows('SELECT * FROM S3Object[*].x.*', '{"x":{"p":{"a":1},"q":[2]}}'), [
      '{"a":1}',
      '{"_1":[2]}',
    ]);
    assert.deepEqual(await rows('SELECT * FROM S3Object[*].x[1]', '{"x":[{"a":1},{"a":2}]}'), ['{"a":2}']);
    assert.deepEqual(await rows('SELECT * FROM S3Object[*].x[9]', '{"x":[1]}'), ['{}']);
    assert.deepEqual(await rows('SELECT * FROM S3Object[*].x[*]', '{"x":[]}'), ['{}']);
  });

  test('LIMIT, aggregates, aliases, columns without a name', async () => {
    const numbers = Array.from({ length: 10 }, (_, at) => `{"n":${at},"f":${at}.5}`).join('\n');
    assert.deepEqual(await rows('SELECT s.n FROM S3Object s WHERE s.n > 2 LIMIT 2', numbers), [
      '{"n":3}',
      '{"n":4}',
    ]);
    assert.deepEqual(await rows('SELECT s.n FROM S3Object s LIMIT 0', numbers), []);
    assert.deepEqual(
      await rows(
        'SELECT COUNT(*), SUM(s.n) AS total, AVG(s.n), MIN(s.f), MAX(s.f), COUNT(s.x) FROM S3Object s LIMIT 1',
        numbers,
      ),
      ['{"_1":10,"total":45,"_3":4.5,"_4":0.5,"_5":9.5,"_6":0}'],
    );
    assert.deepEqual(await rows('SELECT SUM(s.n) / COUNT(*) FROM S3Object s WHERE s.n > 100', numbers), [
      '{"_1":null}',
    ]);
  });

  test('text that is not JSON, not UTF-8, cut, too deep or too long is refused', async () => {
    for (const bad of ['{"a":1', '{"a":}', '[1,2', '{"a" 1}', '{"a":1}}', 'nonsense', '{"a":01}'])
      await assert.rejects(
        selectBytes('SELECT * FROM S3Object[*].a', bad),
        { code: 'JSONParsingError' },
        bad,
      );
    await assert.rejects(selectBytes('SELECT * FROM S3Object', Buffer.from('{"a":"\xff"}', 'latin1')), {
      code: 'InvalidTextEncoding',
    });
    const deep = `{"a":${'['.repeat(300)}${']'.repeat(300)}}`;
    await assert.rejects(selectBytes('SELECT * FROM S3Object', deep), { code: 'JSONParsingError' });
    const long = `{"a":"${'x'.repeat(1024 * 1024)}"}`;
    await assert.rejects(selectBytes('SELECT * FROM S3Object', long), { code: 'OverMaxRecordSize' });
    assert.deepEqual(
      await rows('SELECT COUNT(*) FROM S3Object[*].b', `{"a":${JSON.stringify(long)},"b":1}`),
      ['{"_1":1}'],
    );
  });

  test('a path leads to the same wherever the bytes are cut', async () => {
    const seed = seedOfRun();
    console.log(`seed ${seed}`);
    const document = fc.record({
      Records: fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 6 }),
      other: fc.jsonValue(),
    });
    const property = fc.asyncProperty(
      document,
      fc.integer({ min: 1, max: 9 }),
      fc.boolean(),
      async (value, cut, spaced) => {
        const text = JSON.stringify(value, null, spaced ? 2 : 0);
        const found = await rows('SELECT r FROM S3Object[*].Records[*] r', text, {}, cut);
        const wanted = value.Records.length === 0 ? [{}] : value.Records.map((r) => ({ r }));
        // JSON has no negative zero that it would keep.
        assert.deepEqual(
          found.map((line) => JSON.stringify(JSON.parse(line))),
          wanted.map((row) => JSON.stringify(row)),
        );
      },
    );
    await fc.assert(property, { numRuns: 200, seed });
  });
});

describe('CSV', () => {
  const people = 'name,age,"home town"\nbob,5,"Graz"\n# no record\n\n"al ""x"" ice",17,"Wien, Mitte"\n';
  const input = { ...csvDefaults, format: 'csv' as const };
  const use = { input: { ...input, header: 'USE' as const } };

  test('headers used, ignored, none', async () => {
    assert.deepEqual(await rows('SELECT s.NAME, "home town" FROM S3Object s', people, use), [
      '{"NAME":"bob","home town":"Graz"}',
      '{"NAME":"al \\"x\\" ice","home town":"Wien, Mitte"}',
    ]);
    const ignore = { input: { ...input, header: 'IGNORE' as const } };
    assert.deepEqual(await rows('SELECT _2, s._9 FROM S3Object s', people, ignore), [
      '{"_2":"5"}',
      '{"_2":"17"}',
    ]);
    assert.deepEqual(await rows('SELECT * FROM S3Object LIMIT 1', people, { input }), [
      '{"_1":"name","_2":"age","_3":"home town"}',
    ]);
  });

  test('fields are text; where a number is wanted it is read out of them', async () => {
    assert.deepEqual(await rows('SELECT name FROM S3Object WHERE age > 9', people, use), [
      '{"name":"al \\"x\\" ice"}',
    ]);
    assert.deepEqual(await rows("SELECT name FROM S3Object WHERE age = '5' AND age = 5", people, use), [
      '{"name":"bob"}',
    ]);
    assert.deepEqual(await rows('SELECT SUM(CAST(age AS INT)), MAX(age) FROM S3Object', people, use), [
      '{"_1":22,"_2":17}',
    ]);
  });

  test('output quotes where it must, or always', async () => {
    const output = { ...csvOutput, quoteFields: 'ALWAYS' as const, quoteEscape: '\\' } as const;
    assert.deepEqual(await rows('SELECT * FROM S3Object', people, { ...use, output: csvOutput }), [
      'bob,5,Graz',
      '"al ""x"" ice",17,"Wien, Mitte"',
    ]);
    assert.deepEqual(await rows('SELECT name, age + 1 FROM S3Object LIMIT 1', people, { ...use, output }), [
      '"bob","6"',
    ]);
    await assert.rejects(selectBytes('SELECT s FROM S3Object s', people, { ...use, output: csvOutput }), {
      code: 'UnsupportedSqlOperation',
    });
  });

  test('delimiters, quotes and escapes of one s own', async () => {
    const own = {
      ...input,
      fieldDelimiter: ';',
      recordDelimiter: '|',
      quote: "'",
      quoteEscape: '\\',
      comments: '',
    };
    assert.deepEqual(await rows('SELECT * FROM S3Object', "a;'b\\';c'|#d;'e;f'", { input: own }), [
      '{"_1":"a","_2":"b\';c"}',
      '{"_1":"#d","_2":"e;f"}',
    ]);
  });

  test('carriage returns belong to the line end, unless it is given', async () => {
    assert.deepEqual(await rows('SELECT * FROM S3Object', 'a,"b"\r\nc,d\r\n', { input }), [
      '{"_1":"a","_2":"b"}',
      '{"_1":"c","_2":"d"}',
    ]);
    assert.deepEqual(
      await rows('SELECT * FROM S3Object', 'a,b\r\n', { input: { ...input, recordDelimiter: '\n' } }),
      ['{"_1":"a","_2":"b\\r"}'],
    );
  });

  test('a record is too large at the same length, wherever the bytes are cut', async () => {
    for (const text of [`a,${'x'.repeat(recordBytesMax)}\nb,c\n`, `a,"${'x'.repeat(recordBytesMax)}"\nb,c\n`])
      for (const cut of [64 * 1024, 4 * 1024 * 1024])
        await assert.rejects(selectBytes('SELECT _1 FROM S3Object', text, { input }, cut), {
          code: 'OverMaxRecordSize',
        });
    const whole = `a,${'x'.repeat(recordBytesMax - 2)}\n`;
    assert.deepEqual(await rows('SELECT _1 FROM S3Object', whole, { input }), ['{"_1":"a"}']);
  });

  test('an empty object has none of the names that its header would have', async () => {
    await assert.rejects(selectBytes('SELECT a FROM S3Object', '', use), { code: 'MissingHeaders' });
    assert.deepEqual(await rows('SELECT COUNT(*) FROM S3Object', '', use), ['{"_1":0}']);
  });

  test('quoted record delimiters only where they are allowed', async () => {
    const text = 'a,"x\ny"\nb,z\n';
    await assert.rejects(selectBytes('SELECT * FROM S3Object', text, { input }), {
      code: 'CSVEscapingRecordDelimiter',
    });
    const allowed = { input: { ...input, allowQuotedRecordDelimiter: true } };
    for (const cut of [1, 2, 3, 5, 100])
      assert.deepEqual(await rows('SELECT * FROM S3Object', text, allowed, cut), [
        '{"_1":"a","_2":"x\\ny"}',
        '{"_1":"b","_2":"z"}',
      ]);
  });

  test('what is written is read back the same, wherever the bytes are cut', async () => {
    const seed = seedOfRun();
    console.log(`seed ${seed}`);
    const field = fc.string({
      unit: fc.constantFrom('a', ',', '"', '\n', '\r', '#', 'é', '\u{1f600}', ' '),
      maxLength: 6,
    });
    // A record of one empty field is an empty line, and the comment sign is one only at the start of a line.
    const record = fc
      .array(field, { minLength: 2, maxLength: 4 })
      .filter(([first = '']) => !first.startsWith('#'));
    const property = fc.asyncProperty(
      fc.array(record, { maxLength: 5 }),
      fc.integer({ min: 1, max: 7 }),
      async (wanted, cut) => {
        const quoted = (value: string) =>
          /[,"\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
        const text = wanted.map((fields) => `${fields.map(quoted).join(',')}\n`).join('');
        const found = await rows(
          'SELECT * FROM S3Object',
          text,
          { input: { ...input, allowQuotedRecordDelimiter: true } },
          cut,
        );
        assert.deepEqual(
          found.map((line) => Object.values(JSON.parse(line) as object)),
          wanted,
        );
      },
    );
    await fc.assert(property, { numRuns: 300, seed });
  });

  test('names that are not there, twice there, or no place', async () => {
    await assert.rejects(selectBytes('SELECT nme FROM S3Object', people, use), { code: 'MissingHeaders' });
    await assert.rejects(selectBytes('SELECT a FROM S3Object', 'A,a\n1,2', use), {
      code: 'AmbiguousFieldName',
    });
    assert.deepEqual(await rows('SELECT "A" FROM S3Object', 'A,a\n1,2', use), ['{"A":"1"}']);
    await assert.rejects(selectBytes('SELECT name FROM S3Object', people, { input }), {
      code: 'InvalidColumnIndex',
    });
    await assert.rejects(selectBytes('SELECT _0 FROM S3Object', people, { input }), {
      code: 'InvalidColumnIndex',
    });
    await assert.rejects(selectBytes('SELECT _1 FROM S3Object[*].a', people, { input }), {
      code: 'InvalidKeyPath',
    });
    await assert.rejects(selectBytes('SELECT _1 FROM S3Object', 'a,"b" c\n', { input }), {
      code: 'CSVUnescapedQuote',
    });
    await assert.rejects(selectBytes('SELECT _1 FROM S3Object', 'a,"b', { input }), {
      code: 'CSVUnescapedQuote',
    });
    await assert.rejects(selectBytes('SELECT _1 FROM S3Object', Buffer.from([0x61, 0xff, 0x0a]), { input }), {
      code: 'InvalidTextEncoding',
    });
  });
});

describe('scan ranges', () => {
  const letters = 'A,B\nC,D\nD,E\nE,F\nG,H\nI,J\n';
  const input = { ...csvDefaults, format: 'csv' as const };

  test('the guide s example: from byte 1 to 4 it is the second record', async () => {
    assert.deepEqual(
      await rows('SELECT * FROM S3Object', letters, {
        input,
        output: csvOutput,
        scanRange: { start: 1, end: 4 },
      }),
      ['C,D'],
    );
  });

  test('ranges side by side give every record once', async () => {
    const json = Array.from({ length: 40 }, (_, at) => `{"n":${at},"t":"${'x'.repeat(at % 7)}"}`).join('\n');
    for (const width of [1, 2, 7, 20, 64, 1000]) {
      const [ofJson, ofCsv]: string[][] = [[], []];
      for (let start = 0; start < json.length; start += width) {
        const scanRange = { start, end: Math.min(start + width, json.length) - 1 };
        const lines = { input: { format: 'json', type: 'LINES' } as const, scanRange };
        ofJson!.push(...(await rows('SELECT * FROM S3Object', json, lines, 16)));
      }
      const header = { ...input, header: 'USE' as const };
      for (let start = 0; start < letters.length; start += width) {
        const scanRange = { start, end: Math.min(start + width, letters.length) - 1 };
        ofCsv!.push(
          ...(await rows(
            'SELECT A, B FROM S3Object',
            letters,
            { input: header, output: csvOutput, scanRange },
            3,
          )),
        );
      }
      assert.deepEqual(ofJson, json.split('\n'), `width ${width}`);
      assert.deepEqual(ofCsv, letters.trim().split('\n').slice(1), `width ${width}`);
    }
  });
});

describe('compression', () => {
  const text = rules;

  test('gzip, also in several members', async () => {
    const several = Buffer.concat([gzipSync(files.slice(0, 50)), gzipSync(files.slice(50))]);
    const { text: found, counts } = await selectBytes('SELECT COUNT(*) FROM S3Object', several, {
      compression: 'GZIP',
    });
    assert.equal(found, '{"_1":2}\n');
    assert.deepEqual(
      [counts.bytesScanned, counts.bytesProcessed, counts.bytesReturned],
      [several.length, files.length, 9],
    );
  });

  test('bzip2, also in several streams', async () => {
    assert.deepEqual(await rows('SELECT * FROM S3Object', bzipped, { compression: 'BZIP2' }), [
      '{"a":1}',
      '{"a":2}',
    ]);
  });

  test('what is no such thing, or cut, is refused', async () => {
    const whole = gzipSync(text);
    const refuse = (data: Uint8Array | string, compression: 'GZIP' | 'BZIP2', code: string) =>
      assert.rejects(selectBytes('SELECT * FROM S3Object', data, { compression }), { code });
    await refuse(text, 'GZIP', 'InvalidCompressionFormat');
    await refuse(whole.subarray(0, -12), 'GZIP', 'TruncatedInput');
    await refuse(text, 'BZIP2', 'InvalidCompressionFormat');
    await refuse(bzipped.subarray(0, -12), 'BZIP2', 'TruncatedInput');
    const broken = Buffer.from(bzipped);
    broken[12]! ^= 0xff;
    await refuse(broken, 'BZIP2', 'TruncatedInput');
  });
});

/** Made by Python's bz2: compress('{"a":1}\\n') + compress('{"a":2}\\n'). */
const bzipped = Buffer.from(
  'QlpoOTFBWSZTWbrGTdsAAANZgAAQEAAgECAAAAogACIDZQhgEUofF3JFOFCQusZN20JaaDkxQVkmU1m4r7hSAAADWYAAEBAAEBAgAAAKIAAiA2UIYBFKHxdyRThQkLivuFI=',
  'base64',
);
