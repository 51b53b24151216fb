// SPDX-License-Identifier: Apache-2.0
import type { HiveType, StructField } from '../catalog/hive-type.js';
import { BadValueError, type CellValue, toScalar } from './cell-value.js';
import { scalarText, writeJson } from './read-json.js';

type JsonObject = Readonly<Record<string, unknown>>;

/** The name that a key of JSON stands for. */
export type KeyOf = (key: string) => string;

export const lowerCase: KeyOf = (key) => key.toLowerCase();

/**
 * A JSON value as a column of its type shows it: a `string` column takes anything, objects and arrays as their JSON text, as
 * Athena's CloudTrail table does with requestparameters. Throws BadValueError.
 */
export function toColumnValue(value: unknown, type: HiveType, keyOf: KeyOf): CellValue {
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case 'array':
      if (!Array.isArray(value)) throw new BadValueError(writeJson(value), 'array');
      return value.map((each) => toColumnValue(each, type.element, keyOf));
    case 'map': {
      const entries = Object.entries(objectOf(value, 'map')).map(([key, each]) => [
        String(toScalar(key, type.key)),
        toColumnValue(each, type.value, keyOf),
      ]);
      return Object.fromEntries(entries) as CellValue;
    }
    case 'struct':
      return toStruct(objectOf(value, 'struct'), type.fields, keyOf);
    default:
      return toScalar(typeof value === 'object' ? writeJson(value) : scalarText(value as string), type);
  }
}

/** Columns, or fields of a struct, by their names. */
export function toStruct(
  object: JsonObject,
  fields: readonly StructField[],
  keyOf: KeyOf,
): { readonly [name: string]: CellValue } {
  const found = withKeys(object, keyOf);
  const cells: [string, CellValue][] = fields.map(({ name, type }) => [
    name,
    toColumnValue(Object.hasOwn(found, name) ? found[name] : null, type, keyOf),
  ]);
  return Object.fromEntries(cells);
}

/** Of keys that are the same name the first counts. */
function withKeys(object: JsonObject, keyOf: KeyOf): JsonObject {
  const found: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [key, value] of Object.entries(object)) {
    const name = keyOf(key);
    if (!(name in found)) found[name] = value;
  }
  return found;
}

function objectOf(value: unknown, type: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new BadValueError(writeJson(value), type);
  return value as JsonObject;
}
