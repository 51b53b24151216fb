// SPDX-License-Identifier: Apache-2.0
//
// Oracles: the chunk and trailer signatures printed in the S3 API Reference (sigv4-streaming,
// sigv4-streaming-trailers); bodies built by testing/chunked-body.ts from the documented formulas; node:crypto digests.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { PayloadDeclaration } from '../sigv4/payload-hash.js';
import { credentialScope, type SignatureClaim } from '../sigv4/signature-claim.js';
import { deriveSigningKey } from '../sigv4/signing-key.js';
import type { VerifiedSignature } from '../sigv4/verify-signature.js';
import { WireError } from '../wire-error.js';
import { startChecksum } from './checksums.js';
import { type BodyFacts, type DecodedBodyOptions, decodedBody, readDecodedBody } from './decoded-body.js';
import { chunkedBody } from './testing/chunked-body.js';

const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const amzDate = '20130524T000000Z';
const bytesMax = 1_000_000;
/** 65 KiB of "a" in chunks of 64 KiB, as the documentation uploads it. */
const documented = [Buffer.alloc(65_536, 'a'), Buffer.alloc(1024, 'a')];
const crc32cTrailer = ['x-amz-checksum-crc32c', 'sOO8/Q=='] as const;

function verifiedBy(seed: string, payload: PayloadDeclaration): VerifiedSignature {
  const claim: SignatureClaim = {
    mode: 'header',
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    date: '20130524',
    region: 'us-east-1',
    service: 's3',
    terminator: 'aws4_request',
    signedHeaders: ['host'],
    signature: seed,
    amzDate,
    signedAtMs: 0,
    dateSource: 'x-amz-date',
  };
  return { claim, payload, signingKey: deriveSigningKey(secret, claim), scope: credentialScope(claim) };
}

const signedChunks = { kind: 'streaming', signed: true, trailer: false } as const;
const signedTrailer = { kind: 'streaming', signed: true, trailer: true } as const;
const unsignedTrailer = { kind: 'streaming', signed: false, trailer: true } as const;
const chunkSeed = '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9';
const trailerSeed = '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e';

function pieces(body: Buffer, size = 1000): Readable {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; at += size) parts.push(body.subarray(at, at + size));
  return Readable.from(parts);
}

interface Upload {
  readonly body: Buffer;
  readonly payload: PayloadDeclaration;
  readonly seed?: string;
  readonly headers?: Record<string, string>;
  readonly pieceSize?: number;
  readonly options?: Partial<DecodedBodyOptions>;
}

async function receive(upload: Upload): Promise<{ bytes: Buffer; facts: BodyFacts }> {
  const { body, payload, seed = chunkSeed, headers = {}, pieceSize, options } = upload;
  const request = { headers, body: pieces(body, pieceSize) };
  return readDecodedBody(request, { bytesMax, verified: verifiedBy(seed, payload), ...options });
}

function refuses(upload: Upload, code: string): Promise<void> {
  return assert.rejects(receive(upload), (error) => {
    assert.ok(error instanceof WireError, String(error));
    assert.equal(error.code, code);
    return true;
  });
}

