// SPDX-License-Identifier: Apache-2.0
import type { StoredEvent } from '../ports/event-store.js';
import { cutToWidth, displayWidth, padToWidth } from './display-width.js';
import { plainText } from './plain-text.js';

export interface TableOptions {
  readonly utc: boolean;
  /** Columns of the terminal; undefined: as wide as it takes (a file, a pipe). */
  readonly width: number | undefined;
  /** Events come one by one: the first few say little of the rest, so columns start at their usual width. */
  readonly live?: boolean;
}

interface Column {
  readonly title: string;
  readonly min: number;
  readonly usual: number;
  readonly max: number;
  readonly cell: (event: StoredEvent, utc: boolean) => string;
}

const columns: readonly Column[] = [
  { title: 'TIME', min: 19, usual: 20, max: 20, cell: ({ eventTimeMs }, utc) => shownTime(eventTimeMs, utc) },
  { title: 'EVENT', min: 12, usual: 26, max: 40, cell: ({ eventName }) => eventName },
  {
    title: 'SOURCE',
    min: 6,
    usual: 14,
    max: 24,
    cell: ({ eventSource }) => eventSource.replace(/\.amazonaws\.com$/, ''),
  },
  { title: 'USER', min: 8, usual: 20, max: 32, cell: ({ username }) => username ?? '-' },
  { title: 'REGION', min: 9, usual: 12, max: 14, cell: ({ region }) => region || '-' },
  { title: 'ERROR', min: 5, usual: 12, max: 24, cell: ({ json }) => errorCodeOf(json) },
  { title: 'RESOURCES', min: 9, usual: 30, max: 60, cell: ({ resources }) => shownResources(resources) },
];

const gap = 2;

/**
 * Lines of a table. The widths follow from the first events that it is given, so that a table can be written page by
 * page; what does not fit into its column later is cut, on a terminal, or pushes the rest to the right, elsewhere.
 */
export class EventTable {
  readonly #options: TableOptions;
  #widths: readonly number[] | undefined;

  constructor(options: TableOptions) {
    this.#options = options;
  }

  /** The lines for these events, with the heading before the first. */
  lines(events: readonly StoredEvent[]): string[] {
    const rows = events.map((event) =>
      columns.map((column) => plainText(column.cell(event, this.#options.utc))),
    );
    const isFirst = this.#widths === undefined;
    this.#widths ??= this.#fit(rows);
    const lines = rows.map((row) => this.#line(row));
    return isFirst ? [this.#line(columns.map(({ title }) => title)), ...lines] : lines;
  }

  #fit(rows: readonly (readonly string[])[]): number[] {
    const { width, live = false } = this.#options;
    const widths = columns.map(({ title, min, usual, max }, i) => {
      const widest = rows.reduce((most, row) => Math.max(most, displayWidth(row[i]!)), title.length);
      return Math.min(Math.max(widest, live ? usual : min), max);
    });
    if (width === undefined) return widths;
    let excess = widths.reduce((sum, one) => sum + one + gap, -gap) - width;
    // The widest column gives first, down to its smallest width.
    while (excess > 0) {
      const giver = widths.reduce(
        (best, one, i) => (one - columns[i]!.min > widths[best]! - columns[best]!.min ? i : best),
        0,
      );
      if (widths[giver]! <= columns[giver]!.min) break;
      widths[giver]!--;
      excess--;
    }
    return widths;
  }

  #line(row: readonly string[]): string {
    const isTerminal = this.#options.width !== undefined;
    const cells = row.map((text, i) => {
      const width = this.#widths![i]!;
      const shown = isTerminal ? cutToWidth(text, width) : text;
      return i === row.length - 1 ? shown : padToWidth(shown, width);
    });
    return cells.join(' '.repeat(gap)).trimEnd();
  }
}

/** `2026-11-21 10:00:00` local, `2026-11-21 10:00:00Z` in UTC. */
export function shownTime(timeMs: number, utc: boolean): string {
  const offsetMs = utc ? 0 : new Date(timeMs).getTimezoneOffset() * 60_000;
  return `${new Date(timeMs - offsetMs).toISOString().slice(0, 19).replace('T', ' ')}${utc ? 'Z' : ''}`;
}

/** By name where there is one: an ARN says the same at greater length. */
function shownResources(resources: StoredEvent['resources']): string {
  const names = resources.flatMap(({ name }) => (name === undefined ? [] : [name]));
  const short = names.filter((name) => !name.startsWith('arn:'));
  return [...new Set(short.length > 0 ? short : names)].join(' ');
}

function errorCodeOf(json: string): string {
  return /"errorCode":"([^"\\]{1,100})"/.exec(json)?.[1] ?? '';
}
