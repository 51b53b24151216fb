// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../query-error.js';
import type { TableName } from '../table-source.js';
import type { DdlStatement, PartitionSpec } from './ddl-statement.js';
import { CreateTableParser } from './parse-create-table.js';
import { QueryParser } from './parse-query.js';
import { readTokens } from './tokens.js';

/** First words of the statements about tables; CREATE, DROP and the others are Hive's in Athena. */
const DDL_WORDS =
  /^(?:\s|--[^\r\n]*(?:[\r\n]|$)|\/\*[\s\S]*?\*\/)*(create|drop|alter|msck|show|desc|describe)\b/i;

/** Whether a statement is one about tables (or one that is meant to be). */
export function isDdl(sql: string): boolean {
  return DDL_WORDS.test(sql.slice(0, 10_000));
}

/**
 * Reads a statement about tables in Hive's and Athena's forms (Amazon Athena User Guide, "DDL statements").
 * @throws QueryError SYNTAX_ERROR, NOT_SUPPORTED
 */
export function readDdl(sql: string): DdlStatement {
  const createView =
    /^(?:\s|--[^\r\n]*(?:[\r\n]|$)|\/\*[\s\S]*?\*\/)*create\s+(?:or\s+replace\s+)?(?:protected\s+multi\s+dialect\s+)?view\b/i;
  // A view's query is Trino's: its texts have no backslashes, and double quotes are around names.
  const parser = new DdlParser(sql, readTokens(sql, 'athena', createView.test(sql) ? 'view' : 'hive'));
  const statement = parser.statement();
  parser.takeSymbol(';');
  if (parser.token.kind !== 'end') throw parser.unexpected();
  return statement;
}

class DdlParser extends CreateTableParser {
  statement(): DdlStatement {
    if (this.takeWord('create')) return this.create();
    if (this.takeWord('drop')) return this.drop();
    if (this.takeWord('alter')) return this.alter();
    if (this.takeWord('msck')) {
      this.expectWord('repair', 'table');
      return { kind: 'repairTable', table: this.name() };
    }
    if (this.takeWord('show')) return this.show();
    if (this.takeWord('describe') || this.takeWord('desc')) return this.describe();
    throw this.unexpected();
  }

  private create(): DdlStatement {
    const orReplace = this.takeWord('or', 'replace');
    if (this.takeWord('view')) return this.createView(orReplace);
    if (orReplace) throw this.unexpected('VIEW');
    if (this.takeWord('external', 'table')) return this.createTable();
    if (this.takeWord('database') || this.takeWord('schema')) return this.createDatabase();
    if (this.isWord('table')) {
      throw new QueryError(
        'NOT_SUPPORTED',
        'CREATE TABLE is supported as CREATE EXTERNAL TABLE only: CREATE TABLE AS and Iceberg tables are not supported.',
      );
    }
    throw this.notSupported('CREATE');
  }

  private notSupported(word: string): QueryError {
    return new QueryError(
      'NOT_SUPPORTED',
      `Statements of this kind are not supported: ${word} ${this.token.text.slice(0, 60).toUpperCase()}.`,
    );
  }

  private createView(orReplace: boolean): DdlStatement {
    const table = this.name();
    const columns = this.takeSymbol('(') ? this.viewColumns() : undefined;
    if (this.takeWord('comment')) this.expectString();
    if (this.takeWord('security') && !this.takeWord('definer')) this.expectWord('invoker');
    this.expectWord('as');
    const query = this.sql.slice(this.token.at).replace(/;\s*$/, '');
    const parser = new QueryParser(query, readTokens(query, 'athena'));
    parser.query();
    if (parser.token.kind !== 'end') throw parser.unexpected();
    if (parser.parameterCount > 0) throw this.fail('A view must not have parameters');
    while (this.token.kind !== 'end') this.take();
    return {
      kind: 'createView',
      table,
      orReplace,
      sql: query,
      ...(columns && { columns: columns.map((name) => ({ name, type: 'unknown' })) }),
    };
  }

