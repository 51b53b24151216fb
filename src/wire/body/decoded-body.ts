// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { toS3Error } from '../sigv4/failure-dialect-s3.js';
import { type PayloadDeclaration, parsePayloadHash } from '../sigv4/payload-hash.js';
import { SignatureFailure } from '../sigv4/signature-failure.js';
import type { VerifiedSignature } from '../sigv4/verify-signature.js';
import { WireError } from '../wire-error.js';
import { AwsChunkedDecoder } from './aws-chunked.js';
import { BodyFailure, entityTooLarge, toBodyError } from './body-failure.js';
import { type BodyRequest, bodyChunks, declaredLength } from './body-source.js';
import {
  type ChecksumAlgorithm,
  type ChecksumMember,
  checksumFromTrailer,
  expectedChecksum,
  expectedMd5,
  startChecksum,
  trailerNames,
} from './checksums.js';
import { ChunkSignatureChain } from './chunk-signatures.js';

export interface DecodedBodyOptions {
  /** Largest payload taken, in bytes; S3 takes 5 GiB in one PUT. */
  readonly bytesMax: number;
  /** Undefined for an anonymous request: then nothing can be signed in its chunks either. */
  readonly verified?: VerifiedSignature | undefined;
  /** Computed as well when the request brings no checksum of its own. */
  readonly defaultChecksum?: ChecksumAlgorithm;
  /**
   * Whether `x-amz-checksum-*` headers speak of this body (the default). In CompleteMultipartUpload they speak of
   * the object that comes out of it.
   */
  readonly checksumHeaders?: 'ofBody' | 'ofObject';
}

/** What is known of a body that came through whole and unchanged. */
export interface BodyFacts {
  readonly size: number;
  /** Base64, by S3's member name: the checksum that was verified, or `defaultChecksum`. */
  readonly checksums: Readonly<Partial<Record<ChecksumMember, string>>>;
  readonly trailers: ReadonlyMap<string, string>;
}

/**
 * The payload of an S3 upload, decoded and verified while it streams. Ends only when all of it was there and every
 * digest and signature held; otherwise it is destroyed with a WireError in S3's words (IncompleteBody, BadDigest,
 * XAmzContentSHA256Mismatch, SignatureDoesNotMatch, …), so that a store aborts its put.
 */
export class DecodedBody extends Readable {
  /** Settles with the stream; rejects also when the reader gives up. Need not be awaited. */
  readonly done: Promise<BodyFacts>;
  readonly #chunks: AsyncGenerator<Buffer, BodyFacts>;
  readonly #settle: { resolve: (facts: BodyFacts) => void; reject: (error: unknown) => void };
  #facts: BodyFacts | undefined;

  constructor(chunks: AsyncGenerator<Buffer, BodyFacts>) {
    super();
    this.#chunks = chunks;
    const { promise, ...settle } = deferred<BodyFacts>();
    this.done = promise;
    this.#settle = settle;
    promise.catch(() => {});
  }

  /** The facts, there as soon as the stream has ended. */
  get facts(): BodyFacts | undefined {
    return this.#facts;
  }

  override _read(): void {
    this.#chunks.next().then(
      (step) => {
        if (step.done !== true) {
          this.push(step.value);
          return;
        }
        this.#facts = step.value;
        this.#settle.resolve(step.value);
        this.push(null);
      },
      (error: Error) => this.destroy(error),
    );
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#settle.reject(error ?? new Error('the body was not read to its end'));
    // Not awaited: a read that hangs on a silent client must not keep the stream from closing.
    this.#chunks.return(undefined as never).catch(() => {});
    callback(error);
  }
}

function deferred<T>(): {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (error: unknown) => void;
} {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((whenKept, whenBroken) => {
    resolve = whenKept;
    reject = whenBroken;
  });
  return { promise, resolve, reject };
}

/**
 * The payload of an S3 request. Throws WireError at once for what the headers alone show to be wrong: too large, no
 * length, malformed or contradicting checksums.
 */
export function decodedBody(request: BodyRequest, options: DecodedBodyOptions): DecodedBody {
  return new DecodedBody(verifiedChunks(request, plan(request, options)));
}

/** A whole S3 body in memory, for the operations that take a document. Rejects as `decodedBody` does. */
export async function readDecodedBody(
  request: BodyRequest,
  options: DecodedBodyOptions,
): Promise<{ readonly bytes: Buffer; readonly facts: BodyFacts }> {
  const chunks: Buffer[] = [];
  const body = verifiedChunks(request, plan(request, options));
  for (;;) {
    const step = await body.next();
    if (step.done === true) return { bytes: Buffer.concat(chunks), facts: step.value };
    chunks.push(step.value);
  }
}

interface Plan {
  readonly bytesMax: number;
  readonly decoder: AwsChunkedDecoder | undefined;
  readonly sha256: string | undefined;
  readonly md5: string | undefined;
  readonly checksum:
    | { readonly algorithm: ChecksumAlgorithm; readonly expected: string | 'trailer' | undefined }
    | undefined;
}

