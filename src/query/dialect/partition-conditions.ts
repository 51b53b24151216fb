// SPDX-License-Identifier: Apache-2.0
import {
  type ConstantValue,
  isTableCondition,
  type TableCondition,
  type WantedTable,
} from '../table-condition.js';
import type { TableName } from '../table-source.js';
import type { Expression, Identifier, Query, QueryBody, Relation, SelectBody } from './ast.js';
import type { ParsedStatement } from './dialect.js';
import {
  type NamedCondition,
  ofColumns,
  type Substitute,
  substituted,
  toTableCondition,
} from './named-condition.js';
import { ConditionExpressions, isQuery } from './read-condition.js';

/** A value of an expression that names no column, as the engine has printed it. */
export interface PrintedConstant {
  readonly type: string;
  readonly text: string | null;
}

/**
 * What a statement says of its tables before any of them is opened: objects of partitions that cannot count need not be
 * asked for. Conditions of WHERE and ON reach tables through subqueries, WITH, UNION and views.
 */
export interface StatementConditions {
  /** A query of one row of constants that the conditions need; absent when they need none. */
  readonly constants?: ParsedStatement;
  /** The tables that the statement reads, once each. @param values of `constants`, in its order; where absent, they are not known */
  tables(values?: readonly PrintedConstant[]): readonly WantedTable[];
}

export interface ConditionOptions {
  readonly parameters?: readonly string[];
  /** Of a view: what the statement says of its columns. */
  readonly where?: TableCondition;
}

/** Statements that would take longer to look at than their tables to read. */
const visitsMax = 2_000;
const constantsMax = 64;

export function statementConditions(
  parsed: ParsedStatement,
  options: ConditionOptions = {},
): StatementConditions {
  const { query } = parsed;
  if (query === undefined) return { tables: () => parsed.tables };
  const constants: Expression[] = [];
  const wanted = new ConditionReader(parsed, options, (expression) => {
    if (!constants.includes(expression) && constants.length < constantsMax) constants.push(expression);
    return undefined;
  }).read();
  if (constants.length === 0) return { tables: () => wanted };
  return {
    constants: rowOf(constants, parsed),
    tables: (values = []) =>
      new ConditionReader(parsed, options, (expression) =>
        printedConstant(values[constants.indexOf(expression)]),
      ).read(),
  };
}

/** What cannot be computed is NULL: the statement itself will say what is wrong. */
function rowOf(constants: readonly Expression[], { text }: ParsedStatement): ParsedStatement {
  const items = constants.map((of) => {
    const { at } = of;
    return { kind: 'expression', of: { kind: 'call', name: 'try', args: [of], at }, at } as const;
  });
  const body: SelectBody = {
    kind: 'select',
    distinct: false,
    items,
    from: [],
    groupBy: [],
    windows: [],
    at: 0,
  };
  const query: Query = { with: [], body, orderBy: [], at: 0 };
  return { kind: 'query', tables: [], parameterCount: 0, query, text };
}

function printedConstant(value: PrintedConstant | undefined): ConstantValue | undefined {
  if (value?.text === undefined || value.text === null) return undefined;
  const { type, text } = value;
  if (/^varchar\b/.test(type)) return { kind: 'constant', type: 'varchar', text };
  if (type === 'date') return { kind: 'constant', type: 'date', text };
  if (/^(?:tinyint|smallint|integer|bigint)$/.test(type)) return { kind: 'constant', type: 'integer', text };
  if (/^decimal\b/.test(type)) return { kind: 'constant', type: 'decimal', text };
  // An instant is compared with a time as the session's zone has it, which is UTC.
  if (/^timestamp\b/.test(type))
    return { kind: 'constant', type: 'timestamp', text: text.replace(/ UTC$/, '') };
  return undefined;
}

interface WithScope {
  readonly name: string;
  readonly query: Query;
  /** Its columns have other names than those of the query. */
  readonly isRenamed: boolean;
  readonly outside: WithScope | undefined;
}

