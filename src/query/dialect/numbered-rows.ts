// SPDX-License-Identifier: Apache-2.0
import type {
  CallExpression,
  Expression,
  Query,
  Relation,
  SelectBody,
  SelectItem,
  WindowSpec,
} from './ast.js';
import { FUNCTIONS } from './functions/all-functions.js';

/** A SELECT that numbers its rows within groups, of which another asks for those up to a number alone. */
export interface NumberedRows {
  readonly window: WindowSpec;
  readonly lastNumber: number;
}

/**
 * Finds SELECTs of which only the rows with the first numbers are asked for:
 * `SELECT … FROM (SELECT …, row_number() OVER (PARTITION BY … ORDER BY …) AS n FROM …) WHERE n = 1`, or of a query of WITH that
 * nothing else asks.
 */
export function numberedRows(query: Query): readonly [SelectBody, NumberedRows] | undefined {
  const { body } = query;
  if (body.kind !== 'select' || body.from.length !== 1 || body.where === undefined) return undefined;
  const asked = askedQuery(query, body.from[0] as Relation);
  if (asked === undefined || asked.query.body.kind !== 'select' || !isOfAllRows(asked.query))
    return undefined;
  const { body: inner } = asked.query;
  for (const term of body.where.kind === 'and' ? body.where.terms : [body.where]) {
    const [name, lastNumber] = upTo(term) ?? [];
    const item = name && columnNamed(inner, asked, name);
    const window = item && rankOf(item, inner);
    if (window && lastNumber !== undefined && isOnlyRank(inner, item)) return [inner, { window, lastNumber }];
  }
  return undefined;
}

type Name = Extract<Expression, { kind: 'name' }>;

interface AskedQuery {
  readonly query: Query;
  readonly alias?: string;
  /** In lower case; of none where it goes by its own. */
  readonly columns: readonly string[];
}

function askedQuery(query: Query, relation: Relation): AskedQuery | undefined {
  if ((relation.kind !== 'query' && relation.kind !== 'withName') || relation.sample) return undefined;
  const named = relation.as?.columns ?? [];
  const alias = relation.as?.alias.name.toLowerCase();
  if (relation.kind === 'query') {
    if (relation.lateral) return undefined;
    return { query: relation.query, ...(alias !== undefined && { alias }), columns: lower(named) };
  }
  const items = query.with.filter(({ name }) => name.name.toLowerCase() === relation.name);
  const [item] = items;
  if (items.length !== 1 || !item || item.recursive || timesNamed(query, relation.name) !== 1)
    return undefined;
  const columns = named.length > 0 ? named : item.columns;
  return { query: item.query, alias: alias ?? relation.name, columns: lower(columns) };
}

function lower(names: readonly { readonly name: string }[]): readonly string[] {
  return names.map(({ name }) => name.toLowerCase());
}

function timesNamed(value: unknown, name: string): number {
  let times = 0;
  visit(value, (node) => {
    if (node.kind === 'withName' && node.name === name) times += 1;
  });
  return times;
}

/** Every row that its FROM and WHERE leave is a row of it. */
function isOfAllRows({ body, limit, offset, withTies }: Query): boolean {
  if (body.kind !== 'select' || limit || offset || withTies) return false;
  return !body.distinct && body.groupBy.length === 0 && body.having === undefined;
}

/** `n = 1`, `1 = n`, `n <= 3`, `n < 4`: the name, and the last number. */
function upTo(term: Expression): readonly [Name, number] | undefined {
  if (term.kind !== 'operation') return undefined;
  const { left, right, operator } = term;
  if (right.kind === 'name' && left.kind === 'number')
    return operator === '=' && Number(left.text) === 1 ? [right, 1] : undefined;
  if (left.kind !== 'name' || right.kind !== 'number' || !/^\d{1,4}$/.test(right.text)) return undefined;
  const last = Number(right.text) - (operator === '<' ? 1 : 0);
  const isUpTo = operator === '<=' || operator === '<' || (operator === '=' && last === 1);
  return isUpTo && last >= 1 ? [left, last] : undefined;
}

/** What the outer query calls by a name; of a name that means several columns it complains itself. */
function columnNamed(
  inner: SelectBody,
  { alias, columns }: AskedQuery,
  { parts }: Name,
): SelectItem | undefined {
  const names = lower(parts);
  const name = names.at(-1) as string;
  if (names.length > 2 || (names.length === 2 && names[0] !== alias)) return undefined;
  if (columns.length > 0) {
    const isPlain = inner.items.every(({ kind }) => kind === 'expression');
    return isPlain ? inner.items[columns.indexOf(name)] : undefined;
  }
  return inner.items.find((item) => item.kind === 'expression' && item.alias?.name.toLowerCase() === name);
}

const ranks: ReadonlySet<string> = new Set(['row_number', 'rank', 'dense_rank']);

/** The window of an item that numbers rows: its own, or one of the SELECT's that it names. */
function rankOf(item: SelectItem, { windows }: SelectBody): WindowSpec | undefined {
  if (item.kind !== 'expression' || item.of.kind !== 'call' || !ranks.has(item.of.name)) return undefined;
  const { over, filter, args } = item.of;
  if (!over || filter || args.length > 0) return undefined;
  const base = over.base?.name.toLowerCase();
  const spec = base === undefined ? over : windows.find(({ name }) => name.name.toLowerCase() === base)?.spec;
  const isWhole = base === undefined || (over.partitionBy.length === 0 && over.orderBy.length === 0);
  return isWhole && spec && !spec.base && !spec.frame && !over.frame ? spec : undefined;
}

/** Nothing else of the SELECT depends on rows that may be left out, or is another thing when it is asked again. */
function isOnlyRank(body: SelectBody, rank: SelectItem): boolean {
  let isOnly = true;
  const check = (node: Node): void => {
    if (
      queries.has(String(node.kind)) ||
      (node.kind === 'call' && !isOfRow(node as unknown as CallExpression))
    )
      isOnly = false;
  };
  for (const item of body.items) if (item !== rank) visit(item, check);
  for (const part of [body.where, rank.kind === 'expression' && rank.of.kind === 'call' && rank.of.over])
    visit(part, check);
  visit(body.windows, check);
  return isOnly;
}

const queries: ReadonlySet<string> = new Set(['exists', 'inQuery', 'subquery', 'quantified']);
const changing: ReadonlySet<string> = new Set(['random', 'rand', 'uuid', 'shuffle']);

function isOfRow({ name, over }: CallExpression): boolean {
  return !over && !changing.has(name) && FUNCTIONS.get(name)?.kind === 'scalar';
}

type Node = Readonly<Record<string, unknown>>;

/** Every node of a statement's tree. */
function visit(value: unknown, see: (node: Node) => void): void {
  if (Array.isArray(value)) for (const item of value) visit(item, see);
  else if (typeof value === 'object' && value !== null) {
    see(value as Node);
    for (const member of Object.values(value)) visit(member, see);
  }
}
