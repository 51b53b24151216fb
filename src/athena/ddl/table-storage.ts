// SPDX-License-Identifier: Apache-2.0
import type { CreateTableStatement } from '../../query/dialect/ddl-statement.js';
import type { TableStorage } from '../catalog/catalog-documents.js';
import { parseS3Location } from '../s3-location.js';
import { notSupported, taskFailed } from './hive-error.js';

interface Format {
  readonly serde: string;
  readonly inputFormat: string;
  readonly outputFormat: string;
}

const text = {
  inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
  outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
} as const;

export const lazySimpleSerde = 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe';
export const parquetSerde = 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe';

/** What STORED AS stands for. Source: Athena User Guide, "CREATE TABLE" (STORED AS file_format), "Choose a SerDe for your data". */
const formats: Readonly<Record<string, Format>> = {
  TEXTFILE: { serde: lazySimpleSerde, ...text },
  JSONFILE: { serde: 'org.apache.hive.hcatalog.data.JsonSerDe', ...text },
  PARQUET: {
    serde: parquetSerde,
    inputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
    outputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
  },
};

/** What CREATE TABLE says of the files, completed as Hive completes it. Throws QueryError. */
export function tableStorage(statement: CreateTableStatement): TableStorage {
  const { storedAs, location } = statement;
  if (parseS3Location(location) === undefined)
    throw taskFailed(
      `MetaException(message:${location.slice(0, 256)} is not a location in Amazon S3: s3://bucket/prefix/)`,
    );
  const name = storedAs === undefined || storedAs.includes('.') ? 'TEXTFILE' : storedAs.toUpperCase();
  const format = Object.hasOwn(formats, name) ? formats[name] : undefined;
  if (format === undefined)
    throw notSupported(`tables STORED AS ${name} are not read by Cairn (TEXTFILE, JSONFILE and PARQUET are)`);
  const serde = statement.serde ?? format.serde;
  return {
    location,
    serde,
    serdeProperties: serdeProperties(statement, serde),
    inputFormat: statement.inputFormat ?? (storedAs?.includes('.') === true ? storedAs : format.inputFormat),
    outputFormat: statement.outputFormat ?? format.outputFormat,
  };
}

function serdeProperties(
  { serdeProperties: given, fieldsTerminatedBy, linesTerminatedBy, escapedBy }: CreateTableStatement,
  serde: string,
): Record<string, string> {
  if (serde !== lazySimpleSerde) return { ...given };
  return {
    ...(fieldsTerminatedBy === undefined
      ? {}
      : { 'field.delim': fieldsTerminatedBy, 'serialization.format': fieldsTerminatedBy }),
    ...(linesTerminatedBy === undefined ? {} : { 'line.delim': linesTerminatedBy }),
    ...(escapedBy === undefined ? {} : { 'escape.delim': escapedBy }),
    ...given,
  };
}