describe('the chunked upload of the documentation', () => {
  const { body, signatures } = chunkedBody({
    chunks: documented,
    signing: { secret, amzDate, region: 'us-east-1', seed: chunkSeed },
  });
  const headers = { 'x-amz-decoded-content-length': '66560', 'content-length': '66824' };

  test('our builder signs as the page does', () => {
    assert.deepEqual(signatures, [
      'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
      '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
      'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
    ]);
    assert.equal(body.length, 66_824);
  });
  for (const pieceSize of [1, 1000, 65_536, 1_000_000]) {
    test(`accepted in pieces of ${pieceSize} bytes`, async () => {
      const { bytes, facts } = await receive({ body, payload: signedChunks, headers, pieceSize });
      assert.deepEqual(bytes, Buffer.concat(documented));
      assert.equal(facts.size, 66_560);
    });
  }

  const changed = (at: number, byte: number) => {
    const copy = Buffer.from(body);
    copy[at] = byte;
    return copy;
  };
  const sizeLine = body.indexOf('\n') + 1;
  const secondLine = sizeLine + 65_536 + 2;
  const withSecond = (line: string) => {
    const end = body.indexOf('\n', secondLine) + 1;
    return Buffer.concat([body.subarray(0, secondLine), Buffer.from(line), body.subarray(end)]);
  };
  const attacks: [name: string, body: Buffer, code: string][] = [
    ['a changed byte in the first chunk', changed(sizeLine + 10, 0x62), 'SignatureDoesNotMatch'],
    ['a changed byte in the last chunk', changed(secondLine + 600, 0x62), 'SignatureDoesNotMatch'],
    [
      'a changed chunk signature',
      changed(sizeLine - 3, body[sizeLine - 3] === 0x30 ? 0x31 : 0x30),
      'SignatureDoesNotMatch',
    ],
    [
      'a chunk left out',
      Buffer.concat([body.subarray(0, secondLine), body.subarray(body.lastIndexOf('0;chunk'))]),
      'SignatureDoesNotMatch',
    ],
    ['the final chunk left out', body.subarray(0, body.lastIndexOf('0;chunk')), 'IncompleteBody'],
    ['the end cut off', body.subarray(0, body.length - 2), 'IncompleteBody'],
    ['cut within a chunk', body.subarray(0, 30_000), 'IncompleteBody'],
    ['cut within a size line', body.subarray(0, secondLine + 5), 'IncompleteBody'],
    ['nothing', Buffer.alloc(0), 'IncompleteBody'],
    ['more behind the end', Buffer.concat([body, Buffer.from('more\r\n')]), 'IncompleteBody'],
    [
      'a trailer that nobody declared',
      Buffer.concat([body.subarray(0, -2), Buffer.from('x-amz-checksum-crc32:AAAAAA==\r\n\r\n')]),
      'IncompleteBody',
    ],
    [
      'a chunk larger than the rest',
      withSecond('401;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n'),
      'IncompleteBody',
    ],
    [
      'an absurd size',
      withSecond(
        'ffffffffffffffff;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n',
      ),
      'IncompleteBody',
    ],
    [
      'a size that is no number',
      withSecond('-400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n'),
      'IncompleteBody',
    ],
    ['a chunk without a signature', withSecond('400\r\n'), 'IncompleteBody'],
    ['a size line without end', withSecond(`400;chunk-signature=${'0'.repeat(100_000)}`), 'IncompleteBody'],
    ['no line end behind the data', changed(secondLine - 2, 0x20), 'IncompleteBody'],
  ];
  for (const [name, attacked, code] of attacks) {
    test(`${name}: ${code}`, () => refuses({ body: attacked, payload: signedChunks, headers }, code));
  }
  test('the seed of another request: SignatureDoesNotMatch', () =>
    refuses({ body, payload: signedChunks, headers, seed: trailerSeed }, 'SignatureDoesNotMatch'));
  for (const length of ['66559', '66561']) {
    test(`x-amz-decoded-content-length ${length}: IncompleteBody`, () =>
      refuses(
        { body, payload: signedChunks, headers: { 'x-amz-decoded-content-length': length } },
        'IncompleteBody',
      ));
  }
  test('no x-amz-decoded-content-length: MissingContentLength', () =>
    refuses({ body, payload: signedChunks }, 'MissingContentLength'));
  test('x-amz-decoded-content-length is no number: InvalidArgument', () =>
    refuses(
      { body, payload: signedChunks, headers: { 'x-amz-decoded-content-length': '1e3' } },
      'InvalidArgument',
    ));
  test('larger than allowed: EntityTooLarge, before a byte is read', async () => {
    const stream = new PassThrough();
    const request = { headers: { 'x-amz-decoded-content-length': '2000000' }, body: stream };
    const options = { bytesMax, verified: verifiedBy(chunkSeed, signedChunks) };
    assert.throws(
      () => decodedBody(request, options),
      (e) => e instanceof WireError && e.code === 'EntityTooLarge',
    );
  });
  test('a small chunk that is not the last: InvalidChunkSizeError', () => {
    const signing = { secret, amzDate, region: 'us-east-1', seed: chunkSeed };
    const small = chunkedBody({ chunks: [Buffer.alloc(100), Buffer.alloc(100)], signing });
    const sized = { 'x-amz-decoded-content-length': '200' };
    return refuses({ body: small.body, payload: signedChunks, headers: sized }, 'InvalidChunkSizeError');
  });
});