class ConditionReader {
  readonly #parsed: ParsedStatement;
  readonly #options: ConditionOptions;
  readonly #expressions: ConditionExpressions;
  /** What is said of each place where a table or a name of WITH stands; `undefined`: nothing, so that all of it counts. */
  readonly #said = new Map<Relation, (TableCondition | undefined)[]>();
  readonly #visited = new Set<Query>();
  #visits = 0;

  constructor(
    parsed: ParsedStatement,
    options: ConditionOptions,
    constant: (expression: Expression) => ConstantValue | undefined,
  ) {
    this.#parsed = parsed;
    this.#options = options;
    this.#expressions = new ConditionExpressions(options.parameters, constant);
  }

  read(): readonly WantedTable[] {
    const { query, tables } = this.#parsed;
    if (query === undefined) return tables;
    const { where } = this.#options;
    this.#query(query, where === undefined ? [] : [ofColumns(where)], undefined);
    const places = relationsIn(query);
    const isWhole = this.#visits <= visitsMax && places.every((place) => this.#said.has(place));
    const hidden = namesHidden(query);
    const byName = new Map<string, { name: TableName; said: (TableCondition | undefined)[] }>();
    for (const name of tables) byName.set(keyOf(name), byName.get(keyOf(name)) ?? { name, said: [] });
    for (const place of places)
      if (place.kind === 'table')
        byName.get(keyOf(place.table))?.said.push(...(this.#said.get(place) ?? [undefined]));
    return Array.from(byName.values(), ({ name, said }) => {
      const condition = isWhole ? anyOf(said) : undefined;
      return {
        ...name,
        ...(condition === undefined ? {} : { where: condition }),
        ...(hidden.length === 0 ? {} : { hidden }),
      };
    });
  }

  #query(query: Query, conditions: readonly NamedCondition[], around: WithScope | undefined): void {
    this.#visits += 1;
    this.#visited.add(query);
    if (this.#visits > visitsMax) return;
    let scope = around;
    for (const { name, columns, query: of } of query.with)
      scope = { name: name.name.toLowerCase(), query: of, isRenamed: columns.length > 0, outside: scope };
    const isCut = query.limit !== undefined || query.offset !== undefined;
    this.#body(query.body, isCut ? [] : conditions, scope);
    for (const { by } of query.orderBy) this.#inside(by, scope);
    this.#inside(query.limit, scope);
    this.#inside(query.offset, scope);
    // What nobody names is there all the same.
    for (let item = scope; item !== undefined && item !== around; item = item.outside)
      if (!this.#visited.has(item.query)) this.#query(item.query, [], item.outside);
  }

  #body(body: QueryBody, conditions: readonly NamedCondition[], scope: WithScope | undefined): void {
    switch (body.kind) {
      case 'select':
        this.#select(body, conditions, scope);
        return;
      case 'nested':
        this.#query(body.query, conditions, scope);
        return;
      case 'values':
        this.#inside(body.rows, scope);
        return;
      case 'set': {
        const isUnion = body.operator === 'union';
        this.#body(body.left, isUnion ? conditions : [], scope);
        const right = byPlace(body.left, body.right);
        this.#body(body.right, isUnion && right !== undefined ? substituted(conditions, right) : [], scope);
      }
    }
  }

  #select(select: SelectBody, outer: readonly NamedCondition[], scope: WithScope | undefined): void {
    const own = select.where === undefined ? undefined : this.#expressions.condition(select.where, false);
    const conditions = [...(own === undefined ? [] : [own]), ...substituted(outer, this.#shownBy(select))];
    for (const relation of select.from) this.#relation(relation, conditions, scope);
    this.#inside([select.items, select.where, select.groupBy, select.having, select.windows], scope);
  }

  /** What an output column is of, where a condition on it holds for rows before they are grouped as well. */
  #shownBy({ items, groupBy, windows }: SelectBody): Substitute {
    if (windows.length > 0 || hasWindow(items)) return () => undefined;
    const groups = groupBy.map((group) => (group.kind === 'simple' ? group.of : undefined));
    const isGroup = (of: Expression, place: number) =>
      groups.some(
        (group) =>
          (group?.kind === 'number' && group.text === String(place + 1)) ||
          (group?.kind === 'name' && of.kind === 'name' && last(group.parts) === last(of.parts)),
      );
    const isGrouped = groupBy.length > 0;
    if (groups.includes(undefined)) return () => undefined;
    return (parts) => {
      const name = parts.at(-1);
      const found = items.flatMap((item, place) =>
        item.kind === 'expression' && nameOf(item) === name ? [{ of: item.of, place }] : [],
      );
      const stars = items.flatMap((item) => (item.kind === 'star' ? [item] : []));
      const [only] = found;
      if (found.length + stars.length !== 1 || name === undefined) return undefined;
      if (only !== undefined)
        return isGrouped && !isGroup(only.of, only.place) ? undefined : this.#expressions.operand(only.of);
      const [star] = stars;
      if (star === undefined || star.aliases.length > 0 || isGrouped) return undefined;
      if (star.of === undefined) return { kind: 'name', parts: [name] };
      const of = this.#expressions.operand(star.of);
      return of?.kind === 'name' ? { kind: 'name', parts: [...of.parts, name] } : undefined;
    };
  }

  #relation(relation: Relation, conditions: readonly NamedCondition[], scope: WithScope | undefined): void {
    switch (relation.kind) {
      case 'table': {
        const isRenamed = (relation.as?.columns.length ?? 0) > 0;
        const own = substituted(conditions, isRenamed ? () => undefined : columnOf(relation));
        this.#say(relation, allOf(own.map(toTableCondition)));
        return;
      }
      case 'withName': {
        this.#say(relation, undefined);
        let found = scope;
        while (found !== undefined && found.name !== relation.name) found = found.outside;
        if (found === undefined) return;
        const isRenamed = found.isRenamed || (relation.as?.columns.length ?? 0) > 0;
        const own = substituted(conditions, isRenamed ? () => undefined : columnOf(relation));
        this.#query(found.query, own, found.outside);
        return;
      }
      case 'query': {
        const isRenamed = (relation.as?.columns.length ?? 0) > 0;
        const own = substituted(conditions, isRenamed ? () => undefined : columnOf(relation));
        this.#query(relation.query, own, scope);
        return;
      }
      case 'unnest':
        this.#inside(relation.args, scope);
        return;
      case 'join': {
        const on = relation.on === undefined ? undefined : this.#expressions.condition(relation.on, false);
        // A side that is filled up with NULLs keeps what ON says; the other side's rows stay whatever ON says.
        const with_ = (sides: readonly string[]) =>
          on !== undefined && sides.includes(relation.type) ? [...conditions, on] : conditions;
        this.#relation(relation.left, with_(['inner', 'right']), scope);
        this.#relation(relation.right, with_(['inner', 'left']), scope);
        this.#inside(relation.on, scope);
      }
    }
  }

  #say(place: Relation, condition: TableCondition | undefined): void {
    const said = this.#said.get(place);
    if (said === undefined) this.#said.set(place, [condition]);
    else said.push(condition);
  }

