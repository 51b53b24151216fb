// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../../query/query-error.js';
import type { TableDocument, TableStorage } from '../catalog/catalog-documents.js';
import { grokExpression } from './grok-expression.js';
import { toJavascriptRegex } from './java-regex.js';

/** How the files of a table are to be read: what SerDe and input format stand for. JSON, so that another process can be told. */
export type TableForm =
  /** CloudTrail's log files: `{"Records":[…]}`. */
  | { readonly kind: 'cloudtrail' }
  /** A JSON object a line. */
  | {
      readonly kind: 'json';
      readonly ignoresMalformed: boolean;
      readonly isCaseSensitive: boolean;
      /** Dots in keys are underscores in the names of columns. */
      readonly hasDots: boolean;
      /** Column to the key that it is read from. */
      readonly mapping: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'csv';
      readonly separator: string;
      readonly quote: string;
      readonly escape: string;
      readonly skipLines: number;
    }
  | {
      readonly kind: 'delimited';
      readonly field: string;
      readonly escape?: string;
      readonly collection: string;
      readonly mapKey: string;
      readonly nullText: string;
      readonly skipLines: number;
    }
  /** The groups of an expression that a line fits; a line that does not is a row of NULLs. */
  | {
      readonly kind: 'regex';
      readonly source: string;
      readonly flags: string;
      /** The column of each group; absent: the groups are the columns in their order. */
      readonly groups?: readonly string[];
      readonly skipLines: number;
    }
  | { readonly kind: 'parquet' };

/** Source: Athena User Guide, "Choose a SerDe for your data". */
const kindBySerde: ReadonlyMap<string, TableForm['kind']> = new Map(
  Object.entries({
    'com.amazon.emr.hive.serde.CloudTrailSerde': 'cloudtrail',
    'org.apache.hive.hcatalog.data.JsonSerDe': 'json',
    'org.openx.data.jsonserde.JsonSerDe': 'json',
    'org.apache.hadoop.hive.serde2.JsonSerDe': 'json',
    'org.apache.hadoop.hive.serde2.OpenCSVSerde': 'csv',
    'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe': 'delimited',
    'org.apache.hadoop.hive.serde2.RegexSerDe': 'regex',
    'org.apache.hadoop.hive.contrib.serde2.RegexSerDe': 'regex',
    'com.amazonaws.glue.serde.GrokSerDe': 'regex',
    'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe': 'parquet',
  } as const),
);

const grokSerde = 'com.amazonaws.glue.serde.GrokSerDe';
const cloudtrailInput = 'com.amazon.emr.cloudtrail.CloudTrailInputFormat';

/** Throws QueryError (NOT_SUPPORTED) for files that Cairn does not read. */
export function tableForm({
  storage,
  properties,
  columns,
}: Pick<TableDocument, 'storage' | 'properties' | 'columns'>): TableForm {
  if (storage === undefined) throw new QueryError('INTERNAL', 'the table has no files');
  const skipLines = wholeNumber(
    properties['skip.header.line.count'] ?? storage.serdeProperties['skip.header.line.count'],
  );
  switch (kindOf(storage)) {
    case 'cloudtrail':
      return { kind: 'cloudtrail' };
    case 'json':
      return jsonForm(storage);
    case 'csv':
      return csvForm(storage, skipLines);
    case 'delimited':
      return delimitedForm(storage, skipLines);
    case 'regex':
      return storage.serde === grokSerde
        ? grokForm(storage, columns, skipLines)
        : regexForm(storage, skipLines);
    case 'parquet':
      return { kind: 'parquet' };
  }
}

/** Whether a table can be read at all. Throws QueryError. */
export function verifyReadable(table: TableDocument): void {
  tableForm(table);
}

