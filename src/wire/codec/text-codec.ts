// SPDX-License-Identifier: Apache-2.0
import type { Shape, TimestampFormat } from '../shape.js';
import { readTimestamp, writeTimestamp } from './timestamp.js';
import { UnreadableValueError } from './unreadable-value.js';

const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const base64 = /^[A-Za-z0-9+/]*={0,2}$/;
/** Numbers that JSON and XML cannot write as such. Source: Smithy 2.0, "Simple types". */
const namedNumbers: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Infinity,
  '-Infinity': -Infinity,
};

/** A simple value out of the text of a header, query key, label, form field or element. */
export function readText(shape: Shape, text: string, name: string): unknown {
  switch (shape.type) {
    case 'string':
    case 'document':
      return text;
    case 'number':
      return readNumber(text.trim()) ?? refuse('a number', name, text);
    case 'boolean':
      return readBoolean(text.trim()) ?? refuse('true or false', name, text);
    case 'timestamp':
      return readTimestamp(text) ?? refuse('a timestamp', name, text);
    case 'blob':
      return readBase64(text) ?? refuse('base64', name, text);
    default:
      return refuse(`a ${shape.type}`, name, text);
  }
}

export function readNamedNumber(text: string): number | undefined {
  return Object.hasOwn(namedNumbers, text) ? namedNumbers[text] : undefined;
}

export function readBase64(text: string): Uint8Array | undefined {
  const compact = text.replace(/[\r\n\t ]/g, '');
  if (!base64.test(compact) || compact.replace(/=+$/, '').length % 4 === 1) return undefined;
  return new Uint8Array(Buffer.from(compact, 'base64'));
}

/** The text of a simple value; `timestampFormat` is the default of the place where it stands. */
export function writeText(shape: Shape, value: unknown, timestampFormat: TimestampFormat): string {
  if (value instanceof Date) {
    return writeTimestamp(value, (shape.type === 'timestamp' ? shape.format : undefined) ?? timestampFormat);
  }
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return String(value);
}

function readNumber(text: string): number | undefined {
  return decimal.test(text) ? Number(text) : readNamedNumber(text);
}

function readBoolean(text: string): boolean | undefined {
  const lower = text.toLowerCase();
  return lower === 'true' ? true : lower === 'false' ? false : undefined;
}

function refuse(wanted: string, name: string, text: string): never {
  throw new UnreadableValueError(`the value of ${name} is not ${wanted}`, { name, text });
}
