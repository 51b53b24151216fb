// SPDX-License-Identifier: Apache-2.0
import { invalidArgument } from './s3-error.js';

/** What `EncodingType=url` does to a text: letters, digits, slashes and `-._*` stay, a space is `+`, the rest is escaped. */
export type TextEncoding = (text: string) => string;

export function encodingFor(encodingType: string | undefined): TextEncoding {
  if (encodingType === undefined) return (text) => text;
  if (encodingType !== 'url')
    throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', encodingType);
  return urlEncoded;
}

/** Source: S3 API Reference, ListObjectsV2, encoding-type: `test_file(3).png` becomes `test_file%283%29.png`. */
export function urlEncoded(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%2F', '/')
    .replaceAll('%20', '+');
}
