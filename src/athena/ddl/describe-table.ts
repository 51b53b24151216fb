// SPDX-License-Identifier: Apache-2.0
import type { StatementAnswer } from '../../query/query-engine.js';
import type { TableDocument } from '../catalog/catalog-documents.js';
import { describedColumn, padded } from './pad.js';

const columns = ['col_name', 'data_type', 'comment'].map((name) => ({ name, type: 'string' }));
const viewColumns = ['column', 'type'].map((name) => ({ name, type: 'varchar' }));

/** DESCRIBE: a row a line, its three fields in one cell, padded as Hive pads them. */
export function describeTable(table: TableDocument, isLong: boolean): StatementAnswer {
  if (table.view !== undefined)
    return {
      columns: viewColumns,
      rows: table.view.columns.map(({ name, type }) => [`${name}\t${type}`]),
    };
  const lines = [...table.columns, ...table.partitionKeys].map(describedColumn);
  if (table.partitionKeys.length > 0)
    lines.push(
      '\t \t ',
      '# Partition Information\t \t ',
      '# col_name            \tdata_type           \tcomment             ',
      '\t \t ',
      ...table.partitionKeys.map(describedColumn),
    );
  if (isLong) lines.push(...tableFacts(table));
  return { columns, rows: lines.map((line) => [line]) };
}

function tableFacts({ database, name, storage, properties, createdAtMs }: TableDocument): string[] {
  const fact = (label: string, value: string) => `${padded(label)}\t${padded(value)}\t `;
  return [
    '\t \t ',
    '# Detailed Table Information\t \t ',
    fact('Database:', database),
    fact('Table:', name),
    fact('CreateTime:', new Date(createdAtMs).toUTCString()),
    fact('Table Type:', 'EXTERNAL_TABLE'),
    ...(storage === undefined ? [] : [fact('Location:', storage.location)]),
    'Table Parameters:\t \t ',
    ...Object.entries(properties).map(([key, value]) => `\t${padded(key)}\t${padded(value)}`),
    ...(storage === undefined
      ? []
      : [
          '\t \t ',
          '# Storage Information\t \t ',
          fact('SerDe Library:', storage.serde),
          fact('InputFormat:', storage.inputFormat),
          fact('OutputFormat:', storage.outputFormat),
        ]),
  ];
}
