// SPDX-License-Identifier: Apache-2.0
import { Decimal } from '../values/decimal.js';
import { Float, Scalar } from '../values/scalar.js';
import { isStruct, type Value } from '../values/value.js';

/** A value as JSON. MISSING members are left out; in lists they are null. */
function jsonText(value: Value): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'undefined':
      return 'null';
    default:
      return objectText(value);
  }
}

function objectText(value: Value & (object | null)): string {
  if (value === null) return 'null';
  if (value instanceof Scalar) return scalarText(value);
  if (Array.isArray(value)) return `[${value.map((item) => jsonText(item as Value)).join(',')}]`;
  return isStruct(value) ? jsonObject(Object.entries(value)) : 'null';
}

function scalarText(value: Scalar): string {
  if (value instanceof Decimal) return value.toString();
  if (value instanceof Float) return Number.isFinite(value.value) ? value.toString() : 'null';
  return JSON.stringify(value.toString());
}

export function jsonObject(entries: readonly (readonly [string, Value])[]): string {
  let text = '';
  for (const [name, value] of entries) {
    if (value === undefined) continue;
    text += `${text === '' ? '{' : ','}${JSON.stringify(name)}:${jsonText(value)}`;
  }
  return text === '' ? '{}' : `${text}}`;
}
