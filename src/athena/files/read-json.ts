// SPDX-License-Identifier: Apache-2.0

/** JSON.parse forgets what a number looked like; beyond 15 digits it forgets digits too. Such a number is kept as this text. */
const numberMark = '\u0000#';

const longNumber = /[0-9][0-9.]{15,}/;
const tokens = /"(?:[^"\\]|\\.)*"|-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/g;

/** A JSON text, no digit of its numbers lost. Throws SyntaxError. */
export function readJson(text: string): unknown {
  if (!longNumber.test(text)) return JSON.parse(text);
  const kept = text.replace(tokens, (token) =>
    token.startsWith('"') || token.length < 16 || String(Number(token)) === token
      ? token
      : `"\\u0000#${token}"`,
  );
  return JSON.parse(kept);
}

/** The text of a value that was read by `readJson`. */
export function writeJson(value: unknown): string {
  const text = JSON.stringify(value);
  return text.includes('\\u0000#') ? text.replace(/"\\u0000#([-+0-9.eE]+)"/g, '$1') : text;
}

/** The text of a scalar: of numbers the digits that were there. */
export function scalarText(value: string | number | boolean): string {
  return typeof value === 'string' && value.startsWith(numberMark)
    ? value.slice(numberMark.length)
    : String(value);
}
