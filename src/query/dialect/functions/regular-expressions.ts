// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../../query-error.js';
import { arrayOf, quoteText, VARCHAR } from '../trino-type.js';
import { failure, type Typed, typed } from '../typed.js';
import { atLeast, invalidArgument, literalNumber } from './checked-arguments.js';
import { type FunctionCall, type FunctionTable, scalar } from './function-call.js';
import { text } from './strings.js';

/** RE2 knows no more of them. */
const GROUPS_MAX = 9;

/** Trino, "Regular expression functions". */
export const REGEXP_FUNCTIONS: FunctionTable = {
  regexp_like: scalar((call) => {
    call.takes(2);
    return typed(`regexp_matches(${text(call, 0)}, ${pattern(call)})`, { kind: 'boolean' });
  }),
  regexp_count: scalar((call) => {
    call.takes(2);
    return typed(`len(${all(call, undefined)})`, { kind: 'bigint' });
  }),
  regexp_extract: scalar((call) => {
    call.takes(2, 3);
    const [value, matched] = [text(call, 0), pattern(call)];
    const group = call.count === 3 ? `, ${groupOf(call)}` : '';
    return typed(
      `(CASE WHEN regexp_matches(${value}, ${matched}) THEN regexp_extract(${value}, ${matched}${group}) END)`,
      VARCHAR,
    );
  }),
  regexp_extract_all: scalar((call) => {
    call.takes(2, 3);
    return typed(all(call, call.count === 3 ? groupOf(call) : undefined), arrayOf(VARCHAR));
  }),
  regexp_replace: scalar((call) => {
    call.takes(2, 3);
    if (call.isLambda(2)) return replaceByLambda(call);
    return typed(
      `regexp_replace(${text(call, 0)}, ${pattern(call)}, ${call.count === 3 ? replacement(call) : "''"}, 'g')`,
      VARCHAR,
    );
  }),
  regexp_split: scalar((call) => {
    call.takes(2);
    return typed(`string_split_regex(${text(call, 0)}, ${pattern(call)})`, arrayOf(VARCHAR));
  }),
  regexp_position: scalar(position),
};

