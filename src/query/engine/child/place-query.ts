// SPDX-License-Identifier: Apache-2.0
import type { LateView } from '../../views/table-view.js';

/** The question which rows of a table a statement shows. */
export interface PlaceQuery {
  readonly relation: string;
  readonly view: LateView;
  /** A statement as DuckDB serializes them; it answers with `view.head`, one more row than `rowsMax` where there are more. */
  readonly json: string;
  readonly rowsMax: number;
  /** It asks for all rows that the statement can have. */
  readonly isAll: boolean;
}

type Node = { readonly [member: string]: unknown };

/** Columns of its table that a statement may show and still be answered faster by reading them for all rows. */
const shownColumnsMax = 5;
/** Nanoseconds to read any other column, for each row of the table. */
const plainColumnNs = 5;

/**
 * Makes the question of a statement (as `json_serialize_sql` gives it, after `checkFinalTree`): the same FROM, WHERE, ORDER BY,
 * and as many rows as it may show. The statement itself, over the records of those rows alone, then has the answer that it
 * has over all rows. That holds only where a row of the answer is a row of the table: one table, no groups, aggregates,
 * windows, DISTINCT or queries inside, and nothing that says something else when it is asked again.
 *
 * @param rowsMaxOf how many rows at most are worth it, by what the shown columns take: nanoseconds for each row of the table
 * @returns undefined where it does not hold, or is not worth it
 */
export function toPlaceQuery(
  json: string,
  tables: ReadonlyMap<string, LateView>,
  rowsMaxOf: (view: LateView, shownNs: number) => number,
): PlaceQuery | undefined {
  // Where a node stood may be the largest number of 64 bits, which no JavaScript number is; nobody needs it. Inside of a text
  // the quotation mark would be escaped.
  const tree = JSON.parse(json.replace(/(?<=[,{]"query_location":)\d+/g, '0')) as {
    statements: { node: Node }[];
  };
  const statement = tree.statements[0];
  const node = statement?.node;
  if (statement === undefined || node === undefined || !isPlainSelect(node)) return undefined;
  const from = node.from_table as Node;
  const relation = String(from.table_name);
  const view = tables.get(relation);
  const shown = node.select_list as readonly Node[];
  if (view === undefined || from.sample !== null || !isOfRows(node)) return undefined;
  const rowsMax = rowsMaxOf(view, nsOfShown(shown, view));
  if (rowsMax <= 0) return undefined;
  const asks = toModifiers(node.modifiers as readonly Node[], shown, rowsMax);
  if (asks === undefined) return undefined;
  const head = view.head.map((name) => ({
    class: 'COLUMN_REF',
    type: 'COLUMN_REF',
    alias: '',
    column_names: [from.alias === '' ? relation : from.alias, name],
  }));
  const asked = { ...node, select_list: head, modifiers: asks.modifiers };
  return {
    relation,
    view,
    rowsMax,
    isAll: asks.rows <= rowsMax,
    json: JSON.stringify({ ...tree, statements: [{ ...statement, node: asked }] }),
  };
}

function isPlainSelect(node: Node): boolean {
  return (
    node.type === 'SELECT_NODE' &&
    (node.from_table as Node | undefined)?.type === 'BASE_TABLE' &&
    isEmpty((node.cte_map as Node | undefined)?.map) &&
    isEmpty(node.group_expressions) &&
    isEmpty(node.group_sets) &&
    node.aggregate_handling === 'STANDARD_HANDLING' &&
    [node.having, node.sample, node.qualify].every((part) => part === null)
  );
}

/** Nothing in it looks at other rows than the one at hand, or is not the same each time. */
function isOfRows(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isOfRows);
  if (typeof value !== 'object' || value === null) return true;
  const node = value as Node;
  if (node.class === 'CONSTANT') return isExact(node);
  if (node.class === 'WINDOW' || node.class === 'SUBQUERY') return false;
  if (otherFunctions.has(String(node.function_name).toLowerCase())) return false;
  return Object.values(node).every(isOfRows);
}

