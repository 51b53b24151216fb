// SPDX-License-Identifier: Apache-2.0
//
// The aws-chunked encoding of uploads:
//
//   hex-size[;chunk-signature=…] CRLF  bytes CRLF  …  0[;chunk-signature=…] CRLF  [trailers]  CRLF
//
// Source: S3 API Reference, "Signature Calculations for the Authorization Header: Transferring Payload in Multiple
// Chunks" and "… Including Trailing Headers".

import { createHash, type Hash, hash } from 'node:crypto';
import { WireError } from '../wire-error.js';
import type { ChunkSignatureChain } from './chunk-signatures.js';

/** A chunk's size line is at most 103 bytes (16 digits, the signature); what is longer is no size line. */
const sizeLineBytesMax = 256;
/** Room for every checksum trailer at once with a signature, many times over. */
const trailerBytesMax = 8 * 1024;
/** "Only the last chunk is allowed to have a size less than 8192 bytes." */
const chunkBytesMin = 8192;

export interface AwsChunkedOptions {
  /** `x-amz-decoded-content-length`: exactly so many bytes must come out. */
  readonly decodedBytes: number;
  /** Undefined where chunks are not signed. */
  readonly signatures: ChunkSignatureChain | undefined;
  /** The names in `x-amz-trailer`; undefined where the request declared no trailer: then none may come. */
  readonly trailers: readonly string[] | undefined;
}

/**
 * Decodes an aws-chunked body as it arrives; holds nothing back but an unfinished size line or trailer.
 *
 * Bytes come out before the signature of their chunk is checked (a chunk may be as large as the object): whoever
 * stores them must keep them invisible until `finish` has returned. Throws WireError (IncompleteBody,
 * InvalidChunkSizeError, MalformedTrailerError) and SignatureFailure.
 */
export class AwsChunkedDecoder {
  readonly #options: AwsChunkedOptions;
  #state: 'size' | 'data' | 'dataEnd' | 'trailer' = 'size';
  /** The unfinished size line, chunk end or trailer. */
  #pending: Buffer = Buffer.alloc(0);
  #chunkIndex = 0;
  #chunkSize = 0;
  #chunkLeft = 0;
  #chunkSignature = '';
  #chunkHash: Hash | undefined;
  #decodedBytes = 0;

  constructor(options: AwsChunkedOptions) {
    this.#options = options;
  }

  /** Takes bytes as they came from the socket and gives the payload bytes that are in them. */
  push(input: Buffer): Buffer[] {
    const output: Buffer[] = [];
    let rest = input;
    while (rest.length > 0) {
      switch (this.#state) {
        case 'size':
          rest = this.#readSize(rest);
          break;
        case 'data':
          rest = this.#readData(rest, output);
          break;
        case 'dataEnd':
          rest = this.#readDataEnd(rest);
          break;
        case 'trailer':
          rest = this.#readTrailer(rest);
          break;
      }
    }
    return output;
  }

