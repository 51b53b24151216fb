// SPDX-License-Identifier: Apache-2.0
import type { ListShape, Member } from '../shape.js';
import { readText, writeText } from './text-codec.js';

/**
 * Text for a header: characters beyond ASCII as their UTF-8 bytes, and control characters as spaces, since a line
 * break in a value (`response-content-disposition` of a presigned URL, say) would begin a header of the caller's own.
 *
 * @param encodesWords user metadata beyond ASCII goes out as RFC 2047 words. Source: Amazon S3 User Guide, "Working
 *   with object metadata".
 */
export function writeHeaderText(text: string, encodesWords = false): string {
  const safe = text.replace(/[\u0000-\u001f\u007f]/g, ' ');
  if (!/[^\u0020-\u007e]/.test(safe)) return safe;
  if (encodesWords) return `=?UTF-8?B?${Buffer.from(safe, 'utf8').toString('base64')}?=`;
  return Buffer.from(safe, 'utf8').toString('latin1');
}

export function isListHeader(member: Member): member is Member & { readonly shape: ListShape } {
  return member.shape.type === 'list';
}

/** Comma-separated values; quoted ones may hold commas. HTTP dates, which hold commas too, do not occur in lists. */
export function readHeaderList(
  member: Member & { readonly shape: ListShape },
  text: string,
  name: string,
): unknown[] {
  const values = text.match(/"(?:[^"\\]|\\.)*"|[^,\s][^,]*/g) ?? [];
  return values.map((value) => {
    const trimmed = value.trim();
    const plain = trimmed.startsWith('"') ? trimmed.slice(1, -1).replace(/\\(.)/g, '$1') : trimmed;
    return readText(member.shape.item.shape, plain, name);
  });
}

export function writeHeaderList(
  member: Member & { readonly shape: ListShape },
  values: readonly unknown[],
): string {
  return values
    .map((value) => writeHeaderText(writeText(member.shape.item.shape, value, 'httpDate')))
    .map((text) => (/[",]/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : text))
    .join(', ');
}
