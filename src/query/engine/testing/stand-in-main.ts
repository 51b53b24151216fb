// SPDX-License-Identifier: Apache-2.0
// A process whose language is DuckDB's own, with nothing between a statement and the last gate: what is refused here is refused
// by the engine alone. Tables are called `table_…`; the columns of an answer stand in a comment at its head:
// `/* name varchar; count bigint */ SELECT …`.
import type { CheckedStatement } from '../../query-engine.js';
import { QueryError } from '../../query-error.js';
import type { TableColumn } from '../../table-source.js';
import { serveOnSocket } from '../child/serve-on-socket.js';
import type { StatementLanguage } from '../child/statement-language.js';
import { standInFunctions } from './stand-in-functions.js';

interface Parsed extends CheckedStatement {
  readonly query: { readonly sql: string };
}

function read(sql: string): Parsed {
  if (sql === 'unreadable') throw new QueryError('SYNTAX_ERROR', "line 1:1: mismatched input 'unreadable'");
  if (sql === 'crash') process.kill(process.pid, 'SIGSEGV');
  // A parser that does not come to an end.
  while (sql === 'endless');
  const tables = Array.from(sql.matchAll(/\b(?:from|join)\s+(table_\w+)/gi), ([, table]) => ({
    table: table!,
  }));
  const facts = { tables, parameterCount: 0, query: { sql } };
  if (!sql.startsWith('DROP ')) return { kind: 'query', ...facts };
  return { kind: 'ddl', ...facts, ddl: { kind: 'dropTable', table: { table: 'x' }, ifExists: false } };
}

function columnsOf(sql: string): TableColumn[] {
  const head = /^\s*\/\*(.*?)\*\//s.exec(sql)?.[1] ?? '_col0 varchar';
  return head.split(';').map((column) => {
    const [name = '', ...type] = column.trim().split(' ');
    return { name, type: type.join(' ') };
  });
}

const language: StatementLanguage<Parsed> = {
  read,
  translate: ({ tables, query: { sql } }, relationOf) => ({
    sql: tables.reduce((text, name) => text.replaceAll(name.table, relationOf(name).view), sql),
    columns: columnsOf(sql),
  }),
  macros: ['CREATE MACRO twice(x) AS x + x'],
  engineType: (type) => type.toUpperCase(),
  viewOf: ({ files }) => ({
    select: `SELECT * FROM read_parquet([${files.map(({ path }) => `'${path}'`).join(', ')}])`,
    schema: { columns: [], hidden: [], faster: {} },
  }),
  functions: standInFunctions,
  explain: (message) => new QueryError('SYNTAX_ERROR', message.split('\n')[0] as string),
};

await serveOnSocket(() => Promise.resolve(language as unknown as StatementLanguage));
