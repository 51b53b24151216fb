// SPDX-License-Identifier: Apache-2.0

import type { SqlDialect } from '../query-engine.js';
import { QueryError } from '../query-error.js';
import type { Query } from './ast.js';
import type { ParsedStatement } from './dialect.js';
import { readExplain } from './explain/parse-explain.js';
import { isDdl, readDdl } from './parse-ddl.js';
import { readPrepared } from './parse-prepared.js';
import { QueryParser } from './parse-query.js';
import { readTokens, type Token } from './tokens.js';

/** Every level costs stack in whoever walks the tree. Chains of operators nest without parentheses. */
const TREE_DEPTH_MAX = 500;

/**
 * Reads a statement: its kind, the tables that it names, its parameters. Nothing else gets through: one statement, a query
 * or one about tables (Athena only).
 * @throws QueryError SYNTAX_ERROR, NOT_SUPPORTED, EXCEEDED_LIMIT
 */
export function readStatement(sql: string, dialect: SqlDialect): ParsedStatement {
  const ddl = dialect === 'athena' && isDdl(sql);
  if (ddl) return { kind: 'ddl', tables: [], ddl: readDdl(sql), parameterCount: 0, text: sql };
  const tokens = readTokens(sql, dialect);
  const prepared = dialect === 'athena' ? readPrepared(sql, tokens) : undefined;
  if (prepared) return { kind: 'prepared', tables: [], prepared, parameterCount: 0, text: sql };
  const explained = dialect === 'athena' ? readExplain(sql, tokens) : undefined;
  const own = explained?.tokens ?? tokens;
  verifyKind(own, dialect);
  const parser = new QueryParser(sql, own);
  const query = parser.query();
  parser.takeSymbol(';');
  if (parser.token.kind !== 'end') throw parser.unexpected();
  verifyDepth(query);
  const { tables, parameterCount } = parser;
  const explain = explained && { explain: explained.explain };
  return { kind: 'query', tables, parameterCount, query, text: sql, ...explain };
}

function verifyKind(tokens: readonly Token[], dialect: SqlDialect): void {
  const end = tokens.findIndex(({ kind, text }) => kind === 'symbol' && text === ';');
  if (end >= 0 && end < tokens.length - 2)
    throw new QueryError('NOT_SUPPORTED', 'Only one statement is run at a time.');
  const first = tokens.find(({ kind, text }) => !(kind === 'symbol' && text === '('));
  if (!first || first.kind === 'end') throw new QueryError('SYNTAX_ERROR', 'The statement is empty.');
  const word = first.text.toUpperCase();
  if (first.kind === 'word' && !['SELECT', 'WITH', 'VALUES', 'TABLE'].includes(word)) {
    throw new QueryError(
      'NOT_SUPPORTED',
      dialect === 'lake'
        ? `Only SELECT statements are supported, not ${word.slice(0, 60)}.`
        : `Statements of this kind are not supported: ${word.slice(0, 60)}.`,
    );
  }
}

/** Without recursion: what is too deep to walk must not be walked. */
function verifyDepth(query: Query): void {
  let level: object[] = [query];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > TREE_DEPTH_MAX) throw new QueryError('EXCEEDED_LIMIT', 'The statement is nested too deeply.');
    level = level.flatMap((node) =>
      Object.values(node).filter((value): value is object => typeof value === 'object' && value !== null),
    );
  }
}
