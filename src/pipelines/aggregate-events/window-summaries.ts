// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import type { LoggedRecord } from '../../ports/event-log.js';
import { secondsText } from '../../record/date-text.js';
import { recordBytesMax } from '../../record/size-limits.js';
import type { AggregationTemplate } from '../../trails/aggregation-templates.js';
import { type TrailRoute, trailIdOf } from '../../trails/trail-fold.js';
import type { DataEventFacts, Dimension } from './data-event-facts.js';
import { namesMax, otherName, statisticsMax, summariesMax, windowMs, windowSizeText } from './limits.js';

/** What each template groups by, first, and breaks down by, then. Source: the guide's pages named in `data-event-facts.ts`. */
const dimensionsOf: Readonly<Record<AggregationTemplate, readonly [Dimension, ...Dimension[]]>> = {
  API_ACTIVITY: ['eventName', 'resourceARN', 'userIdentity', 'userAgent', 'sourceIpAddress', 'errorCodes'],
  RESOURCE_ACCESS: ['resourceARN', 'eventName', 'userIdentity', 'userAgent', 'sourceIpAddress', 'errorCodes'],
  USER_ACTIONS: ['userIdentity', 'eventName', 'resourceARN', 'userAgent', 'sourceIpAddress', 'errorCodes'],
};

/** What one aggregated event will tell: events of one trail, Region, service and template with one primary name. */
interface Summary {
  readonly trailId: string;
  readonly accountId: string;
  readonly region: string;
  readonly eventSource: string;
  readonly template: AggregationTemplate;
  readonly name: string;
  count: number;
  readonly details: ReadonlyMap<Dimension, Map<string, number>>;
}

/**
 * The data events of one window of five minutes, counted. The same events in the same order make the same records, ids
 * included: whoever has to count again, after a crash, makes nothing new.
 */
export class WindowSummaries {
  readonly #summaries = new Map<string, Summary>();
  #names = 0;

  get isEmpty(): boolean {
    return this.#summaries.size === 0;
  }

  add(route: TrailRoute, { accountId, region }: LoggedRecord, facts: DataEventFacts): void {
    const templates = route.eventConfiguration?.aggregations.flatMap((each) => each.templates) ?? [];
    const trailId = trailIdOf(route.arn, route.createdAtMs);
    for (const template of templates as AggregationTemplate[]) {
      const [primary, ...others] = dimensionsOf[template];
      for (const name of facts.names[primary]) {
        const place = { trailId, accountId, region, eventSource: facts.eventSource, template };
        const summary = this.#summaryOf({ ...place, name }, others);
        summary.count += 1;
        for (const [dimension, counts] of summary.details) this.#count(counts, facts.names[dimension]);
      }
    }
  }

  /** The aggregated events of a window, for the trails that are still there. */
  records(window: number, isThere: (trailId: string) => boolean): LoggedRecord[] {
    const keys = [...this.#summaries.keys()].sort();
    return keys
      .map((key) => this.#summaries.get(key) as Summary)
      .filter(({ trailId }) => isThere(trailId))
      .map((summary) => toRecord(summary, window));
  }

  #summaryOf(place: Omit<Summary, 'count' | 'details'>, dimensions: readonly Dimension[]): Summary {
    const known = this.#summaries.get(keyOf(place));
    if (known !== undefined) return known;
    if (this.#summaries.size >= summariesMax && place.name !== otherName)
      return this.#summaryOf({ ...place, name: otherName }, dimensions);
    const details = new Map(dimensions.map((dimension) => [dimension, new Map<string, number>()]));
    const summary = { ...place, count: 0, details };
    this.#summaries.set(keyOf(place), summary);
    return summary;
  }

  #count(counts: Map<string, number>, names: readonly string[]): void {
    for (const name of names) {
      const known = counts.get(name);
      if (known !== undefined) counts.set(name, known + 1);
      else if (this.#names < namesMax) {
        this.#names += 1;
        counts.set(name, 1);
      } else counts.set(otherName, (counts.get(otherName) ?? 0) + 1);
    }
  }
}

function keyOf({
  trailId,
  accountId,
  region,
  eventSource,
  template,
  name,
}: Omit<Summary, 'count' | 'details'>) {
  return JSON.stringify([trailId, accountId, region, eventSource, template, name]);
}

function toRecord(summary: Summary, window: number): LoggedRecord {
  const { trailId, accountId, region } = summary;
  return { accountId, region, category: 'Aggregated', json: toJsonText(summary, window), forTrail: trailId };
}

/** Fewer statistics where names are so long that the record would be larger than records may be. */
function toJsonText(summary: Summary, window: number): string {
  for (let most = statisticsMax; ; most = Math.floor(most / 2)) {
    const json = JSON.stringify(toAggregatedEvent(summary, window, most));
    if (most <= 1 || Buffer.byteLength(json) <= recordBytesMax) return json;
  }
}

/** Source: CloudTrail User Guide, "CloudTrail record contents for aggregated events" (event version 1.0). */
function toAggregatedEvent(summary: Summary, window: number, most: number): object {
  const { accountId, region, eventSource, template, name, count, details } = summary;
  return {
    eventVersion: '1.0',
    accountId,
    eventId: eventIdOf(summary, window),
    eventCategory: 'Aggregated',
    eventType: 'AwsAggregatedEvent',
    awsRegion: region,
    eventSource,
    timeWindow: {
      windowStart: secondsText(window * windowMs),
      windowEnd: secondsText((window + 1) * windowMs),
      windowSize: windowSizeText,
    },
    summary: {
      primaryDimension: toDimension(dimensionsOf[template][0], [[name, count]], most),
      details: Array.from(details)
        .filter(([, counts]) => counts.size > 0)
        .map(([dimension, counts]) => toDimension(dimension, [...counts], most)),
    },
  };
}

function toDimension(
  dimension: Dimension,
  counts: readonly [name: string, value: number][],
  most: number,
): object {
  const named = counts.filter(([name]) => name !== otherName).sort(mostFirst);
  const listed = named.slice(0, most);
  const all = counts.reduce((sum, [, value]) => sum + value, 0);
  const rest = all - listed.reduce((sum, [, value]) => sum + value, 0);
  const statistics = [...listed, ...(rest > 0 ? [[otherName, rest] as const] : [])];
  return {
    dimension,
    statistics: statistics.map(([name, value]) => ({ name, value })),
    aggregationType: 'Count',
  };
}

function mostFirst([a, m]: readonly [string, number], [b, n]: readonly [string, number]): number {
  return n - m || (a < b ? -1 : 1);
}

/** A UUID of what the event is about: the same whenever it is made again. */
function eventIdOf(summary: Summary, window: number): string {
  const hash = createHash('sha256')
    .update(`${keyOf(summary)} ${window}`)
    .digest('hex');
  const variant = ((Number.parseInt(hash.charAt(16), 16) & 3) | 8).toString(16);
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `${variant}${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join('-');
}
