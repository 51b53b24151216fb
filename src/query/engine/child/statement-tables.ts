// SPDX-License-Identifier: Apache-2.0
import type { CheckedStatement, SqlDialect } from '../../query-engine.js';
import { QueryError } from '../../query-error.js';
import type { TableCondition, WantedTable } from '../../table-condition.js';
import type { TableName, TableSource } from '../../table-source.js';
import type { LateView, TableView } from '../../views/table-view.js';
import { tablesMax, viewDepthMax } from '../engine-limits.js';
import { quoted } from './session.js';
import type { ResolvedTable, StatementLanguage, TranslateOptions } from './statement-language.js';

/** A table of a statement, with the tables that it is a view of. */
export interface StatementTable {
  readonly name: WantedTable;
  readonly source: TableSource;
  /** Of a view. */
  readonly parsed?: CheckedStatement;
  readonly tables?: ReadonlyMap<string, StatementTable>;
}

export type Resolve = (names: readonly WantedTable[]) => Promise<readonly TableSource[]>;

/** The tables of a query, with what it says of them. @param where of a view: what is said of its columns */
export type TablesOf = (parsed: CheckedStatement, where?: TableCondition) => Promise<readonly WantedTable[]>;

/** Asks for all that a statement reads, and for what its views read, one level at a time. Nothing is opened yet. */
export class TableFinder {
  readonly #language: StatementLanguage;
  readonly #dialect: SqlDialect;
  readonly #resolve: Resolve;
  readonly #tablesOf: TablesOf;
  readonly #found: StatementTable[] = [];

  constructor(
    language: StatementLanguage,
    dialect: SqlDialect,
    resolve: Resolve,
    tablesOf: TablesOf = ({ tables }) => Promise.resolve(tables),
  ) {
    this.#language = language;
    this.#dialect = dialect;
    this.#resolve = resolve;
    this.#tablesOf = tablesOf;
  }

  /** Everything that was found, views and what is below them. */
  get found(): readonly StatementTable[] {
    return this.#found;
  }

  async findAll(parsed: CheckedStatement): Promise<ReadonlyMap<string, StatementTable>> {
    return this.find(await this.#tablesOf(parsed));
  }

  async find(names: readonly WantedTable[], depth = 0): Promise<ReadonlyMap<string, StatementTable>> {
    const wanted = new Map(names.map((name) => [keyOf(name), name]));
    if (depth > viewDepthMax)
      throw new QueryError('EXCEEDED_LIMIT', `Views are nested more than ${viewDepthMax} levels deep.`);
    if (this.#found.length + wanted.size > tablesMax)
      throw new QueryError('EXCEEDED_LIMIT', `The query reads more than ${tablesMax} tables.`);
    if (wanted.size === 0) return new Map();
    const sources = await this.#resolve(Array.from(wanted.values()));
    const tables = new Map<string, StatementTable>();
    for (const [index, [key, name]] of Array.from(wanted).entries()) {
      const source = sources[index];
      if (source === undefined) throw new Error('a table without a source');
      const table = source.kind === 'view' ? await this.#view(name, source, depth) : { name, source };
      this.#found.push(table);
      tables.set(key, table);
    }
    return tables;
  }

  async #view(name: WantedTable, source: TableSource & { kind: 'view' }, depth: number) {
    const parsed = this.#language.read(source.sql, this.#dialect);
    if (parsed.kind !== 'query')
      throw new QueryError('NOT_SUPPORTED', `The view '${name.table}' is not a query.`);
    return {
      name,
      source,
      parsed,
      tables: await this.find(await this.#tablesOf(parsed, name.where), depth + 1),
    };
  }
}

export interface RelationSession {
  run(sql: string): Promise<void>;
  /** Throws for what a translated statement must not be. */
  check(sql: string, relations: readonly string[]): Promise<void>;
}

/** Makes relations of tables, named `t1`, `t2`, …: nothing that a statement calls anything. */
export class RelationMaker {
  readonly #language: StatementLanguage;
  readonly #options: TranslateOptions;
  readonly #session: RelationSession;
  readonly #relations: string[] = [];
  /** Relations whose rows can be read late. */
  readonly late = new Map<string, LateView>();

  constructor(language: StatementLanguage, options: TranslateOptions, session: RelationSession) {
    this.#language = language;
    this.#options = options;
    this.#session = session;
  }

  get relations(): readonly string[] {
    return this.#relations;
  }

  /** @returns how the translator finds the relation behind a name */
  async make(tables: ReadonlyMap<string, StatementTable>): Promise<(name: TableName) => ResolvedTable> {
    const made = new Map<string, ResolvedTable>();
    for (const [key, table] of tables) made.set(key, await this.#relation(table));
    return (name) => {
      const resolved = made.get(keyOf(name));
      if (resolved === undefined)
        throw new QueryError('TABLE_NOT_FOUND', `Table '${name.table}' does not exist`);
      return resolved;
    };
  }

  async #relation(table: StatementTable): Promise<ResolvedTable> {
    const { select, schema, late } = await this.#viewOf(table);
    const view = `t${this.#relations.length + 1}`;
    await this.#session.run(`CREATE VIEW ${view} AS ${select}`);
    this.#relations.push(view);
    if (late !== undefined) this.late.set(view, late);
    return { view, schema };
  }

  async #viewOf({ source, parsed, tables }: StatementTable): Promise<TableView> {
    if (source.kind === 'segments' || source.kind === 'files') return this.#language.viewOf(source);
    if (source.kind === 'rows') return rowsView(source, (type) => this.#language.engineType(type));
    const lookUp = await this.make(tables!);
    const { parameters: _, ...options } = this.#options;
    const { sql, columns } = this.#language.translate(parsed!, lookUp, { ...options, forView: true });
    await this.#session.check(sql, this.#relations);
    const names = columns.map(({ name }) => identifier(name)).join(', ');
    return { select: `SELECT * FROM (${sql}) AS v(${names})`, schema: { columns, hidden: [], faster: {} } };
  }
}

function rowsView({ columns, rows }: TableSource & { kind: 'rows' }, engineType: (type: string) => string) {
  const cells = columns.map(
    ({ name, type }, index) => `CAST(c${index} AS ${engineType(type)}) AS ${identifier(name)}`,
  );
  // One row of NULLs gives an empty table its columns, and is left out.
  const values = rows.length === 0 ? [columns.map(() => null)] : rows;
  const lines = values.map(
    (row) => `(${row.map((cell) => (cell === null ? 'NULL' : quoted(cell))).join(', ')})`,
  );
  const names = columns.map((_, index) => `c${index}`).join(', ');
  const where = rows.length === 0 ? ' WHERE false' : '';
  return {
    select: `SELECT ${cells.join(', ')} FROM (VALUES ${lines.join(', ')}) AS r(${names})${where}`,
    schema: { columns, hidden: [], faster: {} },
  };
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Names are compared without case, as both dialects do. */
export function keyOf({ catalog = '', schema = '', table }: TableName): string {
  return JSON.stringify([catalog, schema, table].map((part) => part.toLowerCase()));
}
