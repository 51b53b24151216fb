// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../../query/query-error.js';
import type { TableDocument } from '../catalog/catalog-documents.js';
import { folderPrefix, parseS3Location } from '../s3-location.js';
import { dateFormat } from './date-format.js';

/**
 * Partition projection: which partitions a table has is told by its properties, not by the catalog. Instead of making up every
 * partition and looking whether there is something, the objects below the fixed part of the template are listed and the
 * values read from their keys: a year of days in ten Regions costs as many calls as there are pages of objects.
 * Source: Athena User Guide, "Use partition projection with Amazon Athena", "Supported types for partition projection".
 */
export interface PartitionProjection {
  readonly bucket: string;
  /** What every key begins with. */
  readonly prefix: string;
  /** The values of a key's partition, in the order of the partition keys; undefined for a key that is in none. */
  valuesOf(key: string): readonly string[] | undefined;
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
  const template = folderPrefix(place);
  const checks = keys.map((key) => valueCheck(key, table.properties, nowMs));
  const forms = keys.map((_, at) => `(${checks[at]?.source ?? '[^/]+'})`);
  const parts = template.split(/\$\{([^}]*)\}/);
  const order: number[] = [];
  const source = parts
    .map((part, at) => {
      if (at % 2 === 0) return escapeRegex(part);
      const index = keys.indexOf(part.toLowerCase());
      if (index < 0)
        throw invalid(`storage.location.template names \${${part.slice(0, 64)}}, which is no partition key`);
      if (order.includes(index)) return `\\${order.indexOf(index) + 1}`;
      order.push(index);
      return forms[index] as string;
    })
    .join('');
  if (order.length < keys.length) throw invalid('storage.location.template must name every partition key');
  const form = new RegExp(`^${source}`);
  return {
    bucket: place.bucket,
    prefix: parts[0] ?? '',
    valuesOf: (key) => {
      const found = form.exec(key);
      if (found === null) return undefined;
      const values = keys.map((_, index) => found[order.indexOf(index) + 1] as string);
      return values.every((value, at) => checks[at]?.holds(value) === true) ? values : undefined;
    },
  };
}

/** Without a template the folders are `key=value`, below the table's location. */
function templateOf({ properties, storage }: TableDocument, keys: readonly string[]): string {
  const given = properties['storage.location.template'];
  if (given !== undefined) return given;
  const location = (storage?.location ?? '').replace(/\/?$/, '/');
  return `${location}${keys.map((key) => `${key}=\${${key}}`).join('/')}/`;
}

interface ValueCheck {
  /** An expression without groups that values fit. */
  readonly source: string;
  holds(value: string): boolean;
}

function valueCheck(key: string, properties: Readonly<Record<string, string>>, nowMs: number): ValueCheck {
  const property = (name: string) => properties[`projection.${key}.${name}`];
  const type = property('type')?.toLowerCase();
  switch (type) {
    case 'enum': {
      const values = new Set((property('values') ?? '').split(',').map((value) => value.trim()));
      return { source: '[^/]+', holds: (value) => values.has(value) };
    }
    case 'integer': {
      const [from, to] = range(key, property('range')).map(Number) as [number, number];
      if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to))
        throw invalid(`projection.${key}.range must be two whole numbers`);
      return {
        source: '-?[0-9]+',
        holds: (value) => Number(value) >= from && Number(value) <= to,
      };
    }
    case 'date': {
      const format = property('format');
      if (format === undefined) throw invalid(`projection.${key}.format is missing`);
      const { source, toMs } = dateFormat(format);
      const bounds = range(key, property('range')).map((text) => boundMs(key, text, toMs, nowMs));
      const [from = 0, to = 0] = bounds;
      return {
        source,
        holds: (value) => {
          const ms = toMs(value);
          return ms !== undefined && ms >= from && ms <= to;
        },
      };
    }
    case 'injected':
      return { source: '[^/]+', holds: () => true };
    default:
      throw invalid(
        type === undefined
          ? `projection.${key}.type is missing`
          : `projection.${key}.type must be enum, integer, date or injected`,
      );
  }
}

function range(key: string, text: string | undefined): [string, string] {
  const [from, to, ...rest] = (text ?? '').split(',').map((part) => part.trim());
  if (from === undefined || to === undefined || from === '' || to === '' || rest.length > 0)
    throw invalid(`projection.${key}.range must be two values with a comma between`);
  return [from, to];
}

const unitMs: Readonly<Record<string, number>> = {
  SECOND: 1_000,
  MINUTE: 60_000,
  HOUR: 3_600_000,
  DAY: 86_400_000,
  WEEK: 7 * 86_400_000,
  MONTH: 31 * 86_400_000,
  YEAR: 366 * 86_400_000,
};

/** A date in the column's format, or `NOW`, `NOW-3YEARS`, `NOW+1DAY`. Months and years are taken long: too early shows more. */
function boundMs(
  key: string,
  text: string,
  toMs: (text: string) => number | undefined,
  nowMs: number,
): number {
  const match = /^NOW(?:\s*([-+])\s*(\d{1,6})\s*(SECOND|MINUTE|HOUR|DAY|WEEK|MONTH|YEAR)S?)?$/i.exec(text);
  if (match !== null) {
    const [, sign, count = '0', unit = 'DAY'] = match;
    const ms = Number(count) * (unitMs[unit.toUpperCase()] ?? 0);
    return sign === '-' ? nowMs - ms : nowMs + ms;
  }
  const ms = toMs(text);
  if (ms === undefined)
    throw invalid(`projection.${key}.range: '${text.slice(0, 64)}' is not in the column's format`);
  return ms;
}

function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function invalid(message: string): QueryError {
  return new QueryError('SYNTAX_ERROR', `INVALID_TABLE_PROPERTY: ${message}`);
}
