// SPDX-License-Identifier: Apache-2.0
import type { LoggedRecord } from '../../ports/event-log.js';
import type { TrailRoute } from '../../trails/trail-fold.js';

/** The records of one file to be: one trail, one destination, one account, one Region. */
export interface RecordBuffer {
  readonly route: TrailRoute;
  readonly accountId: string;
  readonly region: string;
  readonly records: string[];
}

/**
 * Records that wait for the next flush. A record that goes to several trails is held once; every buffer has only a
 * reference to its text.
 */
export class RecordBuffers {
  readonly #buffers = new Map<string, RecordBuffer>();
  /** The same buffers, found without making a key for every record. */
  readonly #byRoute = new Map<TrailRoute, Map<string, RecordBuffer>>();
  #characters = 0;

  get characters(): number {
    return this.#characters;
  }

  /** In a fixed order, so that a flush done again makes its files in the same order. */
  list(): RecordBuffer[] {
    const keys = [...this.#buffers.keys()].sort();
    return keys.map((key) => this.#buffers.get(key) as RecordBuffer);
  }

  add(record: LoggedRecord, routes: readonly TrailRoute[]): void {
    if (routes.length === 0) return;
    for (const route of routes) this.#bufferFor(route, record).records.push(record.json);
    this.#characters += record.json.length;
  }

  clear(): void {
    this.#buffers.clear();
    this.#byRoute.clear();
    this.#characters = 0;
  }

  #bufferFor(route: TrailRoute, record: LoggedRecord): RecordBuffer {
    let ofRoute = this.#byRoute.get(route);
    if (ofRoute === undefined) {
      ofRoute = new Map();
      this.#byRoute.set(route, ofRoute);
    }
    const place = `${record.accountId} ${record.region}`;
    let buffer = ofRoute.get(place);
    if (buffer === undefined) {
      buffer = this.#findOrMake(route, record);
      ofRoute.set(place, buffer);
    }
    return buffer;
  }

  /** The destination is part of the key: what was recorded before UpdateTrail goes where the trail pointed then. */
  #findOrMake(route: TrailRoute, { accountId, region }: LoggedRecord): RecordBuffer {
    const key = JSON.stringify([
      route.arn,
      route.createdAtMs,
      route.bucket,
      route.prefix ?? '',
      accountId,
      region,
    ]);
    let buffer = this.#buffers.get(key);
    if (buffer === undefined) {
      buffer = { route, accountId, region, records: [] };
      this.#buffers.set(key, buffer);
    }
    return buffer;
  }
}
