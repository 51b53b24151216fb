// SPDX-License-Identifier: Apache-2.0
import type { HiveColumn } from '../../query/dialect/ddl-statement.js';

/** Hive's tables of text have fields of 20 characters; longer ones are left as they are. */
const fieldWidth = 20;

export function padded(text: string): string {
  return text.padEnd(fieldWidth);
}

/** A column as DESCRIBE prints it; a comment ends at its first tab. */
export function describedColumn({ name, type, comment = '' }: HiveColumn): string {
  return `${padded(name)}\t${padded(type)}\t${padded(comment).split('\t', 1)[0] ?? ''}`;
}
