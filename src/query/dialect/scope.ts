// SPDX-License-Identifier: Apache-2.0
import type { TableName } from '../table-source.js';
import type { FasterColumn } from '../views/table-view.js';
import type { Identifier } from './ast.js';
import { quoteName, quoteText, type TrinoType } from './trino-type.js';
import { type Typed, typed } from './typed.js';

export interface ScopeColumn {
  /** As `SELECT *` shows it; undefined for an expression without a name. */
  readonly name: string | undefined;
  readonly type: TrinoType;
  readonly sql: string;
  readonly relation: string;
  readonly faster?: FasterColumn;
  /** Found by its name, but not shown by `*`. */
  readonly hidden?: boolean;
}

export interface ScopeRelation {
  readonly alias?: string;
  /** Of a table without an alias: columns may be named through it. */
  readonly table?: TableName;
  readonly columns: readonly ScopeColumn[];
}

export type NameFailure = 'unknown' | 'ambiguous';

/** What names mean at a place: columns of the relations in FROM, parameters of lambdas, and then what is around. */
export class Scope {
  constructor(
    readonly relations: readonly ScopeRelation[],
    readonly outer?: Scope,
    /** Names that go before columns: parameters of lambdas, and in ORDER BY what SELECT has named. */
    readonly locals: ReadonlyMap<string, Typed> = new Map(),
  ) {}

  withoutFaster(): Scope {
    const relations = this.relations.map(({ columns, ...rest }) => ({
      ...rest,
      columns: columns.map(({ faster: _, ...column }) => column),
    }));
    return new Scope(relations, this.outer, this.locals);
  }

  within(locals: ReadonlyMap<string, Typed>): Scope {
    return new Scope([], this, locals);
  }

  /** Columns before fields, the nearest scope before those around it, as in Trino. */
  find(parts: readonly Identifier[]): Typed | NameFailure {
    const found = this.findHere(parts);
    return found === 'unknown' && this.outer ? this.outer.find(parts) : found;
  }

  private findHere(parts: readonly Identifier[]): Typed | NameFailure {
    const names = parts.map(({ name }) => name.toLowerCase());
    const local = this.locals.get(names[0] ?? '');
    if (local) return fieldsOf(local, names.slice(1));
    for (let prefix = Math.min(3, names.length - 1); prefix > 0; prefix--) {
      const relations = this.relations.filter((relation) => isNamed(relation, names.slice(0, prefix)));
      const found = findColumn(relations, names[prefix] as string, names.slice(prefix + 1));
      if (found !== 'unknown') return found;
    }
    return findColumn(this.relations, names[0] as string, names.slice(1));
  }

  relationsNamed(parts: readonly Identifier[]): readonly ScopeRelation[] {
    return this.relations.filter((relation) =>
      isNamed(
        relation,
        parts.map(({ name }) => name.toLowerCase()),
      ),
    );
  }
}

function isNamed({ alias, table }: ScopeRelation, names: readonly string[]): boolean {
  if (alias !== undefined) return names.length === 1 && alias === names[0];
  if (!table) return false;
  const own = [table.table, table.schema, table.catalog];
  return [...names].reverse().every((name, index) => own[index]?.toLowerCase() === name);
}

function findColumn(
  relations: readonly ScopeRelation[],
  name: string,
  fields: readonly string[],
): Typed | NameFailure {
  const columns = relations.flatMap(({ columns }) =>
    columns.filter((column) => column.name?.toLowerCase() === name),
  );
  const shown = columns.filter(({ hidden }) => !hidden);
  const [column, another] = shown.length > 0 ? shown : columns;
  if (!column) return 'unknown';
  return another ? 'ambiguous' : fieldsOf(columnOf(column), fields);
}

export function columnOf({ sql, type, relation, faster }: ScopeColumn): Typed {
  return typed(sql, type, faster ? { column: { relation, faster } } : {});
}

/** `userIdentity.sessionContext.attributes`: fields of rows inside of rows. */
export function fieldsOf(of: Typed, names: readonly string[]): Typed | NameFailure {
  if (names.length === 0) return of;
  let found = of;
  const atHand = fieldsAtHand(of);
  for (const [index, name] of names.entries()) {
    if (found.type.kind !== 'row') return 'unknown';
    const matching = found.type.fields.filter((field) => field.name?.toLowerCase() === name);
    const [field] = matching;
    if (!field) return 'unknown';
    if (matching.length > 1) return 'ambiguous';
    const path = names.slice(0, index + 1).join('.');
    const own = atHand.get(path) ?? `struct_extract(${found.sql}, ${quoteText(field.name as string)})`;
    found = typed(own, field.type, field.type.kind === 'row' ? { fields: fieldsBelow(atHand, path) } : {});
  }
  return found;
}

/** What is at hand of a row that is a field itself. */
function fieldsBelow(fields: ReadonlyMap<string, string>, path: string): ReadonlyMap<string, string> {
  const below = Array.from(fields).filter(([name]) => name.startsWith(`${path}.`));
  return new Map(below.map(([name, sql]) => [name.slice(path.length + 1), sql]));
}

/** Fields of a value that are to be had without making it, by path in lower case. */
export function fieldsAtHand({ column, fields = new Map() }: Typed): ReadonlyMap<string, string> {
  if (column?.faster.fields === undefined) return fields;
  return new Map(
    Object.entries(column.faster.fields).map(([path, name]) => [path, sqlOfColumn(column.relation, name)]),
  );
}

export function sqlOfColumn(relation: string, name: string): string {
  return `${quoteName(relation)}.${quoteName(name)}`;
}
