// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../query-error.js';
import type { TableName } from '../table-source.js';
import type { CreateTableStatement, HiveColumn } from './ddl-statement.js';
import { hiveToTrinoType } from './hive-type.js';
import { TokenReader } from './token-reader.js';

type Storage = {
  -readonly [K in keyof Omit<
    CreateTableStatement,
    'kind' | 'table' | 'ifNotExists' | 'columns' | 'location'
  >]: CreateTableStatement[K];
} & { location?: string };

/** CREATE EXTERNAL TABLE (Amazon Athena User Guide, "CREATE TABLE"), and what other statements about tables share with it. */
export class CreateTableParser extends TokenReader {
  /** Hive reserves few words: `timestamp`, `date`, `user` name columns of the guides, quoted or not. */
  protected word(): string {
    const { kind } = this.token;
    if (kind !== 'word' && kind !== 'quoted') throw this.unexpected('<name>');
    return this.take().text;
  }

  /** `table`, `database.table`, `catalog.database.table`, each part in backquotes or not, or all of it in one pair of them. */
  protected name(): TableName {
    const parts = [this.namePart()];
    while (parts.length < 3 && this.takeSymbol('.')) parts.push(this.namePart());
    if (parts.length === 1 && parts[0]?.includes('.')) parts.splice(0, 1, ...parts[0].split('.', 3));
    const [table = '', schema, catalog] = parts.reverse();
    return { ...(catalog !== undefined && { catalog }), ...(schema !== undefined && { schema }), table };
  }

  /** Statements in Hive's words take double quotes for strings; around a name they are names (`"default"."t"`). */
  private namePart(): string {
    return this.token.kind === 'string' && this.sql[this.token.at] === '"' ? this.take().text : this.word();
  }

  protected createTable(): CreateTableStatement {
    const ifNotExists = this.takeWord('if', 'not', 'exists');
    const table = this.name();
    const columns = this.isSymbol('(') ? this.columns() : [];
    const storage: Storage = { partitionedBy: [], serdeProperties: {}, properties: {} };
    while (this.clause(storage));
    const { location, ...rest } = storage;
    if (this.isWord('as')) throw new QueryError('NOT_SUPPORTED', 'CREATE TABLE AS is not supported.');
    if (location === undefined) throw this.fail('CREATE EXTERNAL TABLE has no LOCATION');
    return { kind: 'createTable', table, ifNotExists, columns, location, ...rest };
  }

  /** @returns whether there was one. They come in any order. */
  private clause(storage: Storage): boolean {
    if (this.takeWord('comment')) storage.comment = this.expectString();
    else if (this.takeWord('partitioned', 'by')) storage.partitionedBy = this.columns();
    else if (this.takeWord('row', 'format')) this.rowFormat(storage);
    else if (this.takeWord('with', 'serdeproperties'))
      storage.serdeProperties = { ...storage.serdeProperties, ...this.properties() };
    else if (this.takeWord('stored', 'as')) this.storedAs(storage);
    else if (this.takeWord('location')) storage.location = this.expectString();
    else if (this.takeWord('tblproperties')) storage.properties = this.properties();
    else if (this.takeWord('clustered', 'by')) this.skipBuckets();
    else return false;
    return true;
  }

  private rowFormat(storage: Storage): void {
    if (this.takeWord('serde')) {
      storage.serde = this.expectString();
      return;
    }
    this.expectWord('delimited');
    while (true) {
      if (this.takeWord('fields', 'terminated', 'by')) storage.fieldsTerminatedBy = this.expectString();
      else if (this.takeWord('escaped', 'by')) storage.escapedBy = this.expectString();
      else if (this.takeWord('lines', 'terminated', 'by')) storage.linesTerminatedBy = this.expectString();
      else if (this.takeWord('collection', 'items', 'terminated', 'by'))
        storage.serdeProperties = { ...storage.serdeProperties, 'collection.delim': this.expectString() };
      else if (this.takeWord('map', 'keys', 'terminated', 'by'))
        storage.serdeProperties = { ...storage.serdeProperties, 'mapkey.delim': this.expectString() };
      else if (this.takeWord('null', 'defined', 'as'))
        storage.serdeProperties = {
          ...storage.serdeProperties,
          'serialization.null.format': this.expectString(),
        };
      else return;
    }
  }

  private storedAs(storage: Storage): void {
    if (!this.takeWord('inputformat')) {
      storage.storedAs = this.word().toUpperCase();
      return;
    }
    storage.inputFormat = this.expectString();
    this.expectWord('outputformat');
    storage.outputFormat = this.expectString();
  }

  /** Buckets say how files were written; reading goes without. */
  private skipBuckets(): void {
    this.expectSymbol('(');
    this.list(() => this.word());
    this.expectSymbol(')');
    this.expectWord('into');
    this.take();
    this.expectWord('buckets');
  }

  /** `('a'='1', 'b'='2')` */
  protected properties(): Record<string, string> {
    this.expectSymbol('(');
    const read = this.isSymbol(')')
      ? []
      : this.list((): [string, string] => {
          const key = this.expectString();
          this.expectSymbol('=');
          return [key, this.expectString()];
        });
    this.expectSymbol(')');
    return Object.fromEntries(read);
  }

  protected columns(): HiveColumn[] {
    this.expectSymbol('(');
    const columns = this.list(() => this.column());
    this.expectSymbol(')');
    const names = new Set(columns.map(({ name }) => name));
    if (names.size !== columns.length) throw this.fail('Duplicate column name');
    return columns;
  }

  /** `arn string COMMENT 'of the caller'` */
  protected column(): HiveColumn {
    const name = this.word().toLowerCase();
    const { at } = this.token;
    this.typeTokens();
    const type = this.sql.slice(at, this.peek(-1).end);
    const normal = normalType(type);
    hiveToTrinoType(normal);
    const comment = this.takeWord('comment') ? this.expectString() : undefined;
    return { name, type: normal, ...(comment !== undefined && { comment }) };
  }

  /** Goes past a type: `struct<a:array<string>,b:decimal(10,2)>`. `>>` are two tokens here. */
  private typeTokens(): void {
    if (this.token.kind !== 'word') throw this.unexpected('<type>');
    this.take();
    let open = 0;
    if (!this.isSymbol('<') && !this.isSymbol('(')) return;
    do {
      if (this.isSymbol('<') || this.isSymbol('(')) open++;
      if (this.isSymbol('>') || this.isSymbol(')')) open--;
      const { kind } = this.take();
      if (kind === 'end') throw this.unexpected("'>'");
    } while (open > 0);
  }
}

/** A type as the data catalog keeps it: without spaces, words in lower case. */
function normalType(type: string): string {
  return type
    .replace(/--[^\r\n]*|\/\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, '')
    .toLowerCase();
}