describe('the upload with a trailer of the documentation', () => {
  const signing = { secret, amzDate, region: 'us-east-1', seed: trailerSeed };
  const { body, signatures } = chunkedBody({ chunks: documented, signing, trailers: [crc32cTrailer] });
  const headers = { 'x-amz-decoded-content-length': '66560', 'x-amz-trailer': 'x-amz-checksum-crc32c' };
  const upload = { body, payload: signedTrailer, seed: trailerSeed, headers };

  test('our builder signs as the page does', () => {
    assert.deepEqual(signatures, [
      'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
      '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7',
      '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992',
      'd81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435',
    ]);
  });
  for (const pieceSize of [1, 65_536]) {
    test(`accepted in pieces of ${pieceSize} bytes`, async () => {
      const { bytes, facts } = await receive({ ...upload, pieceSize });
      assert.equal(bytes.length, 66_560);
      assert.deepEqual(facts.checksums, { ChecksumCRC32C: 'sOO8/Q==' });
      assert.deepEqual([...facts.trailers], [crc32cTrailer]);
    });
  }
  const edit = (from: string, to: string) => {
    const at = body.lastIndexOf(from);
    return Buffer.concat([body.subarray(0, at), Buffer.from(to), body.subarray(at + from.length)]);
  };
  const attacks: [name: string, body: Buffer, code: string][] = [
    ['another value', edit('sOO8/Q==', 'AAAAAA=='), 'SignatureDoesNotMatch'],
    ['another name', edit('crc32c:', 'crc32:'), 'MalformedTrailerError'],
    ['another signature', edit('d81f82', 'd81f83'), 'SignatureDoesNotMatch'],
    ['no signature', body.subarray(0, body.lastIndexOf('x-amz-trailer-signature')), 'MalformedTrailerError'],
    ['no trailer', edit('x-amz-checksum-crc32c:sOO8/Q==\r\n', ''), 'MalformedTrailerError'],
    [
      'one trailer more',
      edit('x-amz-trailer-sig', 'x-amz-meta-a:1\r\nx-amz-trailer-sig'),
      'MalformedTrailerError',
    ],
    [
      'a trailer twice',
      edit('x-amz-trailer-sig', 'x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-sig'),
      'MalformedTrailerError',
    ],
    [
      'a line that is no trailer',
      edit('x-amz-trailer-sig', 'garbage\r\nx-amz-trailer-sig'),
      'MalformedTrailerError',
    ],
    ['a trailer without end', Buffer.concat([body, Buffer.alloc(20_000, 'a')]), 'MalformedTrailerError'],
    ['cut within the trailer', body.subarray(0, -10), 'IncompleteBody'],
  ];
  for (const [name, attacked, code] of attacks) {
    test(`${name}: ${code}`, () => refuses({ ...upload, body: attacked }, code));
  }
  test('a declared checksum trailer with unsigned-payload framing: InvalidRequest', () =>
    refuses({ ...upload, payload: { kind: 'unsigned' } }, 'InvalidRequest'));
});

