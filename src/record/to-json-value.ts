// SPDX-License-Identifier: Apache-2.0
import { dateText } from './date-text.js';
import { memberName } from './member-names.js';
import type { Redaction, Treatment } from './redact.js';
import type { MemberView, ShapeView } from './shape-view.js';
import type { JsonObject, JsonValue } from './types.js';

/** Deeper values are left out: the record is written by a recursive serialiser, and the input is the caller's. */
const depthMax = 64;

export interface Wording {
  readonly service: string;
  readonly redaction: Redaction;
  /** False where names are already as the record has them. */
  readonly renames: boolean;
}

/** Members that are maps, for values whose model is not at hand: their keys are the caller's and stay. */
const mapMembers: ReadonlySet<string> = new Set([
  'Attributes',
  'EncryptionContext',
  'MessageAttributes',
  'Metadata',
  'Parameters',
  'Tags',
  'Variables',
]);

/**
 * An SDK-shaped structure as a record writes it: names, times, redactions; without streams and blobs (recorded
 * events have none of either) and without members that are not set.
 */
export function toJsonObject(value: object, shape: ShapeView | undefined, wording: Wording): JsonObject {
  return structureOf(value, shape, wording, 0);
}

function structureOf(
  value: object,
  shape: ShapeView | undefined,
  wording: Wording,
  depth: number,
): JsonObject {
  const result: JsonObject = {};
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined || member === null || name === '$metadata') continue;
    const view = shape?.members.get(name);
    const written = memberOf(name, member, view, wording, depth);
    if (written !== undefined)
      put(result, wording.renames ? memberName(wording.service, name) : name, written);
  }
  return result;
}

/** Assignment that also writes a key `__proto__`, which a plain one would lose. */
function put(target: JsonObject, key: string, value: JsonValue): void {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true });
  else target[key] = value;
}

function memberOf(
  name: string,
  value: unknown,
  view: MemberView | undefined,
  wording: Wording,
  depth: number,
): JsonValue | undefined {
  if (view?.streaming === true) return undefined;
  const treatment = wording.redaction.of(name, view?.sensitive === true);
  if ('omit' in treatment) return undefined;
  if ('text' in treatment) return replaced(value, treatment);
  if ('masked' in treatment && typeof value === 'string') return treatment.masked(value);
  if (view === undefined && mapMembers.has(name) && isPlain(value))
    return mapOf(value, undefined, wording, depth + 1);
  return toJsonValue(value, view?.shape, wording, depth + 1);
}

/** A list keeps its length, as AWS does (`"toAddresses": ["HIDDEN…"]`); a yes or no is no secret. */
function replaced(value: unknown, treatment: Extract<Treatment, { text: string }>): JsonValue {
  if (typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(() => treatment.text);
  return treatment.text;
}

function toJsonValue(
  value: unknown,
  shape: ShapeView | undefined,
  wording: Wording,
  depth: number,
): JsonValue | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
    case 'object':
      return value === null || depth > depthMax ? undefined : objectOf(value, shape, wording, depth);
    default:
      return undefined;
  }
}

function objectOf(
  value: object,
  shape: ShapeView | undefined,
  wording: Wording,
  depth: number,
): JsonValue | undefined {
  if (value instanceof Date) return dateText(wording.service, value);
  if (Array.isArray(value)) return listOf(value, shape, wording, depth);
  if (!isPlain(value)) return decimalText(value);
  if (shape?.kind === 'map') return mapOf(value, shape, wording, depth);
  if (shape?.kind === 'other') return mapOf(value, undefined, wording, depth);
  return structureOf(value, shape, wording, depth);
}

function listOf(
  value: readonly unknown[],
  shape: ShapeView | undefined,
  wording: Wording,
  depth: number,
): JsonValue[] {
  const item = shape?.item;
  const result: JsonValue[] = [];
  for (const element of value) {
    const written =
      item?.sensitive === true
        ? memberOf('member', element, item, wording, depth)
        : toJsonValue(element, item?.shape, wording, depth + 1);
    if (written !== undefined) result.push(written);
  }
  return result;
}

/** A map: its keys stay. A key that names a secret (a tag, a variable) hides its value all the same. */
function mapOf(value: object, shape: ShapeView | undefined, wording: Wording, depth: number): JsonObject {
  const item = shape?.item;
  const result: JsonObject = {};
  for (const [key, element] of Object.entries(value)) {
    if (element === undefined || element === null) continue;
    const treatment = wording.redaction.of(key, item?.sensitive === true);
    const written =
      'show' in treatment
        ? isPlain(element) && item === undefined
          ? depth > depthMax
            ? undefined
            : mapOf(element, undefined, wording, depth + 1)
          : toJsonValue(element, item?.shape, wording, depth + 1)
        : 'text' in treatment
          ? replaced(element, treatment)
          : undefined;
    if (written !== undefined) put(result, key, written);
  }
  return result;
}

/** Structures and maps come as plain objects; anything else (streams, blobs, SDK wrappers) has another prototype. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The SDK's wrapper for big decimals. */
function decimalText(value: object): string | undefined {
  return 'string' in value && 'type' in value && typeof value.string === 'string' ? value.string : undefined;
}