  /** Queries inside of expressions: nothing is known of their columns from outside. */
  #inside(node: unknown, scope: WithScope | undefined): void {
    if (typeof node !== 'object' || node === null) return;
    if (isQuery(node)) {
      this.#query(node, [], scope);
      return;
    }
    for (const value of Object.values(node)) this.#inside(value, scope);
  }
}

function hasWindow(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if ('over' in node && node.over !== undefined) return true;
  return Object.values(node).some(hasWindow);
}

/** Every place in the statement where a table or a name of WITH stands. */
function relationsIn(node: unknown): Relation[] {
  if (typeof node !== 'object' || node === null) return [];
  const { kind } = node as { readonly kind?: unknown };
  if (kind === 'table' || kind === 'withName') return [node as Relation];
  return Object.values(node).flatMap(relationsIn);
}

/** Hidden columns are named by themselves only: `*` does not show them. */
function namesHidden(node: unknown): string[] {
  const found = new Set<string>();
  const look = (each: unknown): void => {
    if (typeof each !== 'object' || each === null) return;
    const { kind, parts } = each as { readonly kind?: unknown; readonly parts?: unknown };
    if (kind === 'name' && Array.isArray(parts))
      for (const { name } of parts as readonly Identifier[])
        if (name.startsWith('$')) found.add(name.toLowerCase());
    for (const value of Object.values(each)) look(value);
  };
  look(node);
  return [...found];
}