  private viewColumns(): string[] {
    const names = this.list(() => {
      const name = this.word();
      if (this.takeWord('comment')) this.expectString();
      return name;
    });
    this.expectSymbol(')');
    return names;
  }

  private createDatabase(): DdlStatement {
    const ifNotExists = this.takeWord('if', 'not', 'exists');
    const database = this.word();
    const comment = this.takeWord('comment') ? this.expectString() : undefined;
    const location = this.takeWord('location') ? this.expectString() : undefined;
    const properties = this.takeWord('with') ? this.dbProperties() : {};
    return {
      kind: 'createDatabase',
      database,
      ifNotExists,
      ...(comment !== undefined && { comment }),
      ...(location !== undefined && { location }),
      properties,
    };
  }

  private dbProperties(): Record<string, string> {
    this.expectWord('dbproperties');
    return this.properties();
  }

  private drop(): DdlStatement {
    if (this.takeWord('table')) {
      const ifExists = this.takeWord('if', 'exists');
      const table = this.name();
      this.takeWord('purge');
      return { kind: 'dropTable', table, ifExists };
    }
    if (this.takeWord('view')) {
      const ifExists = this.takeWord('if', 'exists');
      return { kind: 'dropView', table: this.name(), ifExists };
    }
    if (this.takeWord('database') || this.takeWord('schema')) {
      const ifExists = this.takeWord('if', 'exists');
      const database = this.word();
      const cascade = this.takeWord('cascade');
      if (!cascade) this.takeWord('restrict');
      return { kind: 'dropDatabase', database, ifExists, cascade };
    }
    throw this.notSupported('DROP');
  }

  private alter(): DdlStatement {
    if (this.takeWord('database') || this.takeWord('schema')) {
      const database = this.word();
      this.expectWord('set');
      return { kind: 'setDatabaseProperties', database, properties: this.dbProperties() };
    }
    if (!this.takeWord('table')) throw this.notSupported('ALTER');
    const table = this.name();
    if (this.isWord('partition')) return this.alterPartition(table);
    const columns = this.alterColumns(table);
    if (columns !== undefined) return columns;
    if (this.takeWord('add')) {
      const ifNotExists = this.takeWord('if', 'not', 'exists');
      return { kind: 'addPartitions', table, ifNotExists, partitions: this.partitions(true) };
    }
    if (this.takeWord('drop')) {
      const ifExists = this.takeWord('if', 'exists');
      const partitions: PartitionSpec[] = [];
      do partitions.push(...this.partitions(false));
      while (this.takeSymbol(','));
      return { kind: 'dropPartitions', table, ifExists, partitions };
    }
    if (this.takeWord('set', 'tblproperties'))
      return { kind: 'setTableProperties', table, properties: this.properties() };
    if (this.takeWord('set', 'location'))
      return { kind: 'setTableLocation', table, location: this.expectString() };
    throw this.notSupported('ALTER TABLE …');
  }

  /** What changes the columns of a table; undefined where nothing does. */
  private alterColumns(table: TableName): DdlStatement | undefined {
    if (this.takeWord('add', 'columns')) return { kind: 'addColumns', table, columns: this.columns() };
    if (this.takeWord('replace', 'columns'))
      return { kind: 'replaceColumns', table, columns: this.columns() };
    if (!this.takeWord('change')) return undefined;
    this.takeWord('column');
    const from = this.word().toLowerCase();
    const column = this.column();
    const place = this.takeWord('first')
      ? 'first'
      : this.takeWord('after')
        ? { after: this.word().toLowerCase() }
        : undefined;
    return { kind: 'changeColumn', table, from, column, ...(place !== undefined && { place }) };
  }

  private alterPartition(table: TableName): DdlStatement {
    const partition = this.partitionSpec();
    if (this.takeWord('rename', 'to')) {
      if (!this.isWord('partition')) throw this.unexpected('PARTITION');
      return { kind: 'renamePartition', table, partition, to: this.partitionSpec() };
    }
    if (this.takeWord('set', 'location'))
      return { kind: 'setPartitionLocation', table, partition, location: this.expectString() };
    if (this.takeWord('add', 'columns'))
      return { kind: 'addColumns', table, partition, columns: this.columns() };
    if (this.takeWord('replace', 'columns'))
      return { kind: 'replaceColumns', table, partition, columns: this.columns() };
    throw this.unexpected('RENAME, SET LOCATION, ADD COLUMNS or REPLACE COLUMNS');
  }

