// SPDX-License-Identifier: Apache-2.0
import { Readable } from 'node:stream';
import type { ByteSource, ObjectAttributes, PutOptions } from '../../ports/object-store.js';
import {
  type ChecksumAlgorithm,
  checksumAlgorithms,
  type RunningChecksum,
  startChecksum,
} from '../../wire/body/checksums.js';
import { DecodedBody } from '../../wire/body/decoded-body.js';
import type { Call } from '../service.js';
import { s3Error } from './s3-error.js';

/** Source: S3 User Guide, "Uploading objects": the most that one PUT, part or copy takes. */
export const uploadBytesMax = 5 * 1024 ** 3;

/** A checksum that came with an upload, or that was asked for. */
export interface WantedChecksum {
  readonly name: ChecksumAlgorithm;
  /** base64; undefined when only the algorithm is known before the bytes (a trailer, or a multipart upload's choice). */
  readonly value?: string;
  /** The request carries the value: in a header, or in the trailer. */
  readonly cameWithBody?: true;
}

/** At most one, by its own header, by the trailer that was announced, or by the SDK's algorithm header. */
export function wantedChecksum(input: object, call: Call): WantedChecksum | undefined {
  const members = Object.entries(input) as [string, unknown][];
  const sent = members.filter(([member, value]) => isChecksumMember(member) && typeof value === 'string');
  if (sent.length > 1) {
    throw s3Error(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  }
  const [first] = sent;
  if (first !== undefined)
    return {
      name: knownName(first[0].slice('Checksum'.length)),
      value: String(first[1]),
      cameWithBody: true,
    };
  const trailer = /^x-amz-checksum-(.+)$/.exec(
    call.request.headers['x-amz-trailer']?.trim().toLowerCase() ?? '',
  )?.[1];
  if (trailer !== undefined) return { name: knownName(trailer.toUpperCase()), cameWithBody: true };
  const algorithm = 'ChecksumAlgorithm' in input ? input.ChecksumAlgorithm : undefined;
  return typeof algorithm === 'string' ? { name: knownName(algorithm) } : undefined;
}

/** The name of an algorithm that is computed here; others that S3 has are refused openly. */
export function knownName(text: string): ChecksumAlgorithm {
  const name = checksumAlgorithms.find((algorithm) => algorithm === text);
  if (name !== undefined) return name;
  if (/^XXHASH(?:3|64|128)$/.test(text))
    throw s3Error('NotImplemented', `The checksum ${text} is not implemented`);
  const message = `Checksum algorithm provided is unsupported. Please try again with any of the valid types: [${checksumAlgorithms.join(', ')}]`;
  throw s3Error('InvalidRequest', message);
}

export function checksumMember(name: ChecksumAlgorithm): string {
  return `Checksum${name}`;
}

/** What an upload's bytes must be, and what is known of them at their end. */
export interface MeasuredBody {
  readonly source: ByteSource;
  /** For `PutOptions.beforeCommit`: throws BadDigest, or gives the checksums to keep. */
  readonly verify: NonNullable<PutOptions['beforeCommit']>;
}

interface UploadInput {
  readonly Body?: unknown;
  readonly ContentMD5?: string | undefined;
}

/**
 * The body of an upload, counted and hashed on its way to the store. A checksum that came with the request was computed
 * and verified by the wire layer, which also adds one of its own where none came; both are taken from there.
 */
export function measuredBody(input: UploadInput, checksum: WantedChecksum | undefined): MeasuredBody {
  const decoded = input.Body instanceof DecodedBody ? input.Body : undefined;
  const isOurs = checksum !== undefined && !(decoded !== undefined && checksum.cameWithBody === true);
  const running = isOurs ? startChecksum(checksum.name) : undefined;
  const contentMd5 = input.ContentMD5 === undefined ? undefined : toMd5(input.ContentMD5);
  return {
    source: measured(toSource(input.Body), running),
    verify: ({ md5 }) => {
      if (contentMd5 !== undefined && md5 !== contentMd5) throw s3Error('BadDigest');
      if (checksum === undefined || running === undefined)
        return toAttributes(decoded?.facts?.checksums ?? {});
      return verifiedChecksum(checksum, running.digest());
    },
  };
}

function verifiedChecksum({ name, value }: WantedChecksum, computed: string): Partial<ObjectAttributes> {
  if (value !== undefined && value !== computed) {
    throw s3Error('BadDigest', `The ${name} you specified did not match the calculated checksum.`);
  }
  return toAttributes({ [checksumMember(name)]: computed });
}

function toAttributes(checksums: Readonly<Record<string, string>>): Partial<ObjectAttributes> {
  return Object.keys(checksums).length === 0 ? {} : { checksums, checksumType: 'FULL_OBJECT' };
}

async function* measured(
  source: ByteSource,
  running: RunningChecksum | undefined,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of source instanceof Uint8Array ? [source] : source) {
    size += chunk.length;
    if (size > uploadBytesMax) throw tooLarge(size);
    running?.update(chunk);
    yield chunk;
  }
}

/** S3 refuses what is too long before it takes a byte. */
export function verifyUploadLength(call: Call): void {
  const { headers } = call.request;
  const length = Number(headers['x-amz-decoded-content-length'] ?? headers['content-length'] ?? 0);
  if (length > uploadBytesMax) throw tooLarge(length);
}

function tooLarge(size: number): Error {
  return s3Error('EntityTooLarge', undefined, { ProposedSize: size, MaxSizeAllowed: uploadBytesMax });
}

function toSource(body: unknown): ByteSource {
  if (body === undefined || body === null) return new Uint8Array(0);
  if (body instanceof Readable || body instanceof Uint8Array) return body;
  if (typeof body === 'string') return Buffer.from(body, 'utf8');
  throw new TypeError(`the wire layer gave a body that is no stream of bytes: ${typeof body}`);
}

/** Hex of the base64 that Content-MD5 holds. */
function toMd5(header: string): string {
  const bytes = Buffer.from(header, 'base64');
  if (bytes.length !== 16 || bytes.toString('base64') !== header.trim()) {
    throw s3Error('InvalidDigest', undefined, { 'Content-MD5': header.slice(0, 128) });
  }
  return bytes.toString('hex');
}

function isChecksumMember(member: string): boolean {
  return (
    member.startsWith('Checksum') && !['ChecksumAlgorithm', 'ChecksumType', 'ChecksumMode'].includes(member)
  );
}
