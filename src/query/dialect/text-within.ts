// SPDX-License-Identifier: Apache-2.0
import { markedMark, marksEnd } from '../../record/record-columns.js';
import { sqlOfColumn } from './scope.js';
import { quoteText, VARCHAR } from './trino-type.js';
import { type Typed, typed } from './typed.js';

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
 * A member of a column's JSON that has a column of its own.
 * @param path as `toJsonPath` and `toMemberPath` write them
 * @param isScalar objects and arrays are NULL, and not their JSON
 */
export function heldMember({ column }: Typed, path: string, isScalar: boolean): Typed | undefined {
  const [, name] = /^\$\."([^"]+)"$/.exec(path) ?? [];
  const members = column?.faster.members;
  if (column === undefined || members === undefined || name === undefined || !Object.hasOwn(members, name))
    return undefined;
  const held = sqlOfColumn(column.relation, members[name] as string);
  const rest = isScalar
    ? `WHEN starts_with(${held}, ${quoteText(markedMark)}) THEN substring(${held}, 2)`
    : `ELSE substring(${held}, 2)`;
  return typed(
    `(CASE WHEN ${held} >= ${quoteText(marksEnd)} OR ${held} = '' THEN ${held} ${rest} END)`,
    VARCHAR,
    { held },
  );
}

/**
 * What has to hold where a member of JSON is one of these texts: one of them is to be found in the JSON, or an escape. Looking for
 * it takes half the time of reading the JSON, and leaves few rows to read.
 */
export function impliedByTexts(member: Typed, texts: readonly Typed[]): Pick<Typed, 'implied'> {
  const { within: json, held } = member;
  const constants = texts.map(({ constant }) => constant);
  if (constants.length === 0 || !constants.every((text) => text !== undefined && PLAIN.test(text))) return {};
  if (held !== undefined)
    return { implied: `${held} IN (${constants.map((text) => quoteText(text as string)).join(', ')})` };
  if (json === undefined || constants.length > TEXTS_MAX) return {};
  const each = constants.map((text) => `cairn_may_hold(${json}, ${quoteText(text as string)})`);
  return { implied: each.length === 1 ? (each[0] as string) : `(${each.join(' OR ')})` };
}
