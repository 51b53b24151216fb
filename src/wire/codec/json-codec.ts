// SPDX-License-Identifier: Apache-2.0
import type { Member, Shape, StructureShape } from '../shape.js';
import { readBase64, readNamedNumber } from './text-codec.js';
import { readEpochSeconds, readTimestamp, writeTimestamp } from './timestamp.js';
import { UnreadableValueError } from './unreadable-value.js';

/** Members' names on the wire: restJson honours `jsonName`, awsJson does not. Source: Smithy 2.0, "jsonName trait". */
export type JsonNaming = (member: Member) => string;
export const byMemberName: JsonNaming = (member) => member.name;
export const byJsonName: JsonNaming = (member) => member.jsonName;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The JSON of a body; an empty body is undefined. */
export function parseJsonText(bytes: Uint8Array): unknown {
  if (bytes.byteLength === 0) return undefined;
  try {
    return JSON.parse(utf8.decode(bytes)) as unknown;
  } catch {
    throw new UnreadableValueError('the body is not well-formed JSON');
  }
}

/**
 * The value of a structure out of parsed JSON. Members that the model does not know are ignored, null is as good as
 * absent, a value of another type is refused.
 */
export function readJsonStructure(
  members: readonly Member[],
  json: unknown,
  naming: JsonNaming,
): Record<string, unknown> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw unexpected(json, 'a structure');
  const source = json as Record<string, unknown>;
  const value: Record<string, unknown> = {};
  for (const member of members) {
    const name = naming(member);
    if (!Object.hasOwn(source, name)) continue;
    const part = source[name];
    if (part !== null && part !== undefined) value[member.name] = readJson(member.shape, part, naming);
  }
  return value;
}

/** One value of a shape out of parsed JSON; not null. */
export function readJson(shape: Shape, json: unknown, naming: JsonNaming): unknown {
  switch (shape.type) {
    case 'structure':
      return readJsonStructure(shape.members, json, naming);
    case 'list':
      if (!Array.isArray(json)) throw unexpected(json, 'a list');
      return json.filter((item) => item !== null).map((item) => readJson(shape.item.shape, item, naming));
    case 'map':
      if (typeof json !== 'object' || json === null || Array.isArray(json)) throw unexpected(json, 'a map');
      // fromEntries makes own properties of every key: `__proto__` changes nothing else.
      return Object.fromEntries(
        Object.entries(json)
          .filter(([, item]) => item !== null)
          .map(([key, item]) => [key, readJson(shape.value.shape, item, naming)]),
      );
    case 'string':
      if (typeof json !== 'string') throw unexpected(json, 'a String');
      return json;
    case 'number':
      return readNumber(json);
    case 'boolean':
      if (typeof json !== 'boolean') throw unexpected(json, 'a Boolean');
      return json;
    case 'timestamp':
      return readDate(json);
    case 'blob':
      return (typeof json === 'string' ? readBase64(json) : undefined) ?? fail(json, 'a Blob');
    case 'document':
      return json;
  }
}

function readNumber(json: unknown): number {
  if (typeof json === 'number') return json;
  return (typeof json === 'string' ? readNamedNumber(json) : undefined) ?? fail(json, 'a Number');
}

function readDate(json: unknown): Date {
  const date =
    typeof json === 'number'
      ? readEpochSeconds(json)
      : typeof json === 'string'
        ? readTimestamp(json)
        : undefined;
  return date ?? fail(json, 'a Timestamp');
}

/** The JSON value of a structure; undefined and null members are left out. */
export function toJsonStructure(
  shape: StructureShape,
  value: unknown,
  naming: JsonNaming,
): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  const source = (value ?? {}) as Record<string, unknown>;
  for (const member of shape.members) {
    const part = source[member.name];
    if (part !== undefined && part !== null) json[naming(member)] = toJson(member.shape, part, naming);
  }
  return json;
}

export function toJson(shape: Shape, value: unknown, naming: JsonNaming): unknown {
  switch (shape.type) {
    case 'structure':
      return toJsonStructure(shape, value, naming);
    case 'list':
      return (value as unknown[])
        .filter((item) => item !== undefined && item !== null)
        .map((item) => toJson(shape.item.shape, item, naming));
    case 'map':
      return Object.fromEntries(
        Object.entries(value as object)
          .filter(([, item]) => item !== undefined && item !== null)
          .map(([key, item]) => [key, toJson(shape.value.shape, item, naming)]),
      );
    case 'timestamp':
      return toJsonTime(value, shape.format ?? 'epochSeconds');
    case 'blob':
      return Buffer.from(value as Uint8Array).toString('base64');
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    default:
      return value;
  }
}

function toJsonTime(value: unknown, format: 'dateTime' | 'httpDate' | 'epochSeconds'): unknown {
  const date = value as Date;
  return format === 'epochSeconds' ? date.getTime() / 1000 : writeTimestamp(date, format);
}

function fail(json: unknown, wanted: string): never {
  throw unexpected(json, wanted);
}

/** In the words of AWS's JSON services, e.g. `NUMBER_VALUE can not be converted to a String`. */
function unexpected(json: unknown, wanted: string): UnreadableValueError {
  if (Array.isArray(json)) return new UnreadableValueError('Start of list found where not expected');
  if (typeof json === 'object' && json !== null) {
    return new UnreadableValueError('Start of structure or map found where not expected.');
  }
  const found = json === null || json === undefined ? 'NULL' : typeof json;
  return new UnreadableValueError(`${found.toUpperCase()}_VALUE can not be converted to ${wanted}`);
}
