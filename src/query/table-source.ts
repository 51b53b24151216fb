// SPDX-License-Identifier: Apache-2.0

/** A table as a statement names it: `"catalog"."schema"."table"`, the last part always there. As written, without quotes. */
export interface TableName {
  readonly catalog?: string;
  readonly schema?: string;
  readonly table: string;
}

export interface TableColumn {
  readonly name: string;
  /** In Athena's words: `varchar`, `bigint`, `timestamp(3)`, `map(varchar, varchar)`, `row(type varchar, arn varchar)`. */
  readonly type: string;
}

/** A Parquet file that a query may read, and the values of the partition columns for all of its rows. */
export interface TableFile {
  readonly path: string;
  /** Of an encrypted file: the key of its footer and columns (Parquet modular encryption), 32 bytes in base64. */
  readonly key?: string;
  /** Of segments: an earlier release made it, without some columns. */
  readonly isOlder?: true;
  /** How many there are in it, where that is known. */
  readonly rows?: number;
  readonly partition?: Readonly<Record<string, string>>;
}

/**
 * The record schema that a table of segments shows.
 * - `athena`: as the CloudTrail table of Athena's guides (`requestparameters` a JSON string, `eventtime` an ISO string)
 * - `lake`: as event data stores of CloudTrail events (`requestParameters` a map, `eventTime` a timestamp)
 * - `activity`: as event data stores of events from outside of AWS (`eventData` a row)
 */
export type RecordSchema = 'athena' | 'lake' | 'activity';

/** What stands behind a table's name for one query. */
export type TableSource = NamedSource & AnySource;

interface NamedSource {
  /** The table's name with nothing left open, for whoever shows it. */
  readonly fullName?: TableName;
}

type AnySource =
  | {
      readonly kind: 'segments';
      readonly schema: RecordSchema;
      readonly files: readonly TableFile[];
      /** Only these columns, in this order, in these types: what a CREATE EXTERNAL TABLE has said. Absent: all of the schema. */
      readonly columns?: readonly TableColumn[];
      readonly partitionColumns?: readonly TableColumn[];
      /** The query's `records` has the records of these rows by their `place`. */
      readonly byPlace?: boolean;
    }
  /** Any other Parquet files: VPC flow logs, access logs, JSON lines; columns that a file lacks are NULL. */
  | {
      readonly kind: 'files';
      readonly files: readonly TableFile[];
      readonly columns: readonly TableColumn[];
      readonly partitionColumns?: readonly TableColumn[];
      /** Columns that `*` does not show (`$path`): in the files, or said of each file as partitions are. */
      readonly hiddenColumns?: readonly TableColumn[];
    }
  | { readonly kind: 'view'; readonly sql: string }
  /** A small table that is made up for the query (`information_schema`). */
  | {
      readonly kind: 'rows';
      readonly columns: readonly TableColumn[];
      readonly rows: readonly (readonly (string | null)[])[];
    };
