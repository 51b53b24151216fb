// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../../query-error.js';

/** What a statement may use, all of it by plain names. */
export interface AllowedNames {
  readonly relations: ReadonlySet<string>;
  readonly functions: ReadonlySet<string>;
}

type Node = Readonly<Record<string, unknown>>;

/**
 * The last gate: what DuckDB itself has read in a translated statement (`json_serialize_sql`), which is what it will run. One
 * SELECT; relations of this session and of the statement's own WITH only, none in another schema or catalog; functions of
 * the list only. Whatever this walk does not know is refused: a new kind of node is a new way in.
 * Throws QueryError (NOT_SUPPORTED).
 */
export function checkFinalTree(json: string, allowed: AllowedNames): void {
  const tree = JSON.parse(json) as { error?: boolean; statements?: unknown[] };
  if (tree.error !== false || tree.statements?.length !== 1) refuse('a statement that is not one SELECT');
  new Walk(allowed).value(tree.statements[0], new Set());
}

function refuse(what: string): never {
  throw new QueryError('NOT_SUPPORTED', `The statement uses ${what}, which is not supported.`);
}

/** Of nodes that are no expressions. */
const kinds: ReadonlySet<unknown> = new Set([
  // Queries.
  'SELECT_NODE',
  'SET_OPERATION_NODE',
  'RECURSIVE_CTE_NODE',
  'CTE_NODE',
  // What stands in FROM.
  'BASE_TABLE',
  'EMPTY',
  'EXPRESSION_LIST',
  'JOIN',
  'SUBQUERY',
  'TABLE_FUNCTION',
  // What follows a query.
  'ORDER_MODIFIER',
  'DISTINCT_MODIFIER',
  'LIMIT_MODIFIER',
  'LIMIT_PERCENT_MODIFIER',
  'ORDER_DEFAULT',
  'ASCENDING',
  'DESCENDING',
  // Types of casts.
  'DECIMAL_TYPE_INFO',
  'LIST_TYPE_INFO',
  'ARRAY_TYPE_INFO',
  'STRUCT_TYPE_INFO',
  'STRING_TYPE_INFO',
  'GENERIC_TYPE_INFO',
  'EXTRA_TYPE_INFO',
  'UNBOUND_TYPE_INFO',
]);

const classes: ReadonlySet<unknown> = new Set([
  'BETWEEN',
  'CASE',
  'CAST',
  'COLLATE',
  'COLUMN_REF',
  'COMPARISON',
  'CONJUNCTION',
  'CONSTANT',
  'FUNCTION',
  'LAMBDA',
  'LAMBDA_REF',
  'OPERATOR',
  'STAR',
  'SUBQUERY',
  'WINDOW',
]);

/** `+`, `||`, `~~`: they compute, all of them. */
const operatorName = /^[^\p{L}\p{N}_"]+$/u;

/** Of table functions only those that make rows of their arguments. */
const tableFunctions: ReadonlySet<string> = new Set(['unnest', 'generate_series', 'range']);

class Walk {
  readonly #allowed: AllowedNames;

  constructor(allowed: AllowedNames) {
    this.#allowed = allowed;
  }

  value(value: unknown, withNames: ReadonlySet<string>): void {
    if (Array.isArray(value)) for (const item of value) this.value(item, withNames);
    else if (typeof value === 'object' && value !== null) this.#node(value as Node, withNames);
  }

  #node(node: Node, outerNames: ReadonlySet<string>): void {
    const names = namesWithin(node, outerNames);
    if ('class' in node) this.#expression(node);
    else if (typeof node.type === 'string') this.#relation(node, names);
    for (const [member, value] of Object.entries(node)) {
      // What a constant says is data.
      if (member === 'value' && node.class === 'CONSTANT') continue;
      this.value(value, names);
    }
  }

  #expression(node: Node): void {
    if (!classes.has(node.class)) refuse(`an expression of the kind ${String(node.class)}`);
    const name = node.function_name;
    if (name === undefined) return;
    const isOurs =
      typeof name === 'string' &&
      (this.#allowed.functions.has(name.toLowerCase()) || operatorName.test(name));
    // The list is of plain names: a qualified one may be anything. DuckDB's parser itself writes `main` for some.
    if (!isOurs || !isOneOf(node.schema, '', 'main') || !isOneOf(node.catalog, '', 'system'))
      refuse(`the function ${String(name)}`);
  }

  #relation(node: Node, withNames: ReadonlySet<string>): void {
    if (!kinds.has(node.type)) refuse(`a part of the kind ${String(node.type)}`);
    if (node.type === 'TABLE_FUNCTION') {
      const name = (node.function as Node | undefined)?.function_name;
      if (!tableFunctions.has(String(name).toLowerCase())) refuse(`the table function ${String(name)}`);
    }
    if (node.type !== 'BASE_TABLE') return;
    const name = String(node.table_name).toLowerCase();
    const isPlain = !node.schema_name && !node.catalog_name && !node.at_clause;
    if (!isPlain || !(this.#allowed.relations.has(name) || withNames.has(name)))
      refuse('a table that is none of its own');
  }
}

function isOneOf(value: unknown, ...options: readonly string[]): boolean {
  return value === undefined || value === null || options.includes(value as string);
}

/** A query's WITH, and the name under which a recursive one calls itself. */
function namesWithin(node: Node, outer: ReadonlySet<string>): ReadonlySet<string> {
  const names: string[] = [];
  const entries = (node.cte_map as { map?: { key: string }[] } | undefined)?.map ?? [];
  for (const { key } of entries) names.push(key.toLowerCase());
  if ('cte_name' in node) names.push(String(node.cte_name).toLowerCase());
  return names.length === 0 ? outer : new Set([...outer, ...names]);
}
