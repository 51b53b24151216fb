// SPDX-License-Identifier: Apache-2.0
import { isListHeader, readHeaderList, writeHeaderList, writeHeaderText } from '../codec/header-text.js';
import { readText, writeText } from '../codec/text-codec.js';
import type { WireRequest } from '../http.js';
import type { Member, StructureShape } from '../shape.js';

/** Where the members of a structure stand in a message. Source: Smithy 2.0, "HTTP bindings". */
export interface HttpBindings {
  readonly labels: readonly Member[];
  readonly queries: readonly Member[];
  readonly headers: readonly Member[];
  readonly prefixHeaders: readonly Member[];
  readonly payload: Member | undefined;
  /** Members without another place. */
  readonly body: readonly Member[];
}

const requests = new WeakMap<StructureShape, HttpBindings>();
const responses = new WeakMap<StructureShape, HttpBindings>();

export function requestBindings(shape: StructureShape): HttpBindings {
  return bindings(shape, requests, true);
}

/** Labels and query keys bind requests only: in a response such members are part of the body. */
export function responseBindings(shape: StructureShape): HttpBindings {
  return bindings(shape, responses, false);
}

function bindings(
  shape: StructureShape,
  known: WeakMap<StructureShape, HttpBindings>,
  isRequest: boolean,
): HttpBindings {
  const found = known.get(shape);
  if (found !== undefined) return found;
  const { members } = shape;
  const labels = isRequest ? members.filter(({ traits }) => traits.httpLabel) : [];
  const queries = isRequest ? members.filter(({ traits }) => traits.httpQuery !== undefined) : [];
  const headers = members.filter(({ traits }) => traits.httpHeader !== undefined);
  const prefixHeaders = members.filter(({ traits }) => traits.httpPrefixHeaders !== undefined);
  const payload = members.find(({ traits }) => traits.httpPayload);
  const bound = new Set<Member | undefined>([...labels, ...queries, ...headers, ...prefixHeaders, payload]);
  const result = {
    labels,
    queries,
    headers,
    prefixHeaders,
    payload,
    body: members.filter((member) => !bound.has(member)),
  };
  known.set(shape, result);
  return result;
}

/** Sets the members of an input that stand outside of the body. */
export function readHttpBindings(
  bound: HttpBindings,
  request: WireRequest,
  labels: ReadonlyMap<string, string>,
  query: readonly (readonly [string, string])[],
  input: Record<string, unknown>,
): void {
  for (const member of bound.labels) {
    const text = labels.get(member.name);
    if (text !== undefined) input[member.name] = readText(member.shape, text, member.name);
  }
  for (const member of bound.queries) assign(input, member, readQuery(member, query));
  for (const member of bound.headers) assign(input, member, readHeader(member, request.headers));
  for (const member of bound.prefixHeaders) assign(input, member, readPrefixHeaders(member, request.headers));
}

/** By the member: asked for some forty members with every request and answer. */
const lowerCaseNames = new WeakMap<Member, string>();

function headerName(member: Member): string {
  let name = lowerCaseNames.get(member);
  if (name === undefined) {
    name = (member.traits.httpHeader as string).toLowerCase();
    lowerCaseNames.set(member, name);
  }
  return name;
}

function assign(input: Record<string, unknown>, member: Member, value: unknown): void {
  if (value !== undefined) input[member.name] = value;
}

function readQuery(member: Member, query: readonly (readonly [string, string])[]): unknown {
  const { shape } = member;
  const name = member.traits.httpQuery as string;
  if (shape.type === 'list') {
    const values = query
      .filter(([key]) => key === name)
      .map(([, value]) => readText(shape.item.shape, value, name));
    return values.length === 0 ? undefined : values;
  }
  const value = query.find(([key]) => key === name)?.[1];
  // `max-keys=` says nothing of a number; `prefix=` is the empty prefix.
  if (value === undefined || (value === '' && shape.type !== 'string')) return undefined;
  return readText(shape, value, name);
}

function readHeader(member: Member, headers: Readonly<Record<string, string>>): unknown {
  const name = member.traits.httpHeader as string;
  const raw = headers[headerName(member)];
  if (raw === undefined) return undefined;
  if (isListHeader(member)) return readHeaderList(member, raw, name);
  if (raw.trim() === '' && member.shape.type !== 'string') return undefined;
  const text = decodeHeader(raw);
  // A date of HTTP's own that nobody can read counts as not given (RFC 9110, 13.1.3); S3's own must be right.
  if (member.shape.type === 'timestamp' && !name.toLowerCase().startsWith('x-amz-'))
    return tryRead(member, text, name);
  return readText(member.shape, text, name);
}

function tryRead(member: Member, text: string, name: string): unknown {
  try {
    return readText(member.shape, text, name);
  } catch {
    return undefined;
  }
}

function readPrefixHeaders(
  member: Member,
  headers: Readonly<Record<string, string>>,
): Record<string, string> | undefined {
  const prefix = (member.traits.httpPrefixHeaders as string).toLowerCase();
  const found = Object.entries(headers).filter(([name]) => name.startsWith(prefix));
  if (found.length === 0) return undefined;
  return Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length), decodeHeader(value)]));
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Headers come from the socket a byte a character; clients that send more than ASCII send UTF-8. */
function decodeHeader(value: string): string {
  if (!/[\u0080-\u00ff]/.test(value)) return value;
  try {
    return utf8.decode(Buffer.from(value, 'latin1'));
  } catch {
    return value;
  }
}

const headerMembers = new WeakMap<HttpBindings, ReadonlyMap<string, Member>>();

function membersByName(bound: HttpBindings): ReadonlyMap<string, Member> {
  let members = headerMembers.get(bound);
  if (members === undefined) {
    members = new Map(bound.headers.map((member) => [member.name, member]));
    headerMembers.set(bound, members);
  }
  return members;
}

/** The headers that members of an output stand in. */
export function writeHttpHeaders(
  bound: HttpBindings,
  output: Record<string, unknown>,
): Record<string, string> {
  const headers: Record<string, string> = {};
  const byName = membersByName(bound);
  // By what is there: an answer has a dozen of the forty members that could be.
  for (const name in output) {
    const value = output[name];
    const member = value === undefined || value === null ? undefined : byName.get(name);
    if (member === undefined) continue;
    headers[headerName(member)] = isListHeader(member)
      ? writeHeaderList(member, value as unknown[])
      : writeHeaderText(writeText(member.shape, value, 'httpDate'));
  }
  for (const member of bound.prefixHeaders) {
    const prefix = member.traits.httpPrefixHeaders as string;
    for (const [key, value] of Object.entries(
      (output[member.name] as Record<string, string> | undefined) ?? {},
    )) {
      headers[(prefix + key).toLowerCase()] = writeHeaderText(value, true);
    }
  }
  return headers;
}