/** Java's named groups `(?<name>…)` are `(?P<name>…)` in RE2; lookaround there is neither, and is refused by the engine. */
function pattern(call: FunctionCall): string {
  const { constant } = call.arg(1);
  return constant === undefined ? text(call, 1) : quoteText(constant.replace(/\(\?<(?=[A-Za-z])/g, '(?P<'));
}

function all(call: FunctionCall, group: string | undefined): string {
  return `regexp_extract_all(${text(call, 0)}, ${pattern(call)}${group === undefined ? '' : `, ${group}`})`;
}

/** The groups of a pattern, by their names where they have any. */
function groupsOf(regexp: string): (string | undefined)[] {
  const groups: (string | undefined)[] = [];
  let inClass = false;
  for (let at = 0; at < regexp.length; at++) {
    if (regexp[at] === '\\') at++;
    else if (regexp[at] === '[') inClass = true;
    else if (regexp[at] === ']') inClass = false;
    else if (regexp[at] === '(' && !inClass) {
      if (regexp[at + 1] !== '?') groups.push(undefined);
      else {
        const name = /^\(\?P?<(\w+)>/.exec(regexp.slice(at))?.[1];
        if (name !== undefined) groups.push(name);
      }
    }
  }
  return groups;
}

/** The argument that is a group's number: one that the pattern has. */
function groupOf(call: FunctionCall): string {
  const { sql } = call.arg(2);
  const [number, regexp] = [literalNumber(sql), call.arg(1).constant];
  if (number === undefined || regexp === undefined) return sql;
  const count = groupsOf(regexp).length;
  if (number < 0 || number > count)
    throw invalidArgument(`Pattern has ${count} groups. Cannot access group ${number}`);
  if (number > GROUPS_MAX) throw tooManyGroups();
  return sql;
}

function tooManyGroups(): QueryError {
  return new QueryError('NOT_SUPPORTED', `Groups beyond the ${GROUPS_MAX}th of a pattern are not supported.`);
}

/**
 * A replacement as RE2 writes it. `$1` is a group, with as many digits as still name one; `${name}` a named one; a backslash
 * takes the next character as it is (Trino, "Regular expression functions": regexp_replace).
 */
function replacement(call: FunctionCall): string {
  const { constant } = call.arg(2);
  if (constant === undefined) return `regexp_replace(${text(call, 2)}, '\\$(\\d)', '\\\\\\1', 'g')`;
  const regexp = call.arg(1).constant;
  const groups = regexp === undefined ? undefined : groupsOf(regexp);
  const sql = constant.replace(
    /\\([\s\S]?)|\$(?:\{([^}]*)\}|(\d+))?/g,
    (found, escaped?: string, name?: string, digits?: string) => {
      if (found.startsWith('\\')) {
        if (escaped === '') throw invalidArgument('a replacement must not end with an escape character');
        return escaped === '\\' ? '\\\\' : (escaped ?? '');
      }
      if (name !== undefined) return `\\${namedGroup(groups, name)}`;
      if (digits === undefined) throw invalidArgument('Illegal replacement sequence: a group is missing');
      return numberedGroup(groups, digits);
    },
  );
  return quoteText(sql);
}

function namedGroup(groups: readonly (string | undefined)[] | undefined, name: string): number {
  const place = groups?.indexOf(name) ?? -1;
  if (place < 0 || name === '') throw invalidArgument(`no group with name '${name.slice(0, 60)}'`);
  if (place >= GROUPS_MAX) throw tooManyGroups();
  return place + 1;
}

function numberedGroup(groups: readonly (string | undefined)[] | undefined, digits: string): string {
  let used = 1;
  while (used < digits.length && Number(digits.slice(0, used + 1)) <= (groups?.length ?? 0)) used++;
  const number = Number(digits.slice(0, used));
  if (groups && number > groups.length)
    throw invalidArgument(`Illegal replacement sequence: unknown group ${number}`);
  if (number > GROUPS_MAX) throw tooManyGroups();
  return `\\${number}${digits.slice(used)}`;
}

/** What stands between the matches, and what the lambda makes of the groups of each. */
function replaceByLambda(call: FunctionCall): Typed {
  const regexp = call.text(1);
  const groups = groupsOf(regexp);
  if (groups.length > GROUPS_MAX) throw tooManyGroups();
  const value = text(call, 0);
  const index = call.newParameter({ kind: 'bigint' });
  const group = (number: number): string =>
    `list_extract(regexp_extract_all(${value}, ${pattern(call)}, ${number}), ${index.sql})`;
  const list = `[${groups.map((_, place) => group(place + 1)).join(', ')}]`;
  const array = typed(groups.length > 0 ? list : "list_slice([''], 1, 0)", arrayOf(VARCHAR));
  const body = call.lambdaBody(2, [array]);
  if (body.type.kind !== 'varchar') throw call.mismatch();
  const between = `string_split_regex(${value}, ${pattern(call)})`;
  const replaced = `list_transform(generate_series(1, len(${between}) - 1), lambda ${index.sql}: ${body.sql} || list_extract(${between}, ${index.sql} + 1))`;
  // Matches of nothing are no places to split at.
  return typed(
    `(CASE WHEN len(${all(call, undefined)}) <> len(${between}) - 1 THEN ${failure('regexp_replace by a function needs a pattern that matches no empty text', value)} WHEN len(${between}) = 1 THEN ${value} ELSE list_extract(${between}, 1) || array_to_string(${replaced}, '') END)`,
    VARCHAR,
  );
}

/** From `start` on, the n-th occurrence; -1 where there is none. */
function position(call: FunctionCall): Typed {
  call.takes(2, 4);
  const [value, matched] = [text(call, 0), pattern(call)];
  const start = call.count > 2 ? call.arg(2).sql : '1';
  const nth = call.count > 3 ? call.arg(3).sql : '1';
  const rest = `substring(${value}, ${start})`;
  const found = `regexp_extract_all(${rest}, ${matched})`;
  const before = `array_to_string(list_transform(generate_series(1, ${nth} - 1), lambda i: list_extract(string_split_regex(${rest}, ${matched}), i) || list_extract(${found}, i)), '')`;
  const own = `length(${before}) + length(list_extract(string_split_regex(${rest}, ${matched}), ${nth})) + ${start}`;
  const sql = `(CASE WHEN ${value} IS NULL OR ${matched} IS NULL THEN NULL WHEN len(${found}) < ${nth} THEN -1 ELSE CAST(${own} AS INTEGER) END)`;
  const checked = call.count > 2 ? atLeast(call, 2, 1, 'start position cannot be smaller than 1', sql) : sql;
  return typed(checked, { kind: 'integer' });
}
