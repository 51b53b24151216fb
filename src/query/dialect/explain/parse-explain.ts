// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../../query-error.js';
import { TokenReader } from '../token-reader.js';
import type { Token } from '../tokens.js';
import type { Explain } from './explain.js';

export interface ReadExplain {
  readonly explain: Explain;
  /** Of the statement behind it. */
  readonly tokens: readonly Token[];
}

const TYPES = ['logical', 'distributed', 'validate', 'io'] as const;

/**
 * `EXPLAIN [(option, …)]` and `EXPLAIN ANALYZE [(option, …)]` in front of a query; undefined for anything else.
 * @throws QueryError SYNTAX_ERROR, NOT_SUPPORTED
 */
export function readExplain(sql: string, tokens: readonly Token[]): ReadExplain | undefined {
  const reader = new TokenReader(sql, tokens);
  if (!reader.takeWord('explain')) return undefined;
  const analyzes = reader.takeWord('analyze');
  if (analyzes && reader.isWord('verbose'))
    throw new QueryError('NOT_SUPPORTED', 'EXPLAIN ANALYZE VERBOSE is not supported.');
  // Athena shows the logical plan where Trino shows the distributed one; what is analyzed is distributed.
  const given: { type: Explain['type']; format: Explain['format'] } = {
    type: analyzes ? 'distributed' : 'logical',
    format: 'text',
  };
  // `EXPLAIN (SELECT 1)` is a query in parentheses.
  const hasOptions = reader.isSymbol('(') && (reader.isWord('type', 1) || reader.isWord('format', 1));
  if (hasOptions) {
    reader.take();
    reader.list(() => {
      if (reader.takeWord('format')) given.format = readFormat(reader);
      else if (!analyzes && reader.takeWord('type')) given.type = readType(reader);
      else throw reader.unexpected(analyzes ? "'FORMAT'" : "'FORMAT', 'TYPE'");
    });
    reader.expectSymbol(')');
  }
  return { explain: { ...given, analyzes }, tokens: tokens.slice(reader.mark()) };
}

function readType(reader: TokenReader): Explain['type'] {
  const type = TYPES.find((word) => reader.takeWord(word));
  if (type === undefined) throw reader.unexpected("'DISTRIBUTED', 'IO', 'LOGICAL', 'VALIDATE'");
  return type;
}

function readFormat(reader: TokenReader): Explain['format'] {
  if (reader.isWord('graphviz'))
    throw new QueryError('NOT_SUPPORTED', 'EXPLAIN (FORMAT GRAPHVIZ) is not supported: TEXT and JSON are.');
  const format = (['text', 'json'] as const).find((word) => reader.takeWord(word));
  if (format === undefined) throw reader.unexpected("'JSON', 'TEXT'");
  return format;
}
