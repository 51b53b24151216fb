// SPDX-License-Identifier: Apache-2.0
import type { SegmentKind } from '../../../../ports/event-segments.js';
import { text } from './segment-sql.js';

/** How many rows a source and a name have; in the engine's order, NULL first. */
export type NameCount = readonly [source: string | null, name: string | null, rows: number];

export interface Cluster {
  /** In the engine's words; absent: all rows. */
  readonly condition?: string;
  /** There is nothing to sort. */
  readonly isOneName: boolean;
}

/** A longer name never begins a cluster: it would have to be written into the question. */
const nameLengthMax = 256;

/** By what the rows of a file are sorted before time. What somebody asks for by name lies together. */
export function nameColumns(records: SegmentKind): readonly [source: string, name: string] {
  return records === 'activity'
    ? ['eventdata_eventsource', 'eventdata_eventname']
    : ['eventsource', 'eventname'];
}

/**
 * Parts of about as many rows, which one after the other are all rows in the order of their sources and names. Each is small enough to
 * be sorted in memory, but where a single name has more rows: those need no sorting.
 */
export function clustersOf(
  counts: readonly NameCount[],
  records: SegmentKind,
  rowsMax: number,
): readonly Cluster[] {
  const named = counts.filter(([source, name]) => source !== null && name !== null) as [
    string,
    string,
    number,
  ][];
  const starts = startsOf(named, rowsMax);
  const [source, name] = nameColumns(records);
  const nameless = { condition: `(${source} IS NULL OR ${name} IS NULL)`, isOneName: false };
  const hasNameless = named.length < counts.length;
  if (starts.length <= 1 && !hasNameless) return [{ isOneName: named.length <= 1 }];
  const clusters = starts.map((start, place): Cluster => {
    const end = starts[place + 1] ?? named.length;
    const conditions = [`${source} IS NOT NULL AND ${name} IS NOT NULL`];
    if (place > 0) conditions.push(atOrAfter(named[start] as NamedCount, source, name));
    if (end < named.length) conditions.push(before(named[end] as NamedCount, source, name));
    return { condition: conditions.join(' AND '), isOneName: end - start === 1 };
  });
  return hasNameless ? [nameless, ...clusters] : clusters;
}

/** Rows of a cluster in their order. */
export function selectCluster(
  rows: string,
  { condition, isOneName }: Cluster,
  conditions: readonly string[],
  records: SegmentKind,
): string {
  const where = whereAll(condition === undefined ? conditions : [...conditions, condition]);
  const order = isOneName ? '' : ` ORDER BY ${nameColumns(records).join(', ')}, happened`;
  return `(SELECT * FROM ${rows}${where}${order})`;
}

export function whereAll(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
}

type NamedCount = readonly [source: string, name: string, rows: number];

/** Places of the first name of each cluster. */
function startsOf(named: readonly NamedCount[], rowsMax: number): readonly number[] {
  const starts: number[] = [];
  let rows = 0;
  named.forEach(([source, name, count], place) => {
    const isFull = rows > 0 && rows + count > rowsMax;
    if (place === 0 || (isFull && Math.max(source.length, name.length) <= nameLengthMax)) {
      starts.push(place);
      rows = 0;
    }
    rows += count;
  });
  return starts;
}

/** The first comparison alone lets the engine leave out what it need not unpack. */
function atOrAfter([source, name]: NamedCount, sourceColumn: string, nameColumn: string): string {
  return `${sourceColumn} >= ${text(source)} AND (${sourceColumn} <> ${text(source)} OR ${nameColumn} >= ${text(name)})`;
}

function before([source, name]: NamedCount, sourceColumn: string, nameColumn: string): string {
  return `${sourceColumn} <= ${text(source)} AND (${sourceColumn} <> ${text(source)} OR ${nameColumn} < ${text(name)})`;
}