/** Whether JavaScript has its numbers as they are. */
function isExact(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isInteger(value) || Number.isSafeInteger(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(isExact);
}

/** Of the functions that statements may call: aggregates, those that make rows, and those that are never the same twice. */
export const otherFunctions: ReadonlySet<string> = new Set(
  `
  any_value approx_quantile arg_max arg_max_null arg_min arg_min_null avg bit_and bit_or bit_xor bool_and bool_or corr count count_if count_star covar_pop
  covar_samp entropy first_value geomean histogram kurtosis last_value list max min regr_intercept regr_slope skewness
  stddev_pop stddev_samp string_agg sum var_pop var_samp generate_series grouping random unnest uuid
  `
    .trim()
    .split(/\s+/),
);

/** Of few columns that are none of the costly ones: none, for they are read at once with those of WHERE. */
function nsOfShown(shown: readonly Node[], { costly }: LateView): number {
  const columns = new Set<string>();
  collectColumns(shown, columns);
  // The raw form of a column has its name behind a `$`.
  const times = Array.from(columns, (name) => costly.get(name.replace(/^\$/, '')));
  if (columns.size <= shownColumnsMax && times.every((ns) => ns === undefined)) return 0;
  return times.reduce<number>((sum, ns = plainColumnNs) => sum + ns, 0);
}

function collectColumns(value: unknown, into: Set<string>): void {
  if (Array.isArray(value)) for (const item of value) collectColumns(item, into);
  else if (typeof value === 'object' && value !== null) {
    const node = value as Node;
    const names = node.class === 'COLUMN_REF' ? (node.column_names as readonly string[]) : [];
    if (names.length > 0) into.add(String(names[1] ?? names[0]).toLowerCase());
    else for (const member of Object.values(node)) collectColumns(member, into);
  }
}

/** ORDER BY as it is, and a LIMIT that has room for what OFFSET leaves out. */
function toModifiers(
  modifiers: readonly Node[],
  shown: readonly Node[],
  rowsMax: number,
): { readonly modifiers: readonly Node[]; readonly rows: number } | undefined {
  let rows = rowsMax + 1;
  const kept: Node[] = [];
  for (const modifier of modifiers) {
    if (modifier.type === 'LIMIT_MODIFIER') {
      const [limit, offset] = [numberOf(modifier.limit), numberOf(modifier.offset ?? null)];
      if (limit === undefined || offset === undefined) return undefined;
      if (limit !== null) rows = Math.min(rows, limit + (offset ?? 0));
    } else if (modifier.type === 'ORDER_MODIFIER') {
      const orders = (modifier.orders as readonly Node[]).map((order) => withoutOrdinal(order, shown));
      if (!orders.every((order) => order !== undefined)) return undefined;
      kept.push({ ...modifier, orders });
    } else return undefined;
  }
  return { modifiers: [...kept, { type: 'LIMIT_MODIFIER', limit: integer(rows), offset: null }], rows };
}

/** `ORDER BY 2` is by what is shown second. */
function withoutOrdinal(order: Node, shown: readonly Node[]): Node | undefined {
  const expression = order.expression as Node;
  if (expression.class !== 'CONSTANT') return order;
  const ordinal = numberOf(expression);
  const meant = typeof ordinal === 'number' ? shown[ordinal - 1] : undefined;
  return meant && { ...order, expression: { ...meant, alias: '' } };
}

/** null for nothing, undefined for what is no plain number. */
function numberOf(node: unknown): number | null | undefined {
  if (node === null) return null;
  const { value } = node as { value?: { value?: unknown } };
  return typeof value?.value === 'number' && Number.isSafeInteger(value.value) ? value.value : undefined;
}

function integer(value: number): Node {
  return {
    class: 'CONSTANT',
    type: 'VALUE_CONSTANT',
    alias: '',
    value: { type: { id: 'INTEGER', type_info: null }, is_null: false, value },
  };
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
