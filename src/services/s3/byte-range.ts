// SPDX-License-Identifier: Apache-2.0
import type { ObjectInfo } from '../../ports/object-store.js';
import { invalidArgument, s3Error } from './s3-error.js';

/** Both ends are part of it. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The Range header of a read. What is not one well-formed range is ignored, as RFC 9110 (14.2) wants and S3 does, so the
 * whole object is answered; a range behind the object's end is InvalidRange (416).
 */
export function toByteRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (match === null || (first === '' && last === '')) return undefined;
  if (first === '') return suffixRange(Number(last), size, header ?? '');
  const start = Number(first);
  if (last !== '' && Number(last) < start) return undefined;
  if (start >= size) throw unsatisfiable(header ?? '', size);
  return { start, end: last === '' ? size - 1 : Math.min(Number(last), size - 1) };
}

function suffixRange(length: number, size: number, header: string): ByteRange {
  if (length === 0 || size === 0) throw unsatisfiable(header, size);
  return { start: Math.max(0, size - length), end: size - 1 };
}

/** The bytes of one part of a multipart object; an object put at once has one part. */
export function partRange(info: ObjectInfo, partNumber: number): ByteRange {
  if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > 10_000) {
    throw invalidArgument(
      'Part number must be an integer between 1 and 10000, inclusive',
      'partNumber',
      partNumber,
    );
  }
  const sizes = info.attributes.partSizes ?? [info.size];
  const size = sizes[partNumber - 1];
  if (size === undefined) {
    throw s3Error('InvalidPartNumber', undefined, {
      PartNumberRequested: partNumber,
      ActualPartCount: sizes.length,
    });
  }
  const start = sizes.slice(0, partNumber - 1).reduce((sum, partSize) => sum + partSize, 0);
  return { start, end: start + size - 1 };
}

/** `x-amz-copy-source-range`: only `bytes=first-last`, wholly inside the source. Source: S3 API Reference, UploadPartCopy. */
export function toCopyRange(header: string | undefined, size: number): ByteRange | undefined {
  if (header === undefined) return undefined;
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(header) ?? [];
  const range = { start: Number(first), end: Number(last) };
  if (first === undefined || range.end < range.start) {
    const message =
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy';
    throw invalidArgument(message, 'x-amz-copy-source-range', header);
  }
  if (range.end >= size) {
    throw invalidArgument(
      `Range specified is not valid for source object of size: ${size}`,
      'x-amz-copy-source-range',
      header,
    );
  }
  return range;
}

function unsatisfiable(header: string, size: number): Error {
  return s3Error(
    'InvalidRange',
    undefined,
    { RangeRequested: header, ActualObjectSize: size },
    { 'content-range': `bytes */${size}` },
  );
}
