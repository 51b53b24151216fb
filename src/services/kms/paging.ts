// SPDX-License-Identifier: Apache-2.0
import { WireError } from '../../wire/wire-error.js';
import type { Call } from '../service.js';
import { validationError } from './verify-input.js';

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly Truncated: boolean;
  readonly NextMarker?: string;
}

export interface PageRequest {
  readonly Limit?: number | undefined;
  readonly Marker?: string | undefined;
}

export interface PageLimits {
  readonly byDefault: number;
  readonly max: number;
}

/** Reads no more than it needs: so many entries at a time. */
const entriesPerRead = 200;

/** One page of the documents under a prefix that `keep`. The marker is the last key, made opaque. */
export function pageOfState<Document>(
  prefix: string,
  request: PageRequest,
  limits: PageLimits,
  call: Call,
  keep: (document: Document) => boolean = () => true,
): Page<Document> {
  const limit = limitOf(request, limits);
  const kept: { readonly key: string; readonly value: Document }[] = [];
  let after = request.Marker === undefined ? undefined : prefix + readMarker(request.Marker);
  for (;;) {
    const entries = call.state.list<Document>(prefix, {
      ...(after === undefined ? {} : { after }),
      limit: entriesPerRead,
    });
    kept.push(...entries.filter(({ value }) => keep(value)));
    if (kept.length > limit || entries.length < entriesPerRead) break;
    after = entries.at(-1)?.key;
  }
  const page = kept.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(({ value }) => value),
    ...(kept.length > limit && last !== undefined ? truncated(last.key.slice(prefix.length)) : complete),
  };
}

/** The same of a list that is at hand; the marker is the place in it. */
export function pageOfList<Item>(
  list: readonly Item[],
  request: PageRequest,
  limits: PageLimits,
): Page<Item> {
  const limit = limitOf(request, limits);
  const start = request.Marker === undefined ? 0 : Number(readMarker(request.Marker));
  if (!Number.isSafeInteger(start) || start < 0) throw invalidMarker();
  const end = start + limit;
  return { items: list.slice(start, end), ...(end < list.length ? truncated(String(end)) : complete) };
}

const complete = { Truncated: false } as const;

function truncated(place: string) {
  return { Truncated: true, NextMarker: Buffer.from(`1 ${place}`).toString('base64') };
}

function readMarker(marker: string): string {
  const text = Buffer.from(marker, 'base64').toString();
  if (!text.startsWith('1 ') || Buffer.from(text).toString('base64') !== marker) throw invalidMarker();
  return text.slice(2);
}

function invalidMarker(): WireError {
  return new WireError('InvalidMarkerException', 'The marker is not valid.');
}

function limitOf({ Limit: limit }: PageRequest, { byDefault, max }: PageLimits): number {
  if (limit === undefined) return byDefault;
  if (limit <= max) return limit;
  throw validationError(
    `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: Member must have value less than or equal to ${max}`,
  );
}
