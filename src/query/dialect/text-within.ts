// SPDX-License-Identifier: Apache-2.0
import { quoteText } from './trino-type.js';
import type { Typed } from './typed.js';

/**
 * Texts that stand in JSON as they are, or with an escape somewhere. What begins otherwise may be the text of a number, an
 * object or an array, which the engine prints in its own way; so are these words.
 */
const PLAIN = /^(?!(?:true|false|null|nan|inf|infinity)$)\p{L}/iu;
/** Beyond it, looking for each text takes as long as reading the JSON. */
const TEXTS_MAX = 4;

/** A member of a text of JSON is part of that text: which text, where looking at it costs nothing but that. */
export function within(json: Typed): Pick<Typed, 'within'> {
  if (json.within !== undefined) return { within: json.within };
  const isColumn = json.type.kind === 'varchar' && /^"[^"]+"\."[^"]+"$/.test(json.sql);
  return isColumn ? { within: json.sql } : {};
}

/**
 * What has to hold where a member of JSON is one of these texts: one of them is to be found in the JSON, or an escape. Looking for
 * it takes half the time of reading the JSON, and leaves few rows to read.
 */
export function impliedByTexts(member: Typed, texts: readonly Typed[]): Pick<Typed, 'implied'> {
  const { within: json } = member;
  const constants = texts.map(({ constant }) => constant);
  if (json === undefined || constants.length === 0 || constants.length > TEXTS_MAX) return {};
  if (!constants.every((text) => text !== undefined && PLAIN.test(text))) return {};
  const each = constants.map((text) => `cairn_may_hold(${json}, ${quoteText(text as string)})`);
  return { implied: each.length === 1 ? (each[0] as string) : `(${each.join(' OR ')})` };
}
