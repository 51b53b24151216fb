// SPDX-License-Identifier: Apache-2.0

/** What stands on or in the character before it. */
const narrowest = /^(?:\p{Mn}|\p{Me}|\p{Cf})$/u;
/** Two columns. Source: Unicode Standard Annex #11, "East Asian Width": W and F, roughly by blocks; emoji that are shown as such. */
const wide =
  /^[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{17000}-\u{18cff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]$/u;
const plain = /^[\u0020-\u007e]*$/;

/** Columns of a terminal that a text takes, near enough: terminals themselves differ. */
export function displayWidth(text: string): number {
  if (plain.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}

/** The text, or as much of it as fits with `…` behind it. */
export function cutToWidth(text: string, width: number): string {
  // No character takes more than two columns, so what is this short fits, and most texts are.
  if (text.length * 2 <= width || displayWidth(text) <= width) return text;
  let kept = '';
  let left = width - 1;
  for (const character of text) {
    left -= widthOf(character);
    if (left < 0) break;
    kept += character;
  }
  return `${kept}…`;
}

/** The text with spaces behind it, or before it, up to a width. */
export function padToWidth(text: string, width: number, isRight = false): string {
  const spaces = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return isRight ? spaces + text : text + spaces;
}

function widthOf(character: string): number {
  if (plain.test(character)) return 1;
  return narrowest.test(character) ? 0 : wide.test(character) ? 2 : 1;
}