describe('unsigned chunks with a trailer', () => {
  const chunks = [Buffer.alloc(10_000, 'x'), Buffer.from('the end')];
  const crc32 = startChecksum('CRC32');
  for (const chunk of chunks) crc32.update(chunk);
  const trailers = [['x-amz-checksum-crc32', crc32.digest()]] as const;
  const headers = {
    'x-amz-decoded-content-length': '10007',
    'x-amz-trailer': 'x-amz-checksum-crc32',
    'x-amz-sdk-checksum-algorithm': 'CRC32',
  };
  const { body } = chunkedBody({ chunks, trailers });

  test('accepted', async () => {
    const { bytes, facts } = await receive({ body, payload: unsignedTrailer, headers });
    assert.deepEqual(bytes, Buffer.concat(chunks));
    assert.deepEqual(facts.checksums, { ChecksumCRC32: trailers[0][1] });
  });
  test('accepted with an empty line before the trailer', async () => {
    const at = body.lastIndexOf('x-amz-checksum');
    const spaced = Buffer.concat([body.subarray(0, at), Buffer.from('\r\n'), body.subarray(at)]);
    await receive({ body: spaced, payload: unsignedTrailer, headers });
  });
  test('accepted from an anonymous sender', async () => {
    const anonymous = { ...headers, 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' };
    await receive({ body, payload: unsignedTrailer, headers: anonymous, options: { verified: undefined } });
  });
  test('signed chunks from an anonymous sender: InvalidRequest', () => {
    const anonymous = { ...headers, 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER' };
    return refuses(
      { body, payload: signedTrailer, headers: anonymous, options: { verified: undefined } },
      'InvalidRequest',
    );
  });
  test('a wrong checksum: BadDigest', () => {
    const wrong = chunkedBody({ chunks, trailers: [['x-amz-checksum-crc32', 'AAAAAA==']] });
    return refuses({ body: wrong.body, payload: unsignedTrailer, headers }, 'BadDigest');
  });
  test('a checksum that is none: InvalidRequest', () => {
    const wrong = chunkedBody({ chunks, trailers: [['x-amz-checksum-crc32', 'AA']] });
    return refuses({ body: wrong.body, payload: unsignedTrailer, headers }, 'InvalidRequest');
  });
  test('an empty object', async () => {
    const empty = chunkedBody({ chunks: [], trailers: [['x-amz-checksum-crc32', 'AAAAAA==']] });
    const { bytes } = await receive({
      body: empty.body,
      payload: unsignedTrailer,
      headers: { ...headers, 'x-amz-decoded-content-length': '0' },
    });
    assert.equal(bytes.length, 0);
  });
  test('whatever the chunks and pieces: the same bytes, or an error for any cut (property)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 8192, max: 9000 }), { maxLength: 3 }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 20, max: 5000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        async (sizes, last, pieceSize, cut) => {
          const all = [...sizes, last].map((size, i) => Buffer.alloc(size, i + 1));
          const sum = startChecksum('CRC32');
          for (const chunk of all) sum.update(chunk);
          const built = chunkedBody({ chunks: all, trailers: [['x-amz-checksum-crc32', sum.digest()]] });
          const payload = Buffer.concat(all);
          const sized = { ...headers, 'x-amz-decoded-content-length': String(payload.length) };
          const upload = { payload: unsignedTrailer, headers: sized, pieceSize };
          assert.deepEqual((await receive({ ...upload, body: built.body })).bytes, payload);
          // The empty line at the very end carries nothing: up to it, any cut loses something.
          const cutAt = Math.floor(cut * (built.body.length - 2));
          await assert.rejects(receive({ ...upload, body: built.body.subarray(0, cutAt) }), WireError);
        },
      ),
      { numRuns: 100, verbose: 1 },
    );
  });
});

