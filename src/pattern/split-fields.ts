// SPDX-License-Identifier: Apache-2.0

const closing: Readonly<Record<string, string>> = { '"': '"', '[': ']' };

/**
 * The fields of a space-delimited message. What stands between `[` and `]` or between quotation marks is one field,
 * without them; a mark that nothing closes is a character like others.
 * Source: CloudWatch Logs User Guide, "Using filter patterns to match terms in space-delimited log events".
 */
export function splitFields(message: string): string[] {
  const fields: string[] = [];
  /** Marks that nothing closes in the rest: looked for once, or a line of `[` would take quadratic time. */
  const unclosed = new Set<string>();
  for (let at = 0; at < message.length; ) {
    if (isSpace(message.charCodeAt(at))) {
      at++;
      continue;
    }
    const end = endOfField(message, at, unclosed);
    const isMarked = end > at && message.charAt(at) in closing && !unclosed.has(message.charAt(at));
    fields.push(isMarked ? message.slice(at + 1, end - 1) : message.slice(at, end));
    at = end;
  }
  return fields;
}

function endOfField(message: string, start: number, unclosed: Set<string>): number {
  const mark = message.charAt(start);
  const close = closing[mark];
  if (close !== undefined && !unclosed.has(mark)) {
    const end = message.indexOf(close, start + 1);
    if (end >= 0) return end + 1;
    unclosed.add(mark);
  }
  let at = start + 1;
  while (at < message.length && !isSpace(message.charCodeAt(at))) at++;
  return at;
}

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}
