// SPDX-License-Identifier: Apache-2.0
import type { HiveType, StructField } from '../catalog/hive-type.js';
import { BadValueError, type CellValue, toScalar } from './cell-value.js';
import { lowerCase, toStruct } from './json-value.js';
import { readJson } from './read-json.js';
import { splitCsv, splitDelimited } from './split-line.js';
import type { TableForm } from './table-form.js';

/** Data that a table's form does not fit, in Athena's words. */
export class BadDataError extends Error {
  override readonly name = 'BadDataError';
}

export type CellRow = { readonly [column: string]: CellValue };

export type LineForm = Exclude<TableForm, { kind: 'parquet' | 'cloudtrail' }>;

/**
 * Reads a line of a file as a row of the table's columns; undefined for a line that is none. Throws BadDataError.
 * Fields that are missing, and texts that are no value of their type where Hive's SerDe gives NULL, are NULL.
 */
export function lineReader(
  form: LineForm,
  columns: readonly StructField[],
): (line: string) => CellRow | undefined {
  switch (form.kind) {
    case 'json':
      return jsonLines(form, columns);
    case 'csv':
      return (line) => (line === '' ? undefined : csvRow(splitCsv(line, form), columns));
    case 'delimited':
      return (line) =>
        line === '' ? undefined : delimitedRow(splitDelimited(line, form.field, form.escape), columns, form);
    case 'regex': {
      const expression = new RegExp(form.source, form.flags);
      const placesOf = groupsOfColumns(form, columns);
      return (line) => {
        const groups = expression.exec(line)?.slice(1) ?? [];
        return rowOf(columns, (type, at) =>
          nullUnlessValue(groups[placesOf(at).find((place) => groups[place] !== undefined) ?? -1], type),
        );
      };
    }
  }
}

/** Which groups are of a column. */
function groupsOfColumns(
  { groups }: LineForm & { kind: 'regex' },
  columns: readonly StructField[],
): (column: number) => readonly number[] {
  const places = columns.map(({ name }, column) =>
    groups === undefined
      ? [column]
      : Array.from(groups.keys()).filter((place) => groups[place] === name.toLowerCase()),
  );
  return (column) => places[column] ?? [];
}

function jsonLines(
  { ignoresMalformed, isCaseSensitive, hasDots, mapping }: LineForm & { kind: 'json' },
  columns: readonly StructField[],
): (line: string) => CellRow | undefined {
  const mapped = new Map(Object.entries(mapping));
  const foldDots = (name: string) => (hasDots ? name.replaceAll('.', '_') : name);
  const fold = (name: string) => (isCaseSensitive ? foldDots(name) : foldDots(name).toLowerCase());
  const keys = columns.map(({ name, type }) => ({ name: fold(mapped.get(name) ?? name), type }));
  return (line) => {
    const text = line.trim();
    if (text === '') return undefined;
    try {
      const value = readJson(text);
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        throw new SyntaxError('not an object');
      const found = toStruct(value as Readonly<Record<string, unknown>>, keys, fold);
      return Object.fromEntries(columns.map(({ name }, at) => [name, found[keys[at]?.name ?? ''] ?? null]));
    } catch (error) {
      if (ignoresMalformed) return Object.fromEntries(columns.map(({ name }) => [name, null]));
      if (error instanceof BadValueError)
        throw new BadDataError(`HIVE_BAD_DATA: Error parsing field value: ${error.message}`, {
          cause: error,
        });
      throw new BadDataError('HIVE_CURSOR_ERROR: Row is not a valid JSON Object', { cause: error });
    }
  };
}

/** OpenCSVSerde takes texts; what is none must be a value of its type. Source: Athena User Guide, "Open CSV SerDe for processing CSV". */
function csvRow(fields: readonly string[], columns: readonly StructField[]): CellRow {
  return rowOf(columns, (type, at) => {
    const text = fields[at];
    if (text === undefined) return null;
    const isText = type.kind === 'primitive' && type.name === 'string';
    if (!isText && text.trim() === '') return null;
    try {
      return toScalar(text, type);
    } catch (error) {
      if (!(error instanceof BadValueError)) throw error;
      throw new BadDataError(
        `HIVE_BAD_DATA: Error parsing field value '${error.value.slice(0, 128)}' for field ${at}: ${error.message}`,
        { cause: error },
      );
    }
  });
}

function delimitedRow(
  fields: readonly string[],
  columns: readonly StructField[],
  form: LineForm & { kind: 'delimited' },
): CellRow {
  return rowOf(columns, (type, at) => delimitedValue(fields[at], type, form));
}

function delimitedValue(
  text: string | undefined,
  type: HiveType,
  form: LineForm & { kind: 'delimited' },
): CellValue {
  if (text === undefined || text === form.nullText) return null;
  switch (type.kind) {
    case 'array':
      return text === ''
        ? []
        : text.split(form.collection).map((part) => nullUnlessValue(part, type.element));
    case 'map': {
      const entries = (text === '' ? [] : text.split(form.collection)).map((part) => {
        const [key = '', ...value] = part.split(form.mapKey);
        return [key, nullUnlessValue(value.join(form.mapKey), type.value)];
      });
      return Object.fromEntries(entries) as CellValue;
    }
    case 'struct': {
      const parts = text.split(form.collection);
      return Object.fromEntries(
        type.fields.map(({ name, type: of }, at) => [name, nullUnlessValue(parts[at], of)]),
      );
    }
    default:
      return nullUnlessValue(text, type);
  }
}

function nullUnlessValue(text: string | undefined, type: HiveType): CellValue {
  if (text === undefined) return null;
  try {
    return toScalar(text, type);
  } catch (error) {
    if (error instanceof BadValueError) return null;
    throw error;
  }
}

function rowOf(columns: readonly StructField[], cell: (type: HiveType, at: number) => CellValue): CellRow {
  return Object.fromEntries(columns.map(({ name, type }, at) => [name, cell(type, at)]));
}

/** The rows of a CloudTrail log file; also of a bare list of events, and of one event. Throws BadDataError. */
export function cloudtrailRows(text: string, columns: readonly StructField[]): CellRow[] {
  let document: unknown;
  try {
    document = readJson(text);
  } catch (cause) {
    throw new BadDataError('HIVE_CURSOR_ERROR: the file is not a JSON document', { cause });
  }
  return eventsOf(document).map((event) => {
    try {
      return toStruct(event, columns, lowerCase);
    } catch (error) {
      if (!(error instanceof BadValueError)) throw error;
      throw new BadDataError(`HIVE_BAD_DATA: Error parsing field value: ${error.message}`, { cause: error });
    }
  });
}

function eventsOf(document: unknown): Readonly<Record<string, unknown>>[] {
  const holder = document as { readonly Records?: unknown } | null;
  const list = Array.isArray(document)
    ? document
    : Array.isArray(holder?.Records)
      ? holder.Records
      : [document];
  return list.filter(
    (each): each is Record<string, unknown> =>
      typeof each === 'object' && each !== null && !Array.isArray(each),
  );
}