function plan(request: BodyRequest, options: DecodedBodyOptions): Plan {
  const { headers } = request;
  const { bytesMax, defaultChecksum } = options;
  const payload = options.verified?.payload ?? anonymousPayload(headers);
  const md5 = expectedMd5(headers);
  const own = options.checksumHeaders === 'ofObject' ? undefined : expectedChecksum(headers);
  const isStreaming = payload.kind === 'streaming';
  if (own !== undefined && own.value === undefined && !(isStreaming && payload.trailer)) {
    throw invalid('InvalidRequest', 'The x-amz-trailer header needs a payload that is sent with a trailer.');
  }
  const size = isStreaming ? decodedLength(headers) : declaredLength(headers);
  if (size !== undefined && size > bytesMax) throw entityTooLarge(bytesMax, size);
  const checksum =
    own !== undefined
      ? { algorithm: own.algorithm, expected: own.value ?? ('trailer' as const) }
      : defaultChecksum && { algorithm: defaultChecksum, expected: undefined };
  return {
    bytesMax,
    decoder: isStreaming ? startDecoder(request, payload, options.verified) : undefined,
    sha256: payload.kind === 'sha256' ? payload.sha256 : undefined,
    md5,
    checksum,
  };
}

/** Nobody has signed the header, but what it says of the body is still checked. */
function anonymousPayload(headers: Readonly<Record<string, string>>): PayloadDeclaration {
  const value = headers['x-amz-content-sha256'];
  if (value === undefined) return { kind: 'unsigned' };
  const payload = parsePayloadHash(value);
  if (payload !== undefined) return payload;
  throw toS3Error(new SignatureFailure({ code: 'malformedContentSha256', value }));
}

function startDecoder(
  request: BodyRequest,
  payload: PayloadDeclaration & { kind: 'streaming' },
  verified: VerifiedSignature | undefined,
): AwsChunkedDecoder {
  if (payload.signed && verified === undefined) {
    throw invalid('InvalidRequest', 'Signed chunks need a signed request.');
  }
  return new AwsChunkedDecoder({
    decodedBytes: decodedLength(request.headers),
    signatures: payload.signed && verified ? new ChunkSignatureChain(verified) : undefined,
    trailers: payload.trailer ? trailerNames(request.headers) : undefined,
  });
}

function decodedLength(headers: Readonly<Record<string, string>>): number {
  const text = headers['x-amz-decoded-content-length'];
  if (text === undefined) {
    const message = 'You must provide the Content-Length HTTP header.';
    throw new WireError('MissingContentLength', message, { status: 411 });
  }
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw invalid('InvalidArgument', 'x-amz-decoded-content-length must be a number of bytes');
}

async function* verifiedChunks(request: BodyRequest, how: Plan): AsyncGenerator<Buffer, BodyFacts> {
  const sha256 = how.sha256 === undefined ? undefined : createHash('sha256');
  const md5 = how.md5 === undefined ? undefined : createHash('md5');
  const checksum = how.checksum && startChecksum(how.checksum.algorithm);
  let size = 0;
  try {
    for await (const input of bodyChunks(request)) {
      for (const chunk of how.decoder?.push(input) ?? [input]) {
        size += chunk.length;
        if (size > how.bytesMax) throw entityTooLarge(how.bytesMax, undefined);
        sha256?.update(chunk);
        md5?.update(chunk);
        checksum?.update(chunk);
        yield chunk;
      }
    }
    const trailers = how.decoder?.finish() ?? new Map<string, string>();
    verifySha256(how.sha256, sha256?.digest('hex'));
    verifyMd5(how.md5, md5?.digest('base64'));
    return { size, checksums: verifiedChecksums(how.checksum, checksum?.digest(), trailers), trailers };
  } catch (error) {
    throw inS3Words(error);
  }
}

function inS3Words(error: unknown): unknown {
  if (error instanceof SignatureFailure) return toS3Error(error);
  return error instanceof BodyFailure ? toBodyError(error, 's3') : error;
}

function verifySha256(expected: string | undefined, computed: string | undefined): void {
  if (expected === computed) return;
  throw new WireError(
    'XAmzContentSHA256Mismatch',
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
    { status: 400, fields: { ClientComputedContentSHA256: expected, S3ComputedContentSHA256: computed } },
  );
}

function verifyMd5(expected: string | undefined, computed: string | undefined): void {
  if (expected === computed) return;
  throw new WireError('BadDigest', 'The Content-MD5 you specified did not match what we received.', {
    status: 400,
    fields: { ExpectedDigest: expected, CalculatedDigest: computed },
  });
}

function verifiedChecksums(
  wanted: Plan['checksum'],
  computed: string | undefined,
  trailers: ReadonlyMap<string, string>,
): BodyFacts['checksums'] {
  if (wanted === undefined || computed === undefined) return {};
  const { algorithm } = wanted;
  const expected = wanted.expected === 'trailer' ? checksumFromTrailer(algorithm, trailers) : wanted.expected;
  if (expected !== undefined && expected !== computed) {
    throw invalid('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);
  }
  return { [`Checksum${algorithm}`]: computed };
}

function invalid(code: string, message: string): WireError {
  return new WireError(code, message, { status: 400 });
}
