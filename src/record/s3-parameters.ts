// SPDX-License-Identifier: Apache-2.0
import type { Redaction } from './redact.js';
import type { MemberView, ShapeView } from './shape-view.js';
import type { JsonObject, JsonValue } from './types.js';

/**
 * S3 records what was sent rather than what was meant: query parameters and x-amz headers by their own names, the
 * document by its XML elements, and the Host. All of this as recorded S3 events show it.
 */
export interface S3Call {
  readonly input: object | undefined;
  readonly shape: ShapeView | undefined;
  /** The operation's address in the model, for the subresource: `/{Bucket}?policy`. */
  readonly uri: string | undefined;
  readonly host: string;
  readonly redaction: Redaction;
}

const xmlns = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** Deepest element that is written; S3's own documents stay far below. */
const depthMax = 32;

/** Documents that stay out: the keys of a DeleteObjects ("CloudTrail does not log key names"), and data. */
const unrecordedDocuments: ReadonlySet<string> = new Set(['Delete', 'MultipartUpload', 'SelectRequest']);

export function s3RequestParameters(call: S3Call): JsonObject {
  const parameters: JsonObject = {};
  for (const [name, value] of Object.entries(call.input ?? {})) {
    if (value === undefined || value === null) continue;
    addMember(parameters, name, value, call.shape?.members.get(name), call.redaction);
  }
  parameters.Host = call.host;
  for (const [name, value] of subresources(call.uri)) parameters[name] ??= value;
  return parameters;
}

/** Only headers that say something about the stored object: `x-amz-version-id`, `x-amz-server-side-encryption`, … */
export function s3ResponseElements(
  output: object,
  shape: ShapeView | undefined,
  redaction: Redaction,
): JsonObject {
  const elements: JsonObject = {};
  for (const [name, value] of Object.entries(output)) {
    const view = shape?.members.get(name);
    if (view?.header !== undefined && isRecordedHeader(view.header)) {
      addHeader(elements, value, view.header, view, redaction);
    }
  }
  return elements;
}

function addMember(
  parameters: JsonObject,
  name: string,
  value: unknown,
  view: MemberView | undefined,
  redaction: Redaction,
): void {
  if (name === 'Bucket') parameters.bucketName = scalarText(value);
  else if (name === 'Key') parameters.key = scalarText(value);
  else if (view?.query !== undefined) parameters[view.query] = scalarText(value);
  else if (view?.header !== undefined) {
    if (isRecordedHeader(view.header)) addHeader(parameters, value, view.header, view, redaction);
  } else if (name === 'Policy' && typeof value === 'string') parameters.bucketPolicy = parsedPolicy(value);
  else if (view?.payload === true && !view.streaming && isStructure(value))
    addDocument(parameters, value, view, redaction);
}

function addDocument(parameters: JsonObject, value: object, view: MemberView, redaction: Redaction): void {
  if (unrecordedDocuments.has(view.name)) return;
  parameters[view.xmlName] = { xmlns, ...elementsOf(value, view.shape, redaction, 0) };
}

function addHeader(
  target: JsonObject,
  value: unknown,
  header: string,
  view: MemberView,
  redaction: Redaction,
): void {
  const text = scalarText(value);
  const treatment = redaction.of(view.name, view.sensitive);
  if (text === undefined || 'omit' in treatment) return;
  target[header] = 'text' in treatment ? treatment.text : text;
}

/** Transport (checksums, who pays, conditions) is not recorded; `x-amz-acl`, `x-amz-server-side-encryption-…` are. */
function isRecordedHeader(header: string): boolean {
  return header.startsWith('x-amz-') && !/^x-amz-(?:checksum-|sdk-|content-|request-)/.test(header);
}

/** `?policy` becomes `"policy": ""`, `?list-type=2` `"list-type": "2"`; `x-id` only SDKs send, and only some. */
function subresources(uri: string | undefined): [string, string][] {
  const query = uri?.split('?')[1];
  if (query === undefined) return [];
  return query
    .split('&')
    .map((part): [string, string] => {
      const [name = '', value = ''] = part.split('=');
      return [name, value];
    })
    .filter(([name]) => name !== 'x-id');
}

function parsedPolicy(text: string): JsonValue {
  try {
    const policy: unknown = JSON.parse(text);
    if (isStructure(policy) && isWithinDepth(policy, depthMax)) return policy as JsonObject;
  } catch {
    // Recorded as it was sent: a policy that is no JSON is what the caller was refused for.
  }
  return text;
}

/** A policy of nothing but brackets would overflow the stack of whatever writes it as JSON. */
function isWithinDepth(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((member) => isWithinDepth(member, levels - 1));
}

function elementsOf(value: object, shape: ShapeView, redaction: Redaction, depth: number): JsonObject {
  const elements: JsonObject = {};
  if (depth > depthMax) return elements;
  for (const [name, member] of Object.entries(value)) {
    const view = shape.members.get(name);
    if (view === undefined || member === undefined || member === null) continue;
    const treatment = redaction.of(name, view.sensitive);
    if ('omit' in treatment) continue;
    elements[view.xmlName] = 'text' in treatment ? treatment.text : elementOf(member, view, redaction, depth);
  }
  return elements;
}

function elementOf(value: unknown, view: MemberView, redaction: Redaction, depth: number): JsonValue {
  if (Array.isArray(value)) return listElement(value, view, redaction, depth);
  if (isStructure(value)) return elementsOf(value, view.shape, redaction, depth + 1);
  if (typeof value === 'boolean' || typeof value === 'number') return value;
  return scalarText(value) ?? '';
}

/** One item stands alone, several are a list: the record's XML reading cannot tell a list of one from an element. */
function listElement(
  value: readonly unknown[],
  view: MemberView,
  redaction: Redaction,
  depth: number,
): JsonValue {
  const item = view.shape.item;
  if (item === undefined || value.length === 0) return '';
  const items = value.map((element) => elementOf(element, item, redaction, depth + 1));
  const written: JsonValue = items.length === 1 ? items[0]! : items;
  return view.xmlFlattened ? written : { [item.xmlName]: written };
}

function isStructure(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function scalarText(value: unknown): string | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  if (Array.isArray(value)) return value.map((item) => scalarText(item) ?? '').join(',');
  return typeof value === 'object' || typeof value === 'function' || typeof value === 'symbol'
    ? undefined
    : String(value);
}
