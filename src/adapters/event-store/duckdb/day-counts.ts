// SPDX-License-Identifier: Apache-2.0

export const dayMs = 86_400_000;

/** Codes of categories are below this (categories.ts). */
const categoryCodesMax = 8;

/**
 * How many events there are for each place, category and day of eventTime. It tells how far back one has to look
 * for the newest N events, so that a look-up need not go through all of them. A guide only: it may be behind.
 */
export class DayCounts {
  readonly #days = new Map<number, Map<number, number>>();
  #newestMs = Number.NEGATIVE_INFINITY;

  /** `newestMs`: the newest time among the events. */
  add(place: number, category: number, day: number, count: number, newestMs: number): void {
    const key = place * categoryCodesMax + category;
    const days = this.#days.get(key) ?? new Map<number, number>();
    this.#days.set(key, days);
    days.set(day, (days.get(day) ?? 0) + count);
    if (newestMs > this.#newestMs) this.#newestMs = newestMs;
  }

  clear(): void {
    this.#days.clear();
  }

  /**
   * About the time (ms) from which up to `untilMs` there are `events` events, as if those of a day were spread evenly;
   * undefined where there are fewer than that altogether.
   */
  startOfNewest(
    places: readonly number[],
    category: number | undefined,
    untilMs: number,
    events: number,
  ): number | undefined {
    const totals = this.#totalsUpTo(places, category, Math.floor(untilMs / dayMs));
    let missing = events;
    for (const day of [...totals.keys()].sort((a, b) => b - a)) {
      const count = totals.get(day)!;
      if (count >= missing) {
        const endMs = Math.min((day + 1) * dayMs, untilMs + 1, Math.max(this.#newestMs + 1, day * dayMs));
        return Math.floor(endMs - (endMs - day * dayMs) * (missing / count));
      }
      missing -= count;
    }
    return undefined;
  }

  #totalsUpTo(places: readonly number[], category: number | undefined, lastDay: number): Map<number, number> {
    const totals = new Map<number, number>();
    for (const key of keysOf(places, category)) {
      for (const [day, count] of this.#days.get(key) ?? []) {
        if (day <= lastDay) totals.set(day, (totals.get(day) ?? 0) + count);
      }
    }
    return totals;
  }
}

function keysOf(places: readonly number[], category: number | undefined): number[] {
  if (category !== undefined) return places.map((place) => place * categoryCodesMax + category);
  return places.flatMap((place) =>
    Array.from({ length: categoryCodesMax }, (_, code) => place * categoryCodesMax + code),
  );
}
