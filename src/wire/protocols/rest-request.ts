// SPDX-License-Identifier: Apache-2.0
import type { Readable } from 'node:stream';
import { parseFormPairs } from '../codec/form-codec.js';
import { UnreadableParameterError, UnreadableValueError } from '../codec/unreadable-value.js';
import type { WireRequest } from '../http.js';
import type { OperationModel } from '../service-model.js';
import { type Member, shapeOf } from '../shape.js';
import { type HttpBindings, readHttpBindings, requestBindings } from './http-bindings.js';
import { inMemory } from './in-memory.js';
import { pathSegments, type Segment, uriSegments } from './rest-router.js';

/** How a REST protocol reads its documents. */
export interface DocumentReader {
  /** One member that is the whole body, a structure. */
  payload(member: Member, bytes: Uint8Array): unknown;
  /** Members that share the body. */
  members(operation: OperationModel, members: readonly Member[], bytes: Uint8Array): Record<string, unknown>;
}

/** A path or query string whose percent-encoding or UTF-8 is not valid. */
export class InvalidAddressError extends Error {
  override readonly name = 'InvalidAddressError';
}

/** The input of a REST request: labels, query keys and headers, and the body by the protocol's reader. */
export function readRestInput(
  operation: OperationModel,
  request: WireRequest,
  body: Uint8Array | Readable,
  reader: DocumentReader,
): Record<string, unknown> {
  if (operation.input === undefined) return {};
  const bound = requestBindings(shapeOf(operation.input));
  const input: Record<string, unknown> = {};
  const labels = readLabels(operation.http?.uri ?? '/', request.rawPath);
  readParameters(bound, request, labels, input);
  if (bound.payload?.streaming) {
    input[bound.payload.name] = body;
    return input;
  }
  const bytes = inMemory(body);
  if (bound.payload !== undefined) {
    const payload = readPayload(bound.payload, bytes, reader);
    if (payload !== undefined) input[bound.payload.name] = payload;
  } else if (bound.body.length > 0 && bytes.byteLength > 0) {
    Object.assign(input, reader.members(operation, bound.body, bytes));
  }
  return input;
}

function readParameters(
  bound: HttpBindings,
  request: WireRequest,
  labels: ReadonlyMap<string, string>,
  input: Record<string, unknown>,
): void {
  const query = readQueryString(request.rawQuery);
  try {
    readHttpBindings(bound, request, labels, query, input);
  } catch (error) {
    if (!(error instanceof UnreadableValueError)) throw error;
    throw new UnreadableParameterError(error.message, error.place);
  }
}

function readQueryString(rawQuery: string): [string, string][] {
  try {
    return parseFormPairs(rawQuery);
  } catch (cause) {
    throw new InvalidAddressError('the query string is not valid', { cause });
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** An empty body is no payload. */
function readPayload(member: Member, body: Uint8Array, reader: DocumentReader): unknown {
  if (body.byteLength === 0) return undefined;
  if (member.shape.type === 'blob') return body;
  if (member.shape.type !== 'string') return reader.payload(member, body);
  try {
    return utf8.decode(body);
  } catch {
    throw new UnreadableValueError('the body is not UTF-8');
  }
}

/** By the model's URI: as many as there are operations. */
const patterns = new Map<string, readonly Segment[]>();

function patternOf(uri: string): readonly Segment[] {
  let segments = patterns.get(uri);
  if (segments === undefined) {
    segments = uriSegments(uri.split('?')[0] ?? '');
    patterns.set(uri, segments);
  }
  return segments;
}

function readLabels(uri: string, rawPath: string): Map<string, string> {
  const path = pathSegments(rawPath);
  const labels = new Map<string, string>();
  patternOf(uri).forEach(({ kind, text }, at) => {
    if (kind === 'literal') return;
    labels.set(text, decodeLabel(kind === 'greedy' ? path.slice(at).join('/') : (path[at] ?? '')));
  });
  return labels;
}

function decodeLabel(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new InvalidAddressError('the path is not valid', { cause });
  }
}
