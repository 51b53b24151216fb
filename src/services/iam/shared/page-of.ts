// SPDX-License-Identifier: Apache-2.0
import type { StateEntry } from '../../../ports/state-store.js';
import { validationError } from './iam-error.js';
import { InputRules } from './input-rules.js';

/** What asks for one page of a list. */
export interface PageRequest {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

/** How a list's answer says whether there is more. */
export interface PageEnd {
  readonly IsTruncated: boolean;
  readonly Marker?: string;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly end: PageEnd;
}

/** An item and where it stands: text that sorts, short enough for a marker (240 characters). */
export interface Placed<Item> {
  readonly item: Item;
  readonly place: string;
}

/** The items behind a place, or from the start on, `count` of them at most, sorted by place. */
export type PageSource<Item> = (after: string | undefined, count: number) => readonly Placed<Item>[];

/** Source: IAM API Reference, "ListRoles" (MaxItems): 100 by default, 1,000 at most. */
const itemsDefault = 100;
const itemsMax = 1000;
/** Read from the state at a time while a filter passes items over. */
const chunkItems = 500;

/** Throws ValidationError for a page size or a marker that cannot be. */
export function pageOf<Item>(source: PageSource<Item>, { Marker, MaxItems }: PageRequest): Page<Item> {
  new InputRules()
    .number('maxItems', MaxItems, { atLeast: 1, atMost: itemsMax })
    .text('marker', Marker, { min: 1, max: 320 })
    .verify();
  const count = MaxItems ?? itemsDefault;
  const found = source(Marker === undefined ? undefined : decodeMarker(Marker), count + 1);
  const shown = found.slice(0, count);
  const last = shown.at(-1);
  const isMore = found.length > count && last !== undefined;
  return {
    items: shown.map(({ item }) => item),
    end: isMore ? { IsTruncated: true, Marker: encodeMarker(last.place) } : { IsTruncated: false },
  };
}

/** Opaque to callers. */
function encodeMarker(place: string): string {
  return Buffer.from(place).toString('base64url');
}

function decodeMarker(marker: string): string {
  const place = Buffer.from(marker, 'base64url').toString('utf8');
  if (place === '' || encodeMarker(place) !== marker) throw validationError('Invalid Marker.');
  return place;
}

/** Items that are in memory already; each has a place of its own. */
export function itemSource<Item>(items: readonly Item[], placeIn: (item: Item) => string): PageSource<Item> {
  return (after, count) =>
    items
      .map((item) => ({ item, place: placeIn(item) }))
      .filter(({ place }) => after === undefined || place > after)
      .sort((a, b) => (a.place < b.place ? -1 : 1))
      .slice(0, count);
}

export interface ListsState {
  list<T>(prefix: string, options?: { readonly after?: string; readonly limit?: number }): StateEntry<T>[];
}

/** The documents under a prefix, in the order of their keys, of those that are wanted. */
export function stateSource<Document>(
  state: ListsState,
  prefix: string,
  isWanted: (document: Document) => boolean = () => true,
): PageSource<Document> {
  return (after, count) => {
    const found: Placed<Document>[] = [];
    const limit = Math.max(chunkItems, count);
    for (let from = after; ; ) {
      const chunk = state.list<Document>(prefix, {
        limit,
        ...(from === undefined ? {} : { after: `${prefix}${from}` }),
      });
      for (const { key, value } of chunk)
        if (isWanted(value)) found.push({ item: value, place: key.slice(prefix.length) });
      from = chunk.at(-1)?.key.slice(prefix.length);
      if (found.length >= count || chunk.length < limit) return found.slice(0, count);
    }
  };
}

/** The items of one source, shown as something else. Only what is on the page is asked for. */
export function mapSource<From, To>(source: PageSource<From>, show: (item: From) => To): PageSource<To> {
  return (after, count) => source(after, count).map(({ item, place }) => ({ item: show(item), place }));
}

/** One source after the other: ten at most, since a digit in front of each place says which. */
export function joinSources<Item>(sources: readonly PageSource<Item>[]): PageSource<Item> {
  return (after, count) => {
    const first = after === undefined ? 0 : Number(after.slice(0, 1));
    const found: Placed<Item>[] = [];
    for (let at = first; at < sources.length && found.length < count; at += 1) {
      const from = at === first ? after?.slice(1) : undefined;
      const more = sources[at]?.(from, count - found.length) ?? [];
      found.push(...more.map(({ item, place }) => ({ item, place: `${at}${place}` })));
    }
    return found;
  };
}
