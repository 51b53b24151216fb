// SPDX-License-Identifier: Apache-2.0
import type { SearchAnswer } from '../../query/search/run-search.js';
import type { SearchTarget } from './search-target.js';

/** As many as a search gives at once. */
const pageEventsMax = 1_000;

/** The pages of a search, as far as they are wanted. */
export class SearchPages {
  readonly #target: SearchTarget;
  readonly #asked: object;
  readonly #limit: number;
  readonly #signal: AbortSignal;
  #after: string | undefined;
  #shown = 0;

  /** @param limit events of all pages */
  constructor(target: SearchTarget, asked: object, limit: number, signal: AbortSignal) {
    this.#target = target;
    this.#asked = asked;
    this.#limit = limit;
    this.#signal = signal;
  }

  /** Events that were given so far. */
  get shown(): number {
    return this.#shown;
  }

  /** With the counts of all pages. */
  async first(): Promise<SearchAnswer> {
    return this.#page({});
  }

  async *rest(): AsyncGenerator<SearchAnswer['events']> {
    while (this.#after !== undefined && this.#shown < this.#limit) {
      yield (await this.#page({ after: this.#after, facets: [], histogram: false })).events;
    }
  }

  async #page(more: object): Promise<SearchAnswer> {
    const limit = Math.min(pageEventsMax, this.#limit - this.#shown);
    const page = await this.#target.search({ ...this.#asked, ...more, limit }, this.#signal);
    this.#shown += page.events.length;
    this.#after = page.next;
    return page;
  }
}
