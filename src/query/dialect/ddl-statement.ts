// SPDX-License-Identifier: Apache-2.0
import type { TableColumn, TableName } from '../table-source.js';

/** A column in Hive's words: `struct<type:string,arn:string>`, `array<…>`, `string`. */
export interface HiveColumn {
  readonly name: string;
  readonly type: string;
  readonly comment?: string;
}

export interface CreateTableStatement {
  readonly kind: 'createTable';
  readonly table: TableName;
  readonly ifNotExists: boolean;
  readonly columns: readonly HiveColumn[];
  readonly comment?: string;
  readonly partitionedBy: readonly HiveColumn[];
  /** Class name of ROW FORMAT SERDE; absent: Hive's own text form, or that of STORED AS. */
  readonly serde?: string;
  readonly serdeProperties: Readonly<Record<string, string>>;
  /** ROW FORMAT DELIMITED, unescaped: `\t` is one character. */
  readonly fieldsTerminatedBy?: string;
  readonly linesTerminatedBy?: string;
  readonly escapedBy?: string;
  /** `PARQUET`, `TEXTFILE`, `ORC`, …, or the input format's class name. */
  readonly storedAs?: string;
  readonly inputFormat?: string;
  readonly outputFormat?: string;
  readonly location: string;
  readonly properties: Readonly<Record<string, string>>;
}

export interface PartitionSpec {
  /** Values by column. */
  readonly values: Readonly<Record<string, string>>;
  readonly location?: string;
}

/** Statements about tables, databases and views that Athena takes and Cairn carries out. */
export type DdlStatement =
  | CreateTableStatement
  | { readonly kind: 'dropTable'; readonly table: TableName; readonly ifExists: boolean }
  | {
      readonly kind: 'addPartitions';
      readonly table: TableName;
      readonly ifNotExists: boolean;
      readonly partitions: readonly PartitionSpec[];
    }
  | {
      readonly kind: 'dropPartitions';
      readonly table: TableName;
      readonly ifExists: boolean;
      readonly partitions: readonly PartitionSpec[];
    }
  | {
      readonly kind: 'setTableProperties';
      readonly table: TableName;
      readonly properties: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'setTableLocation'; readonly table: TableName; readonly location: string }
  | {
      readonly kind: 'setPartitionLocation';
      readonly table: TableName;
      readonly partition: PartitionSpec;
      readonly location: string;
    }
  | {
      readonly kind: 'renamePartition';
      readonly table: TableName;
      readonly partition: PartitionSpec;
      readonly to: PartitionSpec;
    }
  | {
      readonly kind: 'addColumns' | 'replaceColumns';
      readonly table: TableName;
      readonly columns: readonly HiveColumn[];
      /** Only the description of this partition changes. */
      readonly partition?: PartitionSpec;
    }
  | {
      readonly kind: 'changeColumn';
      readonly table: TableName;
      readonly from: string;
      /** Its new name, type and comment. */
      readonly column: HiveColumn;
      /** The column that it is to stand behind; `first`: behind none. Absent: it stays where it is. */
      readonly place?: { readonly after: string } | 'first';
    }
  | { readonly kind: 'repairTable'; readonly table: TableName }
  | {
      readonly kind: 'createView';
      readonly table: TableName;
      readonly orReplace: boolean;
      readonly sql: string;
      readonly columns?: readonly TableColumn[];
    }
  | { readonly kind: 'dropView'; readonly table: TableName; readonly ifExists: boolean }
  | {
      readonly kind: 'createDatabase';
      readonly database: string;
      readonly ifNotExists: boolean;
      readonly comment?: string;
      readonly location?: string;
      readonly properties: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'dropDatabase';
      readonly database: string;
      readonly ifExists: boolean;
      readonly cascade: boolean;
    }
  | {
      readonly kind: 'setDatabaseProperties';
      readonly database: string;
      readonly properties: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'showDatabases'; readonly pattern?: string }
  | { readonly kind: 'showTables'; readonly database?: string; readonly pattern?: string }
  | { readonly kind: 'showViews'; readonly database?: string; readonly pattern?: string }
  | { readonly kind: 'showColumns'; readonly table: TableName }
  | { readonly kind: 'showPartitions'; readonly table: TableName }
  | { readonly kind: 'showCreateTable'; readonly table: TableName }
  | { readonly kind: 'showCreateView'; readonly table: TableName }
  | { readonly kind: 'showTableProperties'; readonly table: TableName; readonly property?: string }
  | {
      readonly kind: 'describe';
      readonly table: TableName;
      readonly extended: boolean;
      readonly formatted: boolean;
      readonly partition?: PartitionSpec;
      /** A column, and the way to a field within: `['useridentity', 'arn']`. */
      readonly column?: readonly string[];
    };