function kindOf({ serde, inputFormat }: TableStorage): TableForm['kind'] {
  const kind = kindBySerde.get(serde);
  if (kind === undefined)
    throw new QueryError(
      'NOT_SUPPORTED',
      `NOT_SUPPORTED: the SerDe ${serde.slice(0, 200)} is not one that Cairn reads (${[...kindBySerde.keys()].join(', ')})`,
    );
  return inputFormat === cloudtrailInput && kind === 'json' ? 'cloudtrail' : kind;
}

/** Source: Athena User Guide, "OpenX JSON SerDe" (optional properties). */
function jsonForm({ serde, serdeProperties }: TableStorage): TableForm {
  const isOpenX = serde.startsWith('org.openx');
  const mapping = Object.entries(serdeProperties)
    .filter(([name]) => name.startsWith('mapping.'))
    .map(([name, key]) => [name.slice('mapping.'.length).toLowerCase(), key]);
  return {
    kind: 'json',
    ignoresMalformed: isTrue(serdeProperties['ignore.malformed.json']),
    isCaseSensitive: isOpenX && serdeProperties['case.insensitive']?.toLowerCase() === 'false',
    hasDots: isOpenX && isTrue(serdeProperties['dots.in.keys']),
    mapping: Object.fromEntries(mapping) as Record<string, string>,
  };
}

/** Source: Athena User Guide, "Open CSV SerDe for processing CSV" (defaults). */
function csvForm({ serdeProperties: given }: TableStorage, skipLines: number): TableForm {
  return {
    kind: 'csv',
    separator: oneCharacter(given.separatorChar, ','),
    quote: oneCharacter(given.quoteChar, '"'),
    escape: oneCharacter(given.escapeChar, '\\'),
    skipLines,
  };
}

/** Hive's own delimiters where none are given. Source: Athena User Guide, "Lazy Simple SerDe for CSV, TSV, and custom-delimited files". */
function delimitedForm({ serdeProperties: given }: TableStorage, skipLines: number): TableForm {
  const escaping = given['escape.delim'];
  return {
    kind: 'delimited',
    field: delimiter(given['field.delim'] ?? given['serialization.format'], '\u0001'),
    ...(escaping === undefined ? {} : { escape: escaping }),
    collection: delimiter(given['collection.delim'] ?? given['colelction.delim'], '\u0002'),
    mapKey: delimiter(given['mapkey.delim'], '\u0003'),
    nullText: given['serialization.null.format'] ?? '\\N',
    skipLines,
  };
}

/** Hive writes delimiters also as numbers: `serialization.format` = `1` is the character 1. */
function delimiter(text: string | undefined, otherwise: string): string {
  if (text === undefined || text === '') return otherwise;
  return /^\d{1,3}$/.test(text) ? String.fromCharCode(Number(text)) : text;
}

function regexForm({ serdeProperties }: TableStorage, skipLines: number): TableForm {
  const pattern = serdeProperties['input.regex'];
  if (pattern === undefined)
    throw new QueryError('SYNTAX_ERROR', 'FAILED: the RegexSerDe needs the property "input.regex"');
  const isCaseInsensitive = isTrue(serdeProperties['input.regex.case.insensitive']);
  return { kind: 'regex', ...toJavascriptRegex(pattern, isCaseInsensitive), skipLines };
}

function grokForm(
  { serdeProperties }: TableStorage,
  columns: TableDocument['columns'],
  skipLines: number,
): TableForm {
  const format = serdeProperties['input.format'];
  if (format === undefined)
    throw new QueryError('SYNTAX_ERROR', 'FAILED: the GrokSerDe needs the property "input.format"');
  const custom = serdeProperties['input.grokCustomPatterns'] ?? '';
  const names = columns.map(({ name }) => name.toLowerCase());
  return { kind: 'regex', ...grokExpression(format, custom, names), skipLines };
}

function isTrue(text: string | undefined): boolean {
  return text?.toLowerCase() === 'true';
}

function oneCharacter(text: string | undefined, otherwise: string): string {
  return text === undefined || text === '' ? otherwise : (text[0] as string);
}

function wholeNumber(text: string | undefined): number {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : 0;
}
