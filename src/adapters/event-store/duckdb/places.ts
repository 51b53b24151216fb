// SPDX-License-Identifier: Apache-2.0
import type { Place } from './parsed-batch.js';

/** Numbers for (account, Region). There are as many as the records name, a few hundred bytes each. */
export class Places {
  readonly #places: Place[];
  readonly #ids = new Map<string, number>();
  readonly #idsOfAccount = new Map<string, number[]>();
  #savedCount: number;

  constructor(places: readonly Place[]) {
    this.#places = [];
    for (const place of places) this.idOf(place);
    this.#savedCount = places.length;
  }

  /** The place's number; a new one for a new place. */
  idOf(place: Place): number {
    const key = toKey(place);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#places.length;
    this.#places.push(place);
    this.#ids.set(key, id);
    const ofAccount = this.#idsOfAccount.get(place.accountId);
    if (ofAccount === undefined) this.#idsOfAccount.set(place.accountId, [id]);
    else ofAccount.push(id);
    return id;
  }

  get count(): number {
    return this.#places.length;
  }

  all(): number[] {
    return Array.from(this.#places.keys());
  }

  placeAt(id: number): Place {
    return this.#places[id]!;
  }

  /** The numbers of an account's places, or of the one in a Region. None for an account never seen. */
  idsOf(accountId: string, region: string | undefined): readonly number[] {
    if (region === undefined) return this.#idsOfAccount.get(accountId) ?? [];
    const id = this.#ids.get(toKey({ accountId, region }));
    return id === undefined ? [] : [id];
  }

  /** Those that the index does not have yet. They keep their numbers when a transaction fails, and wait for the next. */
  unsaved(): { readonly id: number; readonly place: Place }[] {
    return this.#places
      .slice(this.#savedCount)
      .map((place, index) => ({ id: this.#savedCount + index, place }));
  }

  saved(): void {
    this.#savedCount = this.#places.length;
  }
}

function toKey({ accountId, region }: Place): string {
  return `${accountId}/${region}`;
}
