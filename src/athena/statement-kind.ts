// SPDX-License-Identifier: Apache-2.0

export type StatementType = 'DDL' | 'DML' | 'UTILITY';

/** What Athena calls a statement, told from its first words alone: nothing is parsed for it. */
export interface StatementKind {
  readonly type: StatementType;
  /** `SHOW_TABLES`; absent where Athena's name for it is not known. */
  readonly subtype?: string;
}

/** Words that a statement begins with, and what GetQueryExecution calls it. The longest one that fits counts. */
const kinds: readonly (readonly [words: string, type: StatementType, subtype?: string])[] = [
  ['SELECT', 'DML', 'SELECT'],
  ['WITH', 'DML', 'SELECT'],
  ['VALUES', 'DML', 'SELECT'],
  ['TABLE', 'DML', 'SELECT'],
  // The API reference names it among UTILITY; the service answers DML.
  ['EXPLAIN', 'DML', 'EXPLAIN'],
  ['INSERT', 'DML', 'INSERT'],
  ['UPDATE', 'DML', 'UPDATE'],
  ['DELETE', 'DML', 'DELETE'],
  ['MERGE', 'DML', 'MERGE'],
  ['UNLOAD', 'DML', 'UNLOAD'],
  ['VACUUM', 'DML', 'VACUUM_TABLE'],
  ['OPTIMIZE', 'DDL'],
  ['EXECUTE', 'DML', 'EXECUTE'],
  ['PREPARE', 'UTILITY', 'PREPARE'],
  ['DEALLOCATE PREPARE', 'UTILITY', 'DEALLOCATE'],
  ['CREATE EXTERNAL TABLE', 'DDL', 'CREATE_TABLE'],
  ['CREATE TABLE', 'DDL', 'CREATE_TABLE'],
  ['CREATE VIEW', 'DDL', 'CREATE_VIEW'],
  ['CREATE OR REPLACE VIEW', 'DDL', 'CREATE_VIEW'],
  ['CREATE DATABASE', 'DDL', 'CREATE_DATABASE'],
  ['CREATE SCHEMA', 'DDL', 'CREATE_DATABASE'],
  ['DROP TABLE', 'DDL', 'DROP_TABLE'],
  ['DROP VIEW', 'DDL', 'DROP_VIEW'],
  ['DROP DATABASE', 'DDL', 'DROP_DATABASE'],
  ['DROP SCHEMA', 'DDL', 'DROP_DATABASE'],
  ['MSCK REPAIR TABLE', 'DDL', 'MSCK_REPAIR'],
  ['SHOW TABLES', 'UTILITY', 'SHOW_TABLES'],
  ['SHOW VIEWS', 'UTILITY', 'SHOW_VIEWS'],
  ['SHOW DATABASES', 'UTILITY', 'SHOW_DATABASES'],
  ['SHOW SCHEMAS', 'UTILITY', 'SHOW_DATABASES'],
  ['SHOW COLUMNS', 'UTILITY', 'SHOW_COLUMNS'],
  ['SHOW PARTITIONS', 'UTILITY', 'SHOW_PARTITIONS'],
  ['SHOW CREATE TABLE', 'UTILITY', 'SHOW_CREATE_TABLE'],
  ['SHOW CREATE VIEW', 'UTILITY', 'SHOW_CREATE_VIEW'],
  ['SHOW TBLPROPERTIES', 'UTILITY', 'SHOW_TABLE_PROPERTIES'],
  ['SHOW FUNCTIONS', 'UTILITY', 'SHOW_FUNCTIONS'],
  ['SHOW', 'UTILITY'],
  ['DESCRIBE', 'UTILITY', 'DESCRIBE_TABLE'],
  ['DESC', 'UTILITY', 'DESCRIBE_TABLE'],
];

