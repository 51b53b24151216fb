// SPDX-License-Identifier: Apache-2.0
import { compareKeys, keyBytesMax } from '../../buckets/object-key.js';
import type { ListOptions, ObjectInfo, ObjectStore } from '../../ports/object-store.js';

export interface KeyListingRequest {
  readonly prefix?: string | undefined;
  /** Keys that hold it behind the prefix are rolled up into common prefixes. Empty is the same as none. */
  readonly delimiter?: string | undefined;
  /** Only keys and common prefixes behind this one, by bytes. */
  readonly marker?: string | undefined;
  /** With `versions`: only versions of `marker` behind this one, then the keys behind it. */
  readonly versionIdMarker?: string | undefined;
  readonly limit: number;
  readonly versions?: boolean;
}

export type ListedEntry = { readonly object: ObjectInfo } | { readonly commonPrefix: string };

export interface KeyListing {
  readonly entries: readonly ListedEntry[];
  readonly truncated: boolean;
}

/** Sorts behind every key that starts as the text before it does: no character has a higher code point. */
const behindAll = '\u{10ffff}';

const pageMax = 1000;
/** While common prefixes are found, pages are short: most of a long one would be skipped. */
const pageMin = 16;

/**
 * One page of a listing. A common prefix costs one look into the store, however many keys it stands for: the walk goes
 * on behind all of them. Source: S3 User Guide, "Organizing objects using prefixes".
 */
export async function listKeys(
  store: ObjectStore,
  bucket: string,
  request: KeyListingRequest,
): Promise<KeyListing> {
  const { prefix = '', limit } = request;
  if (limit === 0 || Buffer.byteLength(prefix) > keyBytesMax) return { entries: [], truncated: false };
  const walk = new KeyWalk(request);
  for (;;) {
    const page = await store.list(bucket, walk.next());
    for (const object of page.objects) {
      if (!walk.take(object)) return { entries: walk.entries, truncated: true };
    }
    walk.turnPage(page.objects.length);
    if (!page.truncated) return { entries: walk.entries, truncated: false };
  }
}

/** The place that a listing has come to, and what it has found. */
class KeyWalk {
  readonly entries: ListedEntry[] = [];
  readonly #request: KeyListingRequest;
  readonly #prefix: string;
  readonly #delimiter: string;
  #after: string | undefined;
  #afterVersionId: string | undefined;
  #commonPrefix: string | undefined;
  #pageSize: number;
  #skipped = 0;

  constructor(request: KeyListingRequest) {
    this.#request = request;
    this.#prefix = request.prefix ?? '';
    this.#delimiter = request.delimiter ?? '';
    this.#pageSize = this.#delimiter === '' ? pageMax : pageMin;
    const { marker, versionIdMarker } = request;
    if (marker === undefined || marker === '') return;
    this.#after = shortened(marker);
    this.#afterVersionId = versionIdMarker;
    // A marker inside a common prefix is behind it: that prefix was listed before.
    this.#commonPrefix = this.#commonPrefixOf(marker);
    if (this.#commonPrefix !== undefined) this.#skipCommonPrefix(this.#commonPrefix);
  }

  next(): ListOptions {
    const missing = this.#request.limit - this.entries.length + 1;
    return {
      limit: Math.max(1, Math.min(this.#pageSize, Math.max(missing, this.#delimiter === '' ? 1 : pageMin))),
      ...(this.#prefix === '' ? undefined : { prefix: this.#prefix }),
      ...(this.#after === undefined ? undefined : { after: this.#after }),
      ...(this.#afterVersionId === undefined ? undefined : { afterVersionId: this.#afterVersionId }),
      ...(this.#request.versions === true ? { versions: true } : undefined),
    };
  }

  /** False when the page is full and this one would be the first of the next page. */
  take(object: ObjectInfo): boolean {
    const { key } = object;
    const common = this.#commonPrefixOf(key);
    if (this.#isBeforeMarker(object) || (common !== undefined && common === this.#commonPrefix)) {
      this.#skipped += 1;
      this.#move(object, common);
      return true;
    }
    if (this.entries.length === this.#request.limit) return false;
    this.entries.push(common === undefined ? { object } : { commonPrefix: common });
    this.#commonPrefix = common;
    this.#move(object, common);
    return true;
  }

  /** Pages grow while what they hold is used, and shrink when most of one was skipped. */
  turnPage(size: number): void {
    this.#pageSize =
      this.#skipped * 2 > size
        ? this.#delimiter === ''
          ? pageMax
          : pageMin
        : Math.min(pageMax, this.#pageSize * 2);
    this.#skipped = 0;
  }

  #move(object: ObjectInfo, common: string | undefined): void {
    if (common === undefined) {
      this.#after = object.key;
      this.#afterVersionId = this.#request.versions === true ? object.versionId : undefined;
    } else {
      this.#after = object.key;
      this.#skipCommonPrefix(common);
    }
  }

  #skipCommonPrefix(common: string): void {
    const behind = common + behindAll;
    this.#afterVersionId = undefined;
    if (this.#after === undefined || compareKeys(behind, this.#after) > 0) this.#after = behind;
  }

  #commonPrefixOf(key: string): string | undefined {
    if (this.#delimiter === '' || !key.startsWith(this.#prefix)) return undefined;
    const at = key.indexOf(this.#delimiter, this.#prefix.length);
    return at < 0 ? undefined : key.slice(0, at + this.#delimiter.length);
  }

  /** Only a marker that was cut short lets such keys through. */
  #isBeforeMarker({ key }: ObjectInfo): boolean {
    const { marker, versionIdMarker } = this.#request;
    if (marker === undefined || marker === '') return false;
    const order = compareKeys(key, marker);
    return order < 0 || (order === 0 && versionIdMarker === undefined);
  }
}

/** No key is longer, and the store takes none that is. Cut between characters. */
function shortened(marker: string): string {
  const bytes = Buffer.from(marker, 'utf8');
  if (bytes.length <= keyBytesMax) return marker;
  let end = keyBytesMax;
  while ((bytes[end]! & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}
