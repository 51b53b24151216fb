// SPDX-License-Identifier: Apache-2.0
import type { DuckDBValue } from '@duckdb/node-api';
import type { LookupAttribute } from '../../../ports/event-store.js';
import { readOnlyCode } from './categories.js';
import { eventIdBits } from './event-id-bits.js';
import type { TermHasher } from './term-hash.js';

export interface AttributeFilter {
  readonly key: LookupAttribute;
  readonly value: string;
}

/** What to find in the index: numbers only, so that nothing a caller says ever becomes SQL. */
export interface IndexQuery {
  /** undefined: all places that there are. */
  readonly placeIds: readonly number[] | undefined;
  /** A category's code; undefined for all of them. */
  readonly category: number | undefined;
  readonly attributes: readonly AttributeFilter[];
  /** Both inclusive. */
  readonly fromMs: number | undefined;
  readonly untilMs: number | undefined;
  readonly enteredSinceMs: number | undefined;
  readonly ordinalMax: number;
  /** Only events behind this one in the order of pages. */
  readonly behind: { readonly eventTimeMs: number; readonly ordinal: number } | undefined;
  readonly limit: number;
}

export interface Statement {
  readonly sql: string;
  readonly values: DuckDBValue[];
}

const hashColumns = {
  EventName: 'name',
  EventSource: 'source',
  Username: 'username',
  AccessKeyId: 'access_key',
} as const;

/**
 * The statement that finds a page, newest first: ordinal, eventTime, place. Values of attributes are compared by hash,
 * so the answer may hold a few too many; undefined where nothing can match.
 */
export function toStatement(query: IndexQuery, hasher: TermHasher): Statement | undefined {
  const conditions = new Conditions();
  const resources: number[] = [];
  for (const { key, value } of query.attributes) {
    if (key === 'ResourceType' || key === 'ResourceName') resources.push(hasher.hash(key, value));
    else if (key === 'EventId') addEventId(conditions, value);
    else if (key === 'ReadOnly') {
      const readOnly = value.toLowerCase();
      if (readOnly !== 'true' && readOnly !== 'false') return undefined;
      conditions.add('read_only = ?', readOnlyCode(readOnly));
    } else conditions.add(`${hashColumns[key]} = ?`, hasher.hash(key, value));
  }
  const needsEvents = conditions.count > 0 || resources.length === 0;
  const driver = new Conditions();
  addCommon(driver, query);
  const [first, ...others] = resources;
  if (first !== undefined && !needsEvents)
    return page('resource_terms', driver.add('term = ?', first), others, query.limit);
  driver.append(conditions);
  return page('events', driver, resources, query.limit);
}

function addEventId(conditions: Conditions, eventId: string): void {
  const [high, low] = eventIdBits(eventId);
  conditions.add('event_id_low = ?', low).add('event_id_high = ?', high);
}

function addCommon(conditions: Conditions, query: IndexQuery): void {
  if (query.placeIds?.length === 1) conditions.add('place = ?', query.placeIds[0]!);
  else if (query.placeIds !== undefined)
    conditions.add(`place IN (${query.placeIds.map(() => '?').join(', ')})`, ...query.placeIds);
  if (query.category !== undefined) conditions.add('category = ?', query.category);
  conditions.add('ordinal <= ?', BigInt(query.ordinalMax));
  if (query.fromMs !== undefined) conditions.add('event_time_ms >= ?', BigInt(query.fromMs));
  if (query.untilMs !== undefined) conditions.add('event_time_ms <= ?', BigInt(query.untilMs));
  if (query.enteredSinceMs !== undefined) conditions.add('entered_at_ms >= ?', BigInt(query.enteredSinceMs));
  if (query.behind !== undefined) {
    const timeMs = BigInt(query.behind.eventTimeMs);
    conditions
      .add('event_time_ms <= ?', timeMs)
      .add('(event_time_ms < ? OR ordinal < ?)', timeMs, BigInt(query.behind.ordinal));
  }
}

function page(
  table: 'events' | 'resource_terms',
  conditions: Conditions,
  terms: readonly number[],
  limit: number,
): Statement {
  for (const term of terms) {
    conditions.add('ordinal IN (SELECT ordinal FROM resource_terms WHERE term = ?)', term);
  }
  return {
    sql: `SELECT ordinal, event_time_ms, place FROM ${table} WHERE ${conditions.sql} ORDER BY event_time_ms DESC, ordinal DESC LIMIT ${limit}`,
    values: conditions.values,
  };
}

class Conditions {
  readonly #parts: string[] = [];
  readonly values: DuckDBValue[] = [];

  get count(): number {
    return this.#parts.length;
  }

  get sql(): string {
    return this.#parts.join(' AND ');
  }

  add(sql: string, ...values: DuckDBValue[]): this {
    this.#parts.push(sql);
    this.values.push(...values);
    return this;
  }

  append(others: Conditions): void {
    this.#parts.push(...others.#parts);
    this.values.push(...others.values);
  }
}
