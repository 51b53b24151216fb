// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../query-error.js';
import type {
  CallExpression,
  Expression,
  Identifier,
  JsonClauses,
  Query,
  Relation,
  SelectItem,
} from './ast.js';
import { type JsonReader, readJsonClause } from './parse-json-call.js';

/** Names that nobody gives to columns of his own. */
const ITEM: Identifier = { name: 'json item', quoted: true };
const ORDINAL: Identifier = { name: 'json ordinal', quoted: true };
const NESTED: Identifier = { name: 'json nested', quoted: true };

const TYPE_ENDS: readonly string[] = [
  'path',
  'format',
  'with',
  'without',
  'keep',
  'omit',
  'null',
  'error',
  'empty',
  'default',
];

/**
 * What stands between the parentheses of `JSON_TABLE(…)`, as the query that it is short for: its items unnested, a JSON function
 * for each column, and what is nested joined to its item. Source: Trino, "JSON functions and operators" (json_table).
 */
export function readJsonTable(reader: JsonReader): Query {
  const input = reader.expression();
  if (reader.takeWord('format')) reader.expectWord('json');
  reader.expectSymbol(',');
  const path = reader.expectString();
  if (reader.takeWord('as')) reader.identifier();
  if (reader.isWord('passing')) throw notSupported('PASSING');
  const read = readColumns(reader, path);
  if (reader.isWord('plan')) throw notSupported('PLAN');
  const isStrict = reader.takeWord('error', 'on', 'error');
  if (!isStrict) reader.takeWord('empty', 'on', 'error');
  verifyNames(reader, read.names);
  return queryOf(read, input, isStrict);
}

/** The columns of one path, with those that are nested in it. */
interface PathColumns {
  readonly at: number;
  readonly path: string;
  readonly items: readonly SelectItem[];
  readonly names: readonly string[];
  readonly nested?: PathColumns;
}

function readColumns(reader: JsonReader, path: string): PathColumns {
  const { at } = reader.token;
  const items: SelectItem[] = [];
  const names: string[] = [];
  let nested: PathColumns | undefined;
  reader.expectWord('columns');
  reader.expectSymbol('(');
  reader.list(() => {
    if (!reader.isWord('nested') || !(reader.isWord('path', 1) || reader.peek(1).kind === 'string')) {
      const column = readColumn(reader);
      items.push(column);
      names.push(column.alias.name);
      return;
    }
    if (nested !== undefined) throw notSupported('NESTED PATH beside another one');
    reader.take();
    reader.takeWord('path');
    const inner = reader.expectString();
    if (reader.takeWord('as')) reader.identifier();
    nested = reader.nested(() => readColumns(reader, inner));
    const of: Expression = { kind: 'name', parts: [NESTED], at };
    items.push({ kind: 'star', of, aliases: [], at });
    names.push(...nested.names);
  });
  reader.expectSymbol(')');
  return { at, path, items, names, ...(nested && { nested }) };
}

function queryOf({ at, path, items, nested }: PathColumns, input: Expression, isStrict: boolean): Query {
  const call = (name: string, args: readonly Expression[], json?: JsonClauses): CallExpression => ({
    kind: 'call',
    name,
    args,
    at,
    ...(json && { json }),
  });
  const all = call('json_query', [input, { kind: 'string', text: path, at }], {
    wrapper: 'unconditional',
    ...(isStrict && { onError: 'error' }),
  });
  const list: Expression = {
    kind: 'cast',
    of: call('json_parse', [all]),
    type: 'array(json)',
    safe: false,
    at,
  };
  const as = { alias: { name: 'json items', quoted: true }, columns: [ITEM, ORDINAL] };
  let from: Relation = { kind: 'unnest', args: [list], ordinality: true, as, at };
  if (nested !== undefined) {
    const query = queryOf(nested, itemText(at), isStrict);
    const right: Relation = { kind: 'query', query, lateral: true, as: { alias: NESTED, columns: [] }, at };
    from = { kind: 'join', type: 'left', left: from, right, on: { kind: 'boolean', value: true, at }, at };
  }
  const body = {
    kind: 'select',
    distinct: false,
    items,
    from: [from],
    groupBy: [],
    windows: [],
    at,
  } as const;
  return { with: [], body, orderBy: [], at };
}

function itemText(at: number): Expression {
  return { kind: 'call', name: 'json_format', args: [{ kind: 'name', parts: [ITEM], at }], at };
}

type Column = Extract<SelectItem, { kind: 'expression' }> & { readonly alias: Identifier };

function readColumn(reader: JsonReader): Column {
  const { at } = reader.token;
  const alias = reader.identifier();
  if (reader.takeWord('for', 'ordinality'))
    return { kind: 'expression', of: { kind: 'name', parts: [ORDINAL], at }, alias, at };
  const returning = readType(reader);
  const isJson = reader.takeWord('format', 'json');
  const path = reader.takeWord('path') ? reader.expectString() : implicitPath(alias);
  const json: { -readonly [K in keyof JsonClauses]: JsonClauses[K] } = {};
  while (!reader.isSymbol(',') && !reader.isSymbol(')')) readJsonClause(reader, json);
  const args = [itemText(at), { kind: 'string', text: path, at } as const];
  const name = isJson ? 'json_query' : 'json_value';
  return {
    kind: 'expression',
    of: { kind: 'call', name, args, json: { ...json, returning }, at },
    alias,
    at,
  };
}

/** A name that is not quoted is the one in upper case, as SQL has it. */
function implicitPath({ name, quoted }: Identifier): string {
  return `lax $.${JSON.stringify(quoted ? name : name.toUpperCase())}`;
}

/** Up to the clause behind it, or the next column. */
function readType(reader: JsonReader): string {
  const from = reader.token.at;
  let { end } = reader.token;
  let open = 0;
  while (open > 0 || !isTypeEnd(reader)) {
    if (reader.token.kind === 'end') throw reader.unexpected("')'");
    if (reader.isSymbol('(')) open++;
    if (reader.isSymbol(')')) open--;
    ({ end } = reader.take());
  }
  if (reader.token.at === from) throw reader.unexpected('<type>');
  return reader.sql.slice(from, end);
}

function isTypeEnd(reader: JsonReader): boolean {
  return reader.isSymbol(',') || reader.isSymbol(')') || TYPE_ENDS.some((word) => reader.isWord(word));
}

function verifyNames(reader: JsonReader, columns: readonly string[]): void {
  const names = columns.map((name) => name.toLowerCase());
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw reader.fail(`All columns of JSON_TABLE must have different names: ${twice}`);
}

function notSupported(clause: string): QueryError {
  return new QueryError('NOT_SUPPORTED', `${clause} in JSON_TABLE is not supported.`);
}
