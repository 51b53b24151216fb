// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../query-error.js';

/** Struct fields of types nest; readers recurse. */
const TYPE_DEPTH_MAX = 64;

/** Hive's name to Athena's (Amazon Athena User Guide, "Data types in Amazon Athena"). */
const PRIMITIVES: Readonly<Record<string, string>> = {
  string: 'varchar',
  varchar: 'varchar',
  char: 'char',
  boolean: 'boolean',
  tinyint: 'tinyint',
  smallint: 'smallint',
  int: 'integer',
  integer: 'integer',
  bigint: 'bigint',
  float: 'real',
  real: 'real',
  double: 'double',
  decimal: 'decimal',
  date: 'date',
  timestamp: 'timestamp(3)',
  binary: 'varbinary',
};

/**
 * A column type of a CREATE TABLE in the words of queries: `struct<type:string,arns:array<string>>` becomes
 * `row(type varchar, arns array(varchar))`.
 * @throws QueryError SYNTAX_ERROR for a type that Hive does not have
 */
export function hiveToTrinoType(text: string): string {
  const tokens = text.match(/`(?:[^`]|``)*`|[\w$@-]+|[<>(),:]|\S/g) ?? [];
  let at = 0;
  const fail = (): never => {
    throw new QueryError('SYNTAX_ERROR', `Unknown column type: ${text.slice(0, 200)}`);
  };
  const take = (wanted: string): void => {
    if (tokens[at++] !== wanted) fail();
  };
  const sizes = (): string => {
    let read = '';
    if (tokens[at] === '(') {
      do {
        read += tokens[at++];
      } while (at < tokens.length && /^(\d+|,)$/.test(tokens[at] ?? ''));
      take(')');
      read += ')';
    }
    return read;
  };
  const fields = (depth: number): string => {
    const read: string[] = [];
    do {
      const name = (tokens[at++] ?? '').replace(/^`|`$/g, '').replaceAll('``', '`').toLowerCase();
      if (name === '' || /^[<>(),:]$/.test(name)) fail();
      take(':');
      read.push(
        `${/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`} ${readType(depth)}`,
      );
    } while (tokens[at] === ',' && at++ >= 0);
    return read.join(', ');
  };
  const readType = (depth: number): string => {
    if (depth > TYPE_DEPTH_MAX) fail();
    const word = (tokens[at++] ?? '').toLowerCase();
    if (word === 'array' || word === 'map' || word === 'struct') {
      take('<');
      let inner = word === 'struct' ? fields(depth + 1) : readType(depth + 1);
      if (word === 'map') {
        take(',');
        inner += `, ${readType(depth + 1)}`;
      }
      take('>');
      return `${word === 'struct' ? 'row' : word}(${inner})`;
    }
    const name = PRIMITIVES[word] ?? fail();
    const size = sizes();
    if (word === 'decimal') return `decimal${size || '(10,0)'}`;
    return word === 'varchar' || word === 'char' ? name + size : size === '' ? name : fail();
  };
  const type = readType(0);
  return at === tokens.length ? type : fail();
}