  /** `PARTITION (year = '2026', month = '11')` */
  private partitionSpec(): PartitionSpec {
    this.expectWord('partition');
    this.expectSymbol('(');
    const values = this.list((): [string, string] => {
      const column = this.word().toLowerCase();
      this.expectSymbol('=');
      return [column, this.partitionValue()];
    });
    this.expectSymbol(')');
    return { values: Object.fromEntries(values) };
  }

  private partitions(withLocation: boolean): PartitionSpec[] {
    const partitions: PartitionSpec[] = [];
    while (this.isWord('partition')) {
      const spec = this.partitionSpec();
      const location = withLocation && this.takeWord('location') ? this.expectString() : undefined;
      partitions.push({ ...spec, ...(location !== undefined && { location }) });
    }
    if (partitions.length === 0) throw this.unexpected('PARTITION');
    return partitions;
  }

  private partitionValue(): string {
    const { kind } = this.token;
    if (kind === 'string' || kind === 'number') return this.take().text;
    if (this.takeWord('date') || this.takeWord('timestamp')) return this.expectString();
    throw this.unexpected('<value>');
  }

  private show(): DdlStatement {
    if (this.takeWord('databases') || this.takeWord('schemas'))
      return { kind: 'showDatabases', ...this.pattern() };
    for (const [word, kind] of [
      ['tables', 'showTables'],
      ['views', 'showViews'],
    ] as const) {
      if (this.takeWord(word)) {
        const database = this.takeWord('in') || this.takeWord('from') ? this.word() : undefined;
        return { kind, ...(database !== undefined && { database }), ...this.pattern() };
      }
    }
    if (this.takeWord('columns')) return { kind: 'showColumns', table: this.nameIn() };
    if (this.takeWord('partitions')) return { kind: 'showPartitions', table: this.name() };
    if (this.takeWord('create', 'table')) return { kind: 'showCreateTable', table: this.name() };
    if (this.takeWord('create', 'view')) return { kind: 'showCreateView', table: this.name() };
    if (this.takeWord('tblproperties')) {
      const table = this.name();
      if (!this.takeSymbol('(')) return { kind: 'showTableProperties', table };
      const property = this.expectString();
      this.expectSymbol(')');
      return { kind: 'showTableProperties', table, property };
    }
    throw this.notSupported('SHOW');
  }

  private pattern(): { pattern?: string } {
    const hasLike = this.takeWord('like');
    return hasLike || this.token.kind === 'string' ? { pattern: this.expectString() } : {};
  }

  /** `IN table`, `IN database.table`, `FROM table IN database`. */
  private nameIn(): TableName {
    if (!this.takeWord('from')) this.expectWord('in');
    const table = this.name();
    if (this.takeWord('from') || this.takeWord('in')) return { schema: this.word(), table: table.table };
    return table;
  }

  private describe(): DdlStatement {
    const extended = this.takeWord('extended');
    const formatted = !extended && this.takeWord('formatted');
    this.takeWord('table');
    const table = this.name();
    const partition = this.isWord('partition') ? this.partitionSpec() : undefined;
    const column = this.token.kind === 'end' || this.isSymbol(';') ? undefined : this.columnPath();
    return {
      kind: 'describe',
      table,
      extended,
      formatted,
      ...(partition !== undefined && { partition }),
      ...(column !== undefined && { column }),
    };
  }

  /** `useridentity.arn`, `resources.$elem$.arn`, the marks also in quotes. */
  private columnPath(): string[] {
    const step = () => (this.token.kind === 'string' ? this.take().text : this.word()).toLowerCase();
    const path = [step()];
    while (this.takeSymbol('.')) path.push(step());
    return path;
  }
}
