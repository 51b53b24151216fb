// SPDX-License-Identifier: Apache-2.0
import type { HiveColumn } from '../../query/dialect/ddl-statement.js';
import type { StatementAnswer } from '../../query/query-engine.js';
import type { TableDocument } from '../catalog/catalog-documents.js';

/** SHOW CREATE TABLE: a row a line, in the form that Hive prints and takes back. */
export function showCreateTable(table: TableDocument): StatementAnswer {
  const { storage } = table;
  const lines = [
    `CREATE EXTERNAL TABLE \`${table.database}.${table.name}\`(`,
    ...columnLines(table.columns),
    ...(table.comment === undefined ? [] : [`COMMENT ${quoted(table.comment)}`]),
    ...(table.partitionKeys.length === 0 ? [] : ['PARTITIONED BY ( ', ...columnLines(table.partitionKeys)]),
  ];
  if (storage !== undefined) {
    lines.push('ROW FORMAT SERDE ', `  ${quoted(storage.serde)} `);
    const properties = propertyLines(storage.serdeProperties);
    if (properties.length > 0) lines.push('WITH SERDEPROPERTIES ( ', ...closed(properties, ') '));
    lines.push('STORED AS INPUTFORMAT ', `  ${quoted(storage.inputFormat)} `);
    lines.push('OUTPUTFORMAT ', `  ${quoted(storage.outputFormat)}`);
    lines.push('LOCATION', `  ${quoted(storage.location)}`);
  }
  const { EXTERNAL: _, ...properties } = table.properties;
  lines.push(
    'TBLPROPERTIES (',
    ...closed(
      propertyLines({
        ...properties,
        transient_lastDdlTime: String(Math.floor(table.createdAtMs / 1_000)),
      }),
      ')',
    ),
  );
  return { columns: [{ name: 'createtab_stmt', type: 'string' }], rows: lines.map((line) => [line]) };
}

/** SHOW CREATE VIEW: the statement as it would be written again, a row a line. */
export function showCreateView({ database, name, view }: TableDocument): StatementAnswer {
  const lines = [`CREATE VIEW ${database}.${name} AS`, ...(view?.sql ?? '').split('\n')];
  return { columns: [{ name: 'create view', type: 'varchar' }], rows: lines.map((line) => [line]) };
}

function columnLines(columns: readonly HiveColumn[]): string[] {
  const lines = columns.map(
    ({ name, type, comment }) =>
      `  \`${name}\` ${type}${comment === undefined ? '' : ` COMMENT ${quoted(comment)}`}`,
  );
  return closed(
    lines.map((line, at) => (at < lines.length - 1 ? `${line}, ` : line)),
    ')',
  );
}

function propertyLines(properties: Readonly<Record<string, string>>): string[] {
  const lines = Object.entries(properties).map(([key, value]) => `  ${quoted(key)}=${quoted(value)}`);
  return lines.map((line, at) => (at < lines.length - 1 ? `${line}, ` : line));
}

function closed(lines: readonly string[], end: string): string[] {
  return lines.map((line, at) => (at < lines.length - 1 ? line : `${line}${end}`));
}

function quoted(text: string): string {
  return `'${text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "\\'")
    .replaceAll('\t', '\\t')
    .replaceAll('\n', '\\n')}'`;
}
