// SPDX-License-Identifier: Apache-2.0

/** A record's text, or a file's name, is anybody's: control characters could write to the terminal what they like. */
export function plainText(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '?');
}
