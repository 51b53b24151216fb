// SPDX-License-Identifier: Apache-2.0
import type { HiveType, StructField } from '../catalog/hive-type.js';
import { BadValueError, type CellValue, toScalar } from './cell-value.js';
import { scalarText, writeJson } from './read-json.js';

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * A JSON value as a column of its type shows it: a `string` column takes anything, objects and arrays as their JSON text, as
 * Athena's CloudTrail table does with requestparameters. Throws BadValueError.
 */
export function toColumnValue(value: unknown, type: HiveType, isCaseSensitive: boolean): CellValue {
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case 'array':
      if (!Array.isArray(value)) throw new BadValueError(writeJson(value), 'array');
      return value.map((each) => toColumnValue(each, type.element, isCaseSensitive));
    case 'map': {
      const entries = Object.entries(objectOf(value, 'map')).map(([key, each]) => [
        String(toScalar(key, type.key)),
        toColumnValue(each, type.value, isCaseSensitive),
      ]);
      return Object.fromEntries(entries) as CellValue;
    }
    case 'struct':
      return toStruct(objectOf(value, 'struct'), type.fields, isCaseSensitive);
    default:
      return toScalar(typeof value === 'object' ? writeJson(value) : scalarText(value as string), type);
  }
}

/** Columns, or fields of a struct, by their names in lower case. */
export function toStruct(
  object: JsonObject,
  fields: readonly StructField[],
  isCaseSensitive: boolean,
): { readonly [name: string]: CellValue } {
  const found = isCaseSensitive ? object : lowerCased(object);
  const cells: [string, CellValue][] = fields.map(({ name, type }) => [
    name,
    toColumnValue(Object.hasOwn(found, name) ? found[name] : null, type, isCaseSensitive),
  ]);
  return Object.fromEntries(cells);
}

/** Of keys that differ in case alone the first counts. */
function lowerCased(object: JsonObject): JsonObject {
  const found: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [key, value] of Object.entries(object)) {
    const name = key.toLowerCase();
    if (!(name in found)) found[name] = value;
  }
  return found;
}

function objectOf(value: unknown, type: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new BadValueError(writeJson(value), type);
  return value as JsonObject;
}
