// SPDX-License-Identifier: Apache-2.0
// Oracle: RFC 9112 ("Message Body", "Chunked Transfer Coding", "Message Parsing"), its rules written out by hand; and
// node:http, which reads the same answers from a socket in http-connections.test.ts.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { AnswerTooLargeError, BrokenAnswerError, HttpAnswerReader } from './http-answer-reader.js';

const bytesMax = 100_000;

interface Read {
  readonly reader: HttpAnswerReader;
  readonly taken: number;
}

/** Reads the text, cut at these places. */
function read(text: string, cuts: readonly number[] = [], method = 'GET', max = bytesMax): Read {
  const reader = new HttpAnswerReader(method, max);
  const bytes = Buffer.from(text, 'latin1');
  const places = [...new Set(cuts.filter((cut) => cut > 0 && cut < bytes.length)), bytes.length];
  let from = 0;
  let taken = 0;
  for (const to of places.sort((a, b) => a - b)) {
    // The socket's buffer is used again for what comes next.
    const piece = Buffer.from(bytes.subarray(from, to));
    if (!reader.isDone) taken += reader.take(piece);
    piece.fill(0);
    from = to;
  }
  return { reader, taken };
}

interface Case {
  readonly name: string;
  readonly text: string;
  readonly method?: string;
  readonly status?: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly keepsOpen: boolean;
  /** The answer ends with the connection. */
  readonly endsByClosing?: true;
}

