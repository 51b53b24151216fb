// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../../query/query-error.js';
import type { TableCondition } from '../../query/table-condition.js';
import type { TableDocument } from '../catalog/catalog-documents.js';
import { type PartitionFilter, partitionFilter } from '../catalog/partition-filter.js';
import { folderPrefix, parseS3Location } from '../s3-location.js';
import { anyValue, type ProjectedColumn, projectedColumn } from './projected-column.js';

/**
 * Partition projection: which partitions a table has is told by its properties, not by the catalog. Instead of making up every
 * partition and looking whether there is something, the objects below as few prefixes as hold the partitions that a query
 * needs are listed, and the values read from their keys: without a condition, a year of days in ten Regions costs as many
 * calls as there are pages of objects; with one, no object of another partition is listed.
 * Source: Athena User Guide, "Use partition projection with Amazon Athena", "Supported types for partition projection".
 */
export interface PartitionProjection {
  readonly bucket: string;
  /** What every key begins with. */
  readonly prefix: string;
  /** The values of a key's partition, in the order of the partition keys; undefined for a key that is in none. */
  valuesOf(key: string): readonly string[] | undefined;
  /**
   * Where all objects of the partitions lie that a condition leaves. No prefix begins with another.
   * Throws QueryError for an injected column that the condition gives no values for.
   */
  prefixes(condition: TableCondition | undefined): readonly string[];
}

export function isProjected({ properties }: Pick<TableDocument, 'properties'>): boolean {
  return properties['projection.enabled']?.toLowerCase() === 'true';
}

/** Throws QueryError when the properties do not say what projection needs. */
export function verifyProjection(table: TableDocument): void {
  if (isProjected(table)) partitionProjection(table, 0);
}

/** @param nowMs what `NOW` in ranges of dates means */
export function partitionProjection(table: TableDocument, nowMs: number): PartitionProjection {
  const keys = table.partitionKeys.map(({ name }) => name);
  const place = parseS3Location(templateOf(table, keys));
  if (place === undefined) throw invalid('storage.location.template must be a location in Amazon S3');
  const columns = new Map(keys.map((key) => [key, projectedColumn(key, table.properties, nowMs)]));
  const template = readTemplate(folderPrefix(place), keys);
  const form = formOf(template, columns);
  return {
    bucket: place.bucket,
    prefix: template[0]?.text ?? '',
    valuesOf: (key) => {
      const found = form.exec(key)?.groups;
      if (found === undefined) return undefined;
      const values = keys.map((_, at) => found[`k${at}`] as string);
      return keys.every((name, at) => columns.get(name)?.holds(values[at] as string)) ? values : undefined;
    },
    prefixes: (condition) =>
      apart(prefixesOf(template, columns, partitionFilter(table.partitionKeys, condition))),
  };
}

/** Without a template the folders are `key=value`, below the table's location. */
function templateOf({ properties, storage }: TableDocument, keys: readonly string[]): string {
  const given = properties['storage.location.template'];
  if (given !== undefined) return given;
  const location = (storage?.location ?? '').replace(/\/?$/, '/');
  return `${location}${keys.map((key) => `${key}=\${${key}}`).join('/')}/`;
}

/** Text, and the column whose value stands after it; the last one has none. */
interface TemplatePart {
  readonly text: string;
  readonly column?: string;
  /** The place of the column among the partition keys. */
  readonly at: number;
}

function readTemplate(template: string, keys: readonly string[]): readonly TemplatePart[] {
  const pieces = template.split(/\$\{([^}]*)\}/);
  const parts: TemplatePart[] = [];
  for (let piece = 0; piece < pieces.length; piece += 2) {
    const text = pieces[piece] as string;
    const name = pieces[piece + 1];
    if (name === undefined) {
      parts.push({ text, at: -1 });
      continue;
    }
    const at = keys.indexOf(name.toLowerCase());
    if (at < 0)
      throw invalid(`storage.location.template names \${${name.slice(0, 64)}}, which is no partition key`);
    parts.push({ text, column: keys[at] as string, at });
  }
  if (keys.some((key) => parts.every(({ column }) => column !== key)))
    throw invalid('storage.location.template must name every partition key');
  return parts;
}

function formOf(template: readonly TemplatePart[], columns: ReadonlyMap<string, ProjectedColumn>): RegExp {
  verifyTellable(template, columns);
  const named = new Set<string>();
  const source = template.map(({ text, column, at }) => {
    if (column === undefined) return escapeRegex(text);
    const isAgain = named.has(column);
    named.add(column);
    return escapeRegex(text) + (isAgain ? `\\k<k${at}>` : `(?<k${at}>${columns.get(column)?.source})`);
  });
  return new RegExp(`^${source.join('')}`);
}

/** Where three values of any text share a folder's name, to find out which is which could take for ever. */
function verifyTellable(
  template: readonly TemplatePart[],
  columns: ReadonlyMap<string, ProjectedColumn>,
): void {
  let anyText = 0;
  for (const { text, column } of template) {
    if (text.includes('/')) anyText = 0;
    if (column !== undefined && columns.get(column)?.source === anyValue) anyText += 1;
    if (anyText > 2)
      throw invalid(
        'storage.location.template must not have more than two values of any text between slashes',
      );
  }
}

