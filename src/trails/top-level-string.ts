// SPDX-License-Identifier: Apache-2.0

const quote = 0x22;
const backslash = 0x5c;

/**
 * The text of a top-level member of a JSON object, without parsing all of it: records are routed by the tens of
 * thousands a second, and the members that count stand near the start. Members of nested objects never match, so a
 * caller's `requestParameters.eventTime` cannot stand in for the record's own. Undefined when there is no such member
 * or it is not a string.
 * @param json a valid JSON object as text
 */
export function topLevelString(json: string, member: string): string | undefined {
  let depth = 0;
  let isKey = false;
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === quote) {
      const end = endOfString(json, at);
      if (depth === 1 && isKey && textOf(json, at, end) === member) return memberValue(json, end);
      at = end;
    } else if (code === 0x7b || code === 0x5b) {
      depth++;
      isKey = code === 0x7b;
    } else if (code === 0x7d || code === 0x5d) {
      depth--;
    } else if (code === 0x2c) {
      isKey = true;
    } else if (code === 0x3a) {
      isKey = false;
    }
  }
  return undefined;
}

/** The index of the quote that ends the string which starts at `start`. */
function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json.charCodeAt(at) !== quote) at += json.charCodeAt(at) === backslash ? 2 : 1;
  return at;
}

function textOf(json: string, start: number, end: number): string {
  const raw = json.slice(start + 1, end);
  return raw.includes('\\') ? (JSON.parse(json.slice(start, end + 1)) as string) : raw;
}

function memberValue(json: string, keyEnd: number): string | undefined {
  const colon = json.indexOf(':', keyEnd);
  let at = colon + 1;
  while (/\s/.test(json.charAt(at))) at++;
  return json.charCodeAt(at) === quote ? textOf(json, at, endOfString(json, at)) : undefined;
}