const alterations: readonly (readonly [form: RegExp, subtype: string])[] = [
  [/ ADD (?:IF NOT EXISTS )?PARTITION\b/, 'ALTER_TABLE_ADD_PARTITION'],
  [/ DROP (?:IF EXISTS )?PARTITION\b/, 'ALTER_TABLE_DROP_PARTITION'],
  [/ ADD COLUMNS?\b/, 'ALTER_TABLE_ADD_COLUMN'],
  [/ REPLACE COLUMNS\b/, 'ALTER_TABLE_REPLACE_COLUMN'],
  [/ DROP COLUMN\b/, 'ALTER_TABLE_DROP_COLUMN'],
  [/^ALTER TABLE \S+ CHANGE\b/, 'ALTER_TABLE_CHANGE_COLUMN'],
  [/ SET TBLPROPERTIES\b/, 'ALTER_TABLE_PROPERTIES'],
  [/ SET LOCATION\b/, 'ALTER_TABLE_SET_LOCATION'],
  [/ RENAME TO (?!PARTITION\b)/, 'ALTER_TABLE_RENAME'],
];

/** How much of a statement is looked at: what tells its kind stands in front. */
const headLengthMax = 4_000;

export function statementKindOf(sql: string): StatementKind {
  const head = withoutComments(sql.slice(0, headLengthMax * 4)).slice(0, headLengthMax);
  const text = head
    .replace(/[(\s]+/g, ' ')
    .trim()
    .toUpperCase();
  if (/^CREATE TABLE\b/.test(text) && / AS (?:SELECT|WITH|VALUES|TABLE)\b/.test(text))
    return { type: 'DDL', subtype: 'CREATE_TABLE_AS_SELECT' };
  if (/^ALTER\b/.test(text)) {
    const subtype = alterations.find(([form]) => form.test(text))?.[1];
    return subtype === undefined ? { type: 'DDL' } : { type: 'DDL', subtype };
  }
  const found = kinds.find(([words]) => text.startsWith(words) && !/^\w/.test(text.slice(words.length)));
  if (found === undefined) return { type: 'DML' };
  const [, type, subtype] = found;
  return subtype === undefined ? { type } : { type, subtype };
}

/** Comments count as space. Texts in quotes stay, whatever they look like. */
export function withoutComments(sql: string): string {
  return sql.replace(
    /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|--[^\n]*(?:\n|$)|\/\*[\s\S]*?(?:\*\/|$)/g,
    (found) => (found.startsWith('--') || found.startsWith('/*') ? ' ' : found),
  );
}

/**
 * The same when the statement has been answered: what describes a view is a statement of its own, which its words do not
 * tell. Source: answers of Athena.
 */
export function answeredKind(
  kind: StatementKind,
  columns: readonly { readonly name: string }[],
): StatementKind {
  const mayBe = kind.subtype === 'DESCRIBE_TABLE' || kind.subtype === 'SHOW_COLUMNS';
  return mayBe && columns[0]?.name === 'column' ? { ...kind, subtype: 'DESC_VIEW' } : kind;
}

/** These answer lines that belong to no column, and their `.metadata` says whose it is and nothing else. */
export function hasNoColumns({ subtype }: StatementKind): boolean {
  return (
    subtype === 'MSCK_REPAIR' ||
    subtype === 'ALTER_TABLE_ADD_COLUMN' ||
    subtype === 'ALTER_TABLE_REPLACE_COLUMN'
  );
}

/** Where the result of a statement lies below its output location. */
export function resultFileName(id: string, { type, subtype }: StatementKind): string {
  if (subtype === 'CREATE_TABLE_AS_SELECT') return `tables/${id}`;
  if (subtype === 'INSERT') return id;
  return writesCsv({ type, ...(subtype === undefined ? {} : { subtype }) }) ? `${id}.csv` : `${id}.txt`;
}

/** A table with a header row, as CSV; everything else is lines of text. */
export function writesCsv({ type, subtype }: StatementKind): boolean {
  return (type === 'DML' && subtype !== 'EXPLAIN') || subtype === 'SHOW_FUNCTIONS';
}

/** Results of these begin with the names of the columns. */
export function hasHeaderRow(kind: StatementKind): boolean {
  return kind.type === 'DML' || kind.subtype === 'SHOW_FUNCTIONS';
}
