// SPDX-License-Identifier: Apache-2.0
import type { TableName } from '../../query/table-source.js';

/**
 * Where a statement names a table, as Athena says it: `line 1:15`. Texts in single quotes and comments name nothing. The first
 * place that fits, or the statement's begin.
 */
export function placeOfTable(sql: string, { catalog, schema, table }: TableName): string {
  const parts = [catalog, schema, table].filter((part) => part !== undefined).map(oneName);
  const form = new RegExp(
    `'(?:[^']|'')*'|--[^\\n]*|/\\*[\\s\\S]*?\\*/|(?<![\\w".])(${parts.join('\\s*\\.\\s*')})(?![\\w"])`,
    'gi',
  );
  for (const match of sql.matchAll(form)) {
    if (match[1] === undefined) continue;
    const before = sql.slice(0, match.index).split('\n');
    return `line ${before.length}:${(before.at(-1) ?? '').length + 1}`;
  }
  return 'line 1:1';
}

/** A name with quotes or without. */
function oneName(name: string): string {
  const escaped = name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return `(?:"${escaped}"|\`${escaped}\`|${escaped})`;
}
