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

  add(place: number, category: number, day: number, count: number): void {
    const key = place * categoryCodesMax + category;
    const days = this.#days.get(key) ?? new Map<number, number>();
    this.#days.set(key, days);
    const total = (days.get(day) ?? 0) + count;
    if (total > 0) days.set(day, total);
    else days.delete(day);
  }

  clear(): void {
    this.#days.clear();
  }

  /**
   * The start of the day (ms) from which up to `untilMs` there are at least `events` events; undefined where there are
   * fewer than that altogether.
   */
  startOfNewest(
    places: readonly number[],
    category: number | undefined,
    untilMs: number,
    events: number,
  ): number | undefined {
    const lastDay = Math.floor(untilMs / dayMs);
    const totals = new Map<number, number>();
    for (const key of keysOf(places, category)) {
      for (const [day, count] of this.#days.get(key) ?? []) {
        if (day <= lastDay) totals.set(day, (totals.get(day) ?? 0) + count);
      }
    }
    let sum = 0;
    for (const day of [...totals.keys()].sort((a, b) => b - a)) {
      sum += totals.get(day)!;
      if (sum >= events) return day * dayMs;
    }
    return undefined;
  }
}

function keysOf(places: readonly number[], category: number | undefined): number[] {
  if (category !== undefined) return places.map((place) => place * categoryCodesMax + category);
  return places.flatMap((place) =>
    Array.from({ length: categoryCodesMax }, (_, code) => place * categoryCodesMax + code),
  );
}