/** Prefixes to list for a query; with more of them than this, wider ones are listed and keys looked at instead. */
const prefixesMax = 1_000;
/** Values of a column to be gone through for a condition: three years of hours. */
const valuesMax = 30_000;

/** A place in the template's tree of values. */
interface Branch {
  readonly prefix: string;
  readonly values: Readonly<Record<string, string>>;
}

/** Down the template as far as the condition is about columns there. */
function prefixesOf(
  template: readonly TemplatePart[],
  columns: ReadonlyMap<string, ProjectedColumn>,
  filter: PartitionFilter,
): readonly string[] {
  verifyInjected(columns, filter);
  const deciding = (column: string | undefined) =>
    column !== undefined && (filter.isAbout(column) || columns.get(column)?.type === 'injected');
  let branches: readonly Branch[] = [{ prefix: '', values: {} }];
  for (const [at, { text, column }] of template.entries()) {
    branches = branches.map(({ prefix, values }) => ({ prefix: prefix + text, values }));
    if (column === undefined || !template.slice(at).some((part) => deciding(part.column))) break;
    const isLast = !template.slice(at + 1).some((part) => deciding(part.column) && part.column !== column);
    const next = branches.flatMap((branch) =>
      branchesOf(branch, column, columns.get(column) as ProjectedColumn, filter, isLast),
    );
    if (next.includes(undefined) || next.length > prefixesMax) break;
    branches = next as Branch[];
    if (isLast) {
      const end = template[at + 1]?.text ?? '';
      return branches.map(({ prefix, values }) => (column in values ? prefix + end : prefix));
    }
  }
  return branches.map(({ prefix }) => prefix);
}

/** Undefined: there are too many to be told. @param isLast nothing after the column is decided: values may be taken together */
function branchesOf(
  { prefix, values }: Branch,
  name: string,
  column: ProjectedColumn,
  filter: PartitionFilter,
  isLast: boolean,
): readonly (Branch | undefined)[] {
  const known = values[name];
  if (known !== undefined) return [{ prefix: prefix + known, values }];
  const only = filter.onlyValues(name)?.map((value) => column.inPath(value));
  const all =
    only === undefined ? column.values(valuesMax) : [...new Set(only)].filter((value) => column.holds(value));
  if (all === undefined) return [undefined];
  const kept = all.filter((value) => filter.mayHold({ ...values, [name]: value }));
  if (!isLast || only !== undefined)
    return kept.map((value) => ({ prefix: prefix + value, values: { ...values, [name]: value } }));
  if (kept.length === all.length) return [{ prefix, values }];
  return together(all, new Set(kept)).map((text) =>
    text.isWhole
      ? { prefix: prefix + text.of, values: { ...values, [name]: text.of } }
      : { prefix: prefix + text.of, values },
  );
}

/** Without those that begin with another: what is below them would be listed twice. */
function apart(prefixes: readonly string[]): readonly string[] {
  const found: string[] = [];
  for (const prefix of [...prefixes].sort()) {
    const last = found.at(-1);
    if (last === undefined || !prefix.startsWith(last)) found.push(prefix);
  }
  return found;
}

interface Together {
  readonly of: string;
  /** A value, not only what some values begin with. */
  readonly isWhole: boolean;
}

/** As few texts as stand at the begin of all values that are kept, and of no others. */
function together(all: readonly string[], kept: ReadonlySet<string>, begin = ''): readonly Together[] {
  const mine = all.filter((value) => kept.has(value));
  if (mine.length === 0) return [];
  if (mine.length === all.length && all.length > 1) return [{ of: commonBegin(all), isWhole: false }];
  if (all.length === 1) return [{ of: all[0] as string, isWhole: true }];
  const byNext = new Map<string, string[]>();
  const ends: Together[] = [];
  for (const value of all) {
    if (value.length === begin.length) {
      if (kept.has(value)) ends.push({ of: value, isWhole: true });
      continue;
    }
    const next = value.slice(0, begin.length + 1);
    const same = byNext.get(next);
    if (same === undefined) byNext.set(next, [value]);
    else same.push(value);
  }
  return [...ends, ...Array.from(byNext).flatMap(([next, values]) => together(values, kept, next))];
}

function commonBegin(values: readonly string[]): string {
  const [first = ''] = values;
  let length = first.length;
  for (const value of values) while (!value.startsWith(first.slice(0, length))) length -= 1;
  return first.slice(0, length);
}

/** Source: Athena User Guide, "Dynamic ID partitioning" (the error). */
function verifyInjected(columns: ReadonlyMap<string, ProjectedColumn>, filter: PartitionFilter): void {
  for (const [name, { type }] of columns)
    if (type === 'injected' && filter.onlyValues(name) === undefined)
      throw new QueryError(
        'SYNTAX_ERROR',
        `CONSTRAINT_VIOLATION: For the injected projected partition column ${name}, the WHERE clause must contain only static equality conditions, and at least one such condition must be present.`,
      );
}

function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function invalid(message: string): QueryError {
  return new QueryError('SYNTAX_ERROR', `INVALID_TABLE_PROPERTY: ${message}`);
}