  /** To be called when the body has ended: checks that it ended where it should, and gives the trailers. */
  finish(): ReadonlyMap<string, string> {
    if (this.#state !== 'trailer') throw incompleteBody('The request body terminated unexpectedly');
    if (this.#decodedBytes !== this.#options.decodedBytes) throw wrongLength();
    const text = this.#pending.toString('latin1');
    if (!text.endsWith('\r\n')) throw incompleteBody('The request body terminated unexpectedly');
    if (this.#options.trailers === undefined) {
      if (text !== '\r\n') throw incompleteBody('The request body goes on behind its last chunk');
      return new Map();
    }
    return this.#verifiedTrailers(text, this.#options.trailers);
  }

  #readSize(input: Buffer): Buffer {
    const end = input.indexOf(0x0a);
    const part = end < 0 ? input : input.subarray(0, end + 1);
    if (this.#pending.length + part.length > sizeLineBytesMax) throw malformedSize();
    this.#pending = Buffer.concat([this.#pending, part]);
    if (end < 0) return Buffer.alloc(0);
    const line = this.#pending.toString('latin1');
    this.#pending = Buffer.alloc(0);
    this.#startChunk(line);
    return input.subarray(end + 1);
  }

  #startChunk(line: string): void {
    const parts = /^([0-9A-Fa-f]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?\r\n$/.exec(line);
    const isSigned = this.#options.signatures !== undefined;
    if (parts === null || (parts[2] !== undefined) !== isSigned) throw malformedSize();
    const size = Number.parseInt(parts[1] ?? '', 16);
    if (size > 0 && this.#chunkIndex > 0 && this.#chunkSize < chunkBytesMin) {
      throw new WireError(
        'InvalidChunkSizeError',
        'Only the last chunk is allowed to have a size less than 8192 bytes',
        { status: 403, fields: { Chunk: this.#chunkIndex, BadChunkSize: this.#chunkSize } },
      );
    }
    // Refused by its announcement, before the bytes are stored.
    if (this.#decodedBytes + size > this.#options.decodedBytes) throw wrongLength();
    this.#chunkIndex++;
    this.#chunkSize = size;
    this.#chunkLeft = size;
    this.#chunkSignature = parts[2] ?? '';
    this.#chunkHash = isSigned ? createHash('sha256') : undefined;
    if (size > 0) {
      this.#state = 'data';
      return;
    }
    this.#endChunk();
    this.#state = 'trailer';
  }

  #readData(input: Buffer, output: Buffer[]): Buffer {
    const data = input.subarray(0, this.#chunkLeft);
    this.#chunkLeft -= data.length;
    this.#decodedBytes += data.length;
    this.#chunkHash?.update(data);
    output.push(data);
    if (this.#chunkLeft === 0) {
      this.#endChunk();
      this.#state = 'dataEnd';
    }
    return input.subarray(data.length);
  }

  #endChunk(): void {
    if (this.#chunkHash === undefined) return;
    this.#options.signatures?.verifyChunk(this.#chunkSignature, this.#chunkHash.digest('hex'));
    this.#chunkHash = undefined;
  }

  #readDataEnd(input: Buffer): Buffer {
    const needed = 2 - this.#pending.length;
    this.#pending = Buffer.concat([this.#pending, input.subarray(0, needed)]);
    if (this.#pending.length < 2) return Buffer.alloc(0);
    if (this.#pending.toString('latin1') !== '\r\n') throw malformedSize();
    this.#pending = Buffer.alloc(0);
    this.#state = 'size';
    return input.subarray(needed);
  }

  #readTrailer(input: Buffer): Buffer {
    if (this.#pending.length + input.length > trailerBytesMax) throw malformedTrailer();
    this.#pending = Buffer.concat([this.#pending, input]);
    return Buffer.alloc(0);
  }

  /** Exactly the trailers that were declared, each once; of a signed body, under their signature. */
  #verifiedTrailers(text: string, declared: readonly string[]): ReadonlyMap<string, string> {
    const trailers = parseTrailers(text);
    const signature = trailers.get('x-amz-trailer-signature');
    trailers.delete('x-amz-trailer-signature');
    const isDeclared =
      trailers.size === new Set(declared).size && declared.every((name) => trailers.has(name));
    if (!isDeclared) throw malformedTrailer();
    const { signatures } = this.#options;
    if ((signatures !== undefined) !== (signature !== undefined)) throw malformedTrailer();
    if (signatures !== undefined && signature !== undefined) {
      const lines = [...trailers]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, value]) => `${name}:${value}\n`);
      signatures.verifyTrailer(signature, hash('sha256', Buffer.from(lines.join(''), 'latin1')));
    }
    return trailers;
  }
}

/** Lines `name:value`. Empty lines between them are let pass: clients differ in where they put them. */
function parseTrailers(text: string): Map<string, string> {
  const trailers = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '') continue;
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    if (name === '' || trailers.has(name)) throw malformedTrailer();
    trailers.set(name, line.slice(colon + 1).trim());
  }
  return trailers;
}

function incompleteBody(message: string): WireError {
  return new WireError('IncompleteBody', message, { status: 400 });
}

function wrongLength(): WireError {
  return incompleteBody(
    'You did not provide the number of bytes specified by the x-amz-decoded-content-length HTTP header',
  );
}

function malformedSize(): WireError {
  return incompleteBody('The request body is not well-formed aws-chunked content');
}

function malformedTrailer(): WireError {
  return new WireError(
    'MalformedTrailerError',
    'The request contained trailing data that was not well-formed or did not conform to our published schema.',
    { status: 400 },
  );
}