const big = 'x'.repeat(70_000);
const cases: readonly Case[] = [
  {
    name: 'a length',
    text: 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Amz-Meta-A:  b \r\n\r\nhello',
    body: 'hello',
    headers: { 'content-length': '5', 'x-amz-meta-a': 'b' },
    keepsOpen: true,
  },
  { name: 'no body', text: 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', body: '', keepsOpen: true },
  { name: 'no reason', text: 'HTTP/1.1 200\r\nContent-Length: 1\r\n\r\na', body: 'a', keepsOpen: true },
  {
    name: 'the same length twice',
    text: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nab',
    body: 'ab',
    headers: { 'content-length': '2, 2' },
    keepsOpen: true,
  },
  {
    name: 'chunks, with extensions and trailers',
    text: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b;c="d"\r\nabc\r\n00A \r\n0123456789\r\n0\r\nX-Sum: 1\r\nY: 2\r\n\r\n',
    body: 'abc0123456789',
    headers: { 'transfer-encoding': 'chunked' },
    keepsOpen: true,
  },
  {
    name: 'chunks, no trailer, CRLF within the data',
    text: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n4\r\n\r\n\r\n\r\n0\r\n\r\n',
    body: '\r\n\r\n',
    keepsOpen: true,
  },
  {
    name: 'many bytes in chunks',
    text: `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${big.length.toString(16)}\r\n${big}\r\n1\r\ny\r\n0\r\n\r\n`,
    body: `${big}y`,
    keepsOpen: true,
  },
  {
    name: 'up to the end of the connection',
    text: 'HTTP/1.1 200 OK\r\nServer: s\r\n\r\nall of it',
    body: 'all of it',
    keepsOpen: false,
    endsByClosing: true,
  },
  {
    name: 'interim answers before the real one',
    text: 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno',
    status: 404,
    body: 'no',
    headers: { 'content-length': '2' },
    keepsOpen: true,
  },
  {
    name: 'an answer to HEAD with the length of what GET would give',
    text: 'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n',
    method: 'HEAD',
    body: '',
    keepsOpen: true,
  },
  {
    name: 'an answer to HEAD that would be chunked',
    text: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
    method: 'HEAD',
    body: '',
    keepsOpen: true,
  },
  { name: '204', text: 'HTTP/1.1 204 No Content\r\n\r\n', status: 204, body: '', keepsOpen: true },
  {
    name: '304 with a length',
    text: 'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n',
    status: 304,
    body: '',
    keepsOpen: true,
  },
  {
    name: 'Connection: close',
    text: 'HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 1\r\n\r\na',
    body: 'a',
    keepsOpen: false,
  },
  {
    name: 'HTTP/1.0',
    text: 'HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na',
    body: 'a',
    keepsOpen: false,
  },
  {
    name: 'HTTP/1.0 that is kept open',
    text: 'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\na',
    body: 'a',
    keepsOpen: true,
  },
  {
    name: 'headers named like members of every object',
    text: 'HTTP/1.1 200 OK\r\nconstructor: 1\r\n__proto__: 2\r\nContent-Length: 1\r\n\r\na',
    body: 'a',
    headers: { constructor: '1', ['__proto__']: '2', 'content-length': '1' },
    keepsOpen: true,
  },
];

function check({ reader, taken }: Read, expected: Case): void {
  if (expected.endsByClosing) {
    assert.equal(reader.isDone, false);
    reader.end();
  }
  assert.equal(reader.isDone, true);
  assert.equal(taken, Buffer.byteLength(expected.text, 'latin1'));
  const { status, headers, body } = reader.answer;
  assert.equal(status, expected.status ?? 200);
  assert.equal(body.toString('latin1'), expected.body);
  assert.equal(reader.keepsOpen, expected.keepsOpen);
  if (expected.headers !== undefined)
    assert.deepEqual(Object.entries(headers), Object.entries(expected.headers));
}

describe('an answer', () => {
  for (const expected of cases) {
    const { text, method } = expected;
    test(`${expected.name}: at once`, () => check(read(text, [], method), expected));
    if (text.length < 1_000)
      test(`${expected.name}: cut at every place, and byte by byte`, () => {
        for (let cut = 1; cut < text.length; cut++) check(read(text, [cut], method), expected);
        check(
          read(
            text,
            [...text].map((_, at) => at),
            method,
          ),
          expected,
        );
      });
  }

  test('is the same however it is cut', () => {
    const property = fc.property(
      fc.constantFrom(...cases),
      fc.array(fc.nat(80_000), { maxLength: 12 }),
      (expected, cuts) => check(read(expected.text, cuts, expected.method), expected),
    );
    fc.assert(property, { numRuns: 300, verbose: 1 });
  });

  test('any body in any chunks is that body', () => {
    const property = fc.property(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 8 }),
      fc.array(fc.nat(600), { maxLength: 6 }),
      (chunks, cuts) => {
        const framed = chunks.map((chunk) => {
          const data = Buffer.from(chunk).toString('latin1');
          return `${chunk.length.toString(16)}\r\n${data}\r\n`;
        });
        const text = `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${framed.join('')}0\r\n\r\n`;
        const { reader } = read(text, cuts);
        assert.deepEqual(reader.answer.body, Buffer.concat(chunks));
      },
    );
    fc.assert(property, { numRuns: 200, verbose: 1 });
  });

  test('ends where it ends: what follows is not taken', () => {
    for (const { text, method, endsByClosing, name } of cases) {
      if (endsByClosing) continue;
      const { reader, taken } = read(`${text}HTTP/1.1 200 OK\r\n`, [], method);
      assert.equal(reader.isDone, true, name);
      assert.equal(taken, Buffer.byteLength(text, 'latin1'), name);
    }
  });

  test('that breaks off is broken, wherever that is', () => {
    for (const { text, method, endsByClosing, name } of cases) {
      const headEnd = text.lastIndexOf('\r\n\r\n', text.length - 5) + 4;
      const ends = text.length > 1_000 ? [1, 40, 5_000, text.length - 1] : [...text].map((_, at) => at);
      for (const end of ends) {
        if (endsByClosing && end >= headEnd) continue;
        const { reader } = read(text.slice(0, end), [], method);
        assert.equal(reader.isDone, false, `${name} at ${end}`);
        assert.throws(() => reader.end(), BrokenAnswerError, `${name} at ${end}`);
      }
    }
  });
});

