// SPDX-License-Identifier: Apache-2.0
import type { PreparedStatement } from './prepared-statement.js';
import { TokenReader } from './token-reader.js';
import type { Token } from './tokens.js';

/** PREPARE name FROM …, EXECUTE name [USING …], DEALLOCATE PREPARE name; undefined for anything else. */
export function readPrepared(sql: string, tokens: readonly Token[]): PreparedStatement | undefined {
  const reader = new TokenReader(sql, tokens);
  if (reader.takeWord('prepare')) {
    const { name } = reader.identifier();
    reader.expectWord('from');
    return { kind: 'prepare', name, sql: sql.slice(reader.token.at).replace(/;\s*$/, '') };
  }
  const kind = reader.takeWord('execute')
    ? 'execute'
    : reader.takeWord('deallocate', 'prepare')
      ? 'deallocate'
      : undefined;
  if (kind === undefined) return undefined;
  const { name } = reader.identifier();
  const parameters = kind === 'execute' && reader.takeWord('using') ? readValues(reader) : [];
  reader.takeSymbol(';');
  if (reader.token.kind !== 'end') throw reader.unexpected();
  return kind === 'execute' ? { kind, name, parameters } : { kind, name };
}

/** The text between the commas at the top. */
function readValues(reader: TokenReader): string[] {
  return reader.list(() => {
    const from = reader.token.at;
    let to = from;
    let open = 0;
    while (reader.token.kind !== 'end' && !reader.isSymbol(';') && !(open === 0 && reader.isSymbol(','))) {
      if (reader.isSymbol('(')) open++;
      if (reader.isSymbol(')')) open--;
      to = reader.take().end;
    }
    if (to === from) throw reader.unexpected('<value>');
    return reader.sql.slice(from, to);
  });
}