function last(parts: readonly Identifier[]): string {
  return parts.at(-1)?.name.toLowerCase() ?? '';
}

function nameOf({ of, alias }: { readonly of: Expression; readonly alias?: Identifier }): string | undefined {
  if (alias !== undefined) return alias.name.toLowerCase();
  return of.kind === 'name' ? last(of.parts) : undefined;
}

/** A name of the left side's as the column in the same place on the right; undefined when places cannot be told. */
function byPlace(left: QueryBody, right: QueryBody): Substitute | undefined {
  const [from, to] = [selectOf(left), selectOf(right)];
  if (from === undefined || to === undefined) return undefined;
  const names = from.items.map((item) => (item.kind === 'expression' ? nameOf(item) : undefined));
  const others = to.items.map((item) => (item.kind === 'expression' ? nameOf(item) : undefined));
  if ([...from.items, ...to.items].some(({ kind }) => kind === 'star')) return undefined;
  return (parts) => {
    const place = names.indexOf(parts.at(-1));
    const name = place < 0 || names.lastIndexOf(parts.at(-1)) !== place ? undefined : others[place];
    return name === undefined ? undefined : { kind: 'name', parts: [name] };
  };
}

function selectOf(body: QueryBody): SelectBody | undefined {
  switch (body.kind) {
    case 'select':
      return body;
    case 'nested':
      return selectOf(body.query.body);
    case 'set':
      return selectOf(body.left);
    case 'values':
      return undefined;
  }
}

/** Names that can be of a relation's columns: with nothing before them, or with what the relation is called. */
function columnOf(relation: Extract<Relation, { kind: 'table' | 'withName' | 'query' }>): Substitute {
  const alias = relation.as?.alias.name.toLowerCase();
  const own =
    alias !== undefined
      ? [alias]
      : relation.kind === 'table'
        ? [relation.table.table, relation.table.schema, relation.table.catalog].map((part) =>
            part?.toLowerCase(),
          )
        : relation.kind === 'withName'
          ? [relation.name]
          : [];
  return (parts) => {
    const name = parts.at(-1);
    const before = parts.slice(0, -1).reverse();
    const isOwn = before.every((part, place) => part === own[place]);
    return isOwn && name !== undefined ? { kind: 'name', parts: [name] } : undefined;
  };
}

function allOf(conditions: readonly TableCondition[]): TableCondition | undefined {
  return conditions.length > 1 ? { kind: 'and', terms: conditions } : conditions[0];
}

/** Of several places where a table stands: what each of them needs, small enough to be told. */
function anyOf(said: readonly (TableCondition | undefined)[]): TableCondition | undefined {
  const known = said.filter((each) => each !== undefined);
  if (known.length === 0 || known.length < said.length) return undefined;
  const one: TableCondition | undefined = known.length > 1 ? { kind: 'or', terms: known } : known[0];
  return isTableCondition(one) ? one : undefined;
}

function keyOf({ catalog = '', schema = '', table }: TableName): string {
  return JSON.stringify([catalog, schema, table].map((part) => part.toLowerCase()));
}