describe('what is no answer', () => {
  const head = 'HTTP/1.1 200 OK\r\n';
  const chunked = `${head}Transfer-Encoding: chunked\r\n\r\n`;
  const broken: Readonly<Record<string, string>> = {
    'another protocol': 'SSH-2.0-OpenSSH\r\n\r\n',
    'HTTP/2': 'HTTP/2 200 OK\r\n\r\n',
    'HTTP/1.2': 'HTTP/1.2 200 OK\r\n\r\n',
    'a status of two digits': 'HTTP/1.1 20 OK\r\n\r\n',
    'a status below 100': 'HTTP/1.1 099 OK\r\n\r\n',
    'switching protocols': 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n',
    'a folded header': `${head}A: b\r\n c\r\nContent-Length: 0\r\n\r\n`,
    'a space before the colon': `${head}Content-Length : 1\r\n\r\na`,
    'a header without a colon': `${head}Content-Length\r\n\r\n`,
    'a header without a name': `${head}: 5\r\n\r\n`,
    'a bare line feed': `${head}A: b\nContent-Length: 5\r\n\r\nhello`,
    'a bare carriage return': `${head}A: b\rContent-Length: 5\r\n\r\nhello`,
    'a NUL': `${head}A: b\0\r\nContent-Length: 0\r\n\r\n`,
    'two lengths': `${head}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!`,
    'a length and chunks': `${head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    'a negative length': `${head}Content-Length: -1\r\n\r\n`,
    'a signed length': `${head}Content-Length: +1\r\n\r\na`,
    'a hexadecimal length': `${head}Content-Length: 0x1\r\n\r\na`,
    'an empty length': `${head}Content-Length:\r\n\r\n`,
    'a length beyond all numbers': `${head}Content-Length: 99999999999999999999\r\n\r\n`,
    'a coding that was not asked for': `${head}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
    'chunked twice': `${head}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    'a chunk without a size': `${chunked}\r\nabc\r\n`,
    'a chunk size with a sign': `${chunked}-3\r\nabc\r\n`,
    'a chunk size that is no number': `${chunked}3x\r\nabc\r\n`,
    'a chunk size beyond all numbers': `${chunked}ffffffffffffff\r\n`,
    'a chunk that is longer than its size': `${chunked}3\r\nabcd\r\n0\r\n\r\n`,
    'a chunk that is shorter than its size': `${chunked}4\r\nabc\r\n0\r\n\r\n`,
    'a chunk that ends with a line feed': `${chunked}3\r\nabc\n0\r\n\r\n`,
    'headers that do not end': `${head}${'A: b\r\n'.repeat(20_000)}`,
    'one endless header': `${head}A: ${'b'.repeat(70_000)}`,
    'endless interim answers': 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(5_000),
    'endless trailers': `${chunked}0\r\n${'A: b\r\n'.repeat(20_000)}`,
    'an endless chunk extension': `${chunked}1;${'a'.repeat(10_000)}`,
  };
  for (const [name, text] of Object.entries(broken)) {
    test(`${name}: at once`, () => assert.throws(() => read(text), BrokenAnswerError));
    if (text.length < 1_000)
      test(`${name}: byte by byte`, () =>
        assert.throws(
          () =>
            read(
              text,
              [...text].map((_, at) => at),
            ),
          BrokenAnswerError,
        ));
  }

  test('more than is wanted is refused: by its length at once, else when it comes', () => {
    for (const [text, max] of [
      ['HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n', 10],
      [`${chunked}8\r\nabcdefgh\r\n8\r\nabc`, 10],
      ['HTTP/1.1 200 OK\r\n\r\nabcdefghijk', 10],
    ] as const)
      assert.throws(() => read(text, [], 'GET', max), AnswerTooLargeError, text);
    assert.equal(
      read('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789', [], 'GET', 10).reader.isDone,
      true,
    );
  });

  test('memory follows what came, not what was promised', () => {
    const before = process.memoryUsage().arrayBuffers;
    const readers = Array.from(
      { length: 100 },
      () => read('HTTP/1.1 200 OK\r\nContent-Length: 500000000\r\n\r\na', [], 'GET', 2 ** 30).reader,
    );
    assert.ok(process.memoryUsage().arrayBuffers - before < 200 * 1024 ** 2);
    assert.equal(
      readers.some(({ isDone }) => isDone),
      false,
    );
  });
});