describe('whole bodies', () => {
  const body = Buffer.from('Welcome to Amazon S3.');
  const sha256 = '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072';
  const signedWhole = { kind: 'sha256', sha256 } as const;
  const md5 = createHash('md5').update(body).digest('base64');

  test('a signed payload', async () => {
    const { bytes, facts } = await receive({ body, payload: signedWhole, headers: { 'content-md5': md5 } });
    assert.deepEqual(bytes, body);
    assert.deepEqual(facts.checksums, {});
  });
  test('another payload: XAmzContentSHA256Mismatch', async () => {
    const upload = receive({ body: Buffer.from('Welcome to Amazon S4.'), payload: signedWhole });
    await assert.rejects(upload, (error) => {
      assert.ok(error instanceof WireError);
      assert.equal(error.code, 'XAmzContentSHA256Mismatch');
      assert.equal(error.fields.ClientComputedContentSHA256, sha256);
      return true;
    });
  });
  test('another Content-MD5: BadDigest', () =>
    refuses(
      { body: Buffer.from('x'), payload: { kind: 'unsigned' }, headers: { 'content-md5': md5 } },
      'BadDigest',
    ));
  test('another checksum: BadDigest', () =>
    refuses(
      { body, payload: { kind: 'unsigned' }, headers: { 'x-amz-checksum-crc32': 'AAAAAA==' } },
      'BadDigest',
    ));
  test('a default checksum is computed', async () => {
    const { facts } = await receive({
      body,
      payload: signedWhole,
      options: { defaultChecksum: 'CRC64NVME' },
    });
    const expected = startChecksum('CRC64NVME');
    expected.update(body);
    assert.deepEqual(facts.checksums, { ChecksumCRC64NVME: expected.digest() });
  });
  test("the object's checksum in CompleteMultipartUpload is not the body's", async () => {
    const headers = { 'x-amz-checksum-crc32': 'abcd-3' };
    await receive({ body, payload: signedWhole, headers, options: { checksumHeaders: 'ofObject' } });
  });
  test('more than allowed without a Content-Length: EntityTooLarge', () =>
    refuses({ body, payload: { kind: 'unsigned' }, options: { bytesMax: 20 } }, 'EntityTooLarge'));
  test('exactly what is allowed', async () => {
    await receive({ body, payload: { kind: 'unsigned' }, options: { bytesMax: 21 } });
  });
});

describe('as a stream', () => {
  test('facts are there at its end', async () => {
    const stream = decodedBody({ headers: {}, body: Readable.from([Buffer.from('abc')]) }, { bytesMax });
    const before: BodyFacts | undefined = stream.facts;
    assert.equal(before, undefined);
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    assert.equal(Buffer.concat(chunks).toString(), 'abc');
    assert.equal(stream.facts?.size, 3);
    assert.equal(await stream.done, stream.facts);
  });
  test('a failure destroys it, and leaves the connection open for the answer', async () => {
    const socket = new PassThrough();
    socket.end('wrong');
    const stream = decodedBody(
      { headers: { 'x-amz-checksum-crc32': 'AAAAAA==' }, body: socket },
      { bytesMax },
    );
    await assert.rejects(
      async () => {
        for await (const chunk of stream) assert.ok(chunk);
      },
      (error) => error instanceof WireError && error.code === 'BadDigest',
    );
    await assert.rejects(stream.done, WireError);
    assert.equal(stream.facts, undefined);
  });
  test('too large: the source is not destroyed', async () => {
    const socket = new PassThrough();
    socket.write(Buffer.alloc(100));
    const stream = decodedBody({ headers: {}, body: socket }, { bytesMax: 10 });
    await assert.rejects(
      stream.toArray(),
      (error) => error instanceof WireError && error.code === 'EntityTooLarge',
    );
    assert.equal(socket.destroyed, false);
    socket.destroy();
  });
  test('a connection that breaks: IncompleteBody', async () => {
    const socket = new PassThrough();
    socket.write('half');
    const stream = decodedBody({ headers: {}, body: socket }, { bytesMax });
    setImmediate(() => socket.destroy());
    await assert.rejects(
      stream.toArray(),
      (error) => error instanceof WireError && error.code === 'IncompleteBody',
    );
  });
  test('a reader that gives up settles it', async () => {
    const socket = new PassThrough();
    const stream = decodedBody({ headers: {}, body: socket }, { bytesMax });
    stream.destroy();
    await assert.rejects(stream.done, /not read to its end/);
    socket.destroy();
  });
});
