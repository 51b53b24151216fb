// SPDX-License-Identifier: Apache-2.0
import type { DdlStatement, HiveColumn } from '../../query/dialect/ddl-statement.js';
import type { StatementAnswer } from '../../query/query-engine.js';
import type { PartitionDocument, TableDocument } from '../catalog/catalog-documents.js';
import { type HiveType, hiveTypeText, parseHiveType } from '../catalog/hive-type.js';
import { existingPartition } from './change-partitions.js';
import type { DdlScene } from './ddl-scene.js';
import { taskFailed } from './hive-error.js';
import { describedColumn, padded } from './pad.js';

type Describe = Extract<DdlStatement, { kind: 'describe' }>;

const columns = ['col_name', 'data_type', 'comment'].map((name) => ({ name, type: 'string' }));
const viewColumns = ['column', 'type'].map((name) => ({ name, type: 'varchar' }));

/**
 * DESCRIBE: a row a line, its three fields in one cell, padded as Hive pads them.
 * Source: Athena User Guide, "DESCRIBE"; the words of Hive's MetaDataFormatUtils.
 */
export function describe(statement: Describe, scene: DdlScene): StatementAnswer {
  const table = scene.existing(statement.table);
  if (table.view !== undefined) return describeView(table);
  const partition =
    statement.partition === undefined
      ? undefined
      : existingPartition(table, statement.partition.values, scene);
  const { column } = statement;
  const lines =
    column !== undefined
      ? columnLines(table, column)
      : statement.formatted
        ? [...titled(table.columns), ...partitionLines(table), ...tableFacts(table, partition)]
        : [
            ...[...table.columns, ...table.partitionKeys].map(describedColumn),
            ...partitionLines(table),
            ...(statement.extended ? tableFacts(table, partition) : []),
          ];
  return { columns, rows: lines.map((line) => [line]) };
}

/** Also what SHOW COLUMNS says of a view. */
export function describeView({ view }: TableDocument): StatementAnswer {
  return {
    columns: viewColumns,
    rows: (view?.columns ?? []).map(({ name, type }) => [`${name}\t${type}`]),
  };
}

function titled(shown: readonly HiveColumn[]): string[] {
  return [
    '# col_name            \tdata_type           \tcomment             ',
    '\t \t ',
    ...shown.map(describedColumn),
  ];
}

function partitionLines({ partitionKeys }: TableDocument): string[] {
  if (partitionKeys.length === 0) return [];
  return ['\t \t ', '# Partition Information\t \t ', ...titled(partitionKeys)];
}

/** One column, or the fields of the struct that a path leads to. */
function columnLines(table: TableDocument, path: readonly string[]): string[] {
  // `table.column` is the column too.
  const own = path.length > 1 && path[0] === table.name ? path.slice(1) : path;
  const [name = '', ...steps] = own;
  const column = [...table.columns, ...table.partitionKeys].find((each) => each.name === name);
  if (column === undefined) throw taskFailed(`Invalid column reference ${name.slice(0, 255)}`);
  if (steps.length === 0) return [describedColumn({ ...column, comment: column.comment ?? '' })];
  const type = steps.reduce(within, parseHiveType(column.type));
  const shown =
    type.kind === 'struct'
      ? type.fields.map((field) => ({ name: field.name, type: hiveTypeText(field.type) }))
      : [{ name: steps.at(-1) as string, type: hiveTypeText(type) }];
  return shown.map((each) => describedColumn({ ...each, comment: 'from deserializer' }));
}

function within(type: HiveType, step: string): HiveType {
  if (type.kind === 'array' && step === '$elem$') return type.element;
  if (type.kind === 'map' && step === '$key$') return type.key;
  if (type.kind === 'map' && step === '$value$') return type.value;
  const field = type.kind === 'struct' ? type.fields.find(({ name }) => name === step) : undefined;
  if (field === undefined) throw taskFailed(`Invalid column reference ${step.slice(0, 255)}`);
  return field.type;
}

function tableFacts(
  { database, name, storage, properties, createdAtMs }: TableDocument,
  partition: PartitionDocument | undefined,
): string[] {
  const fact = (label: string, value: string) => `${padded(label)}\t${padded(value)}\t `;
  // A value is one line: Hive writes the marks as Java does.
  const property = ([key, value]: readonly [string, string]) =>
    `\t${padded(key)}\t${padded(JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"'))}`;
  const location = partition?.location ?? storage?.location;
  return [
    '\t \t ',
    partition === undefined ? '# Detailed Table Information\t \t ' : '# Detailed Partition Information\t \t ',
    ...(partition === undefined ? [] : [fact('Partition Value:', `[${partition.values.join(', ')}]`)]),
    fact('Database:', database),
    fact('Table:', name),
    fact('CreateTime:', new Date(partition?.createdAtMs ?? createdAtMs).toUTCString()),
    ...(partition === undefined ? [fact('Table Type:', 'EXTERNAL_TABLE')] : []),
    ...(location === undefined ? [] : [fact('Location:', location)]),
    ...(partition === undefined
      ? ['Table Parameters:\t \t ', ...Object.entries(properties).map(property)]
      : []),
    ...(storage === undefined
      ? []
      : [
          '\t \t ',
          '# Storage Information\t \t ',
          fact('SerDe Library:', storage.serde),
          fact('InputFormat:', storage.inputFormat),
          fact('OutputFormat:', storage.outputFormat),
          ...(Object.keys(storage.serdeProperties).length === 0
            ? []
            : ['Storage Desc Params:\t \t ', ...Object.entries(storage.serdeProperties).map(property)]),
        ]),
  ];
}
