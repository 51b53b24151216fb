// SPDX-License-Identifier: Apache-2.0
import type { StoredEvent } from '../../ports/event-store.js';
import { indexFieldsOf } from '../../record/index-fields.js';
import { EventTable } from '../event-table.js';
import { writeLines } from '../write-lines.js';
import type { SearchPages } from './search-pages.js';
import { facetLines, histogramLines } from './search-report.js';

type Print = (pages: SearchPages, shown: { readonly utc: boolean }) => Promise<void>;

/** How a search is shown, by the value of `--output`. Pages go out as they come: `--all` need not fit into memory. */
export const printSearch = { table: printTable, json: printDocument, ndjson: printRecords } satisfies Record<
  string,
  Print
>;

async function printTable(pages: SearchPages, { utc }: { readonly utc: boolean }): Promise<void> {
  const { histogram, facets, total = 0, events } = await pages.first();
  if (histogram !== undefined) await writeLines(histogramLines(histogram, utc));
  if (facets !== undefined) await writeLines(facetLines(facets));
  const table = new EventTable({ utc, width: process.stdout.isTTY ? process.stdout.columns : undefined });
  if (events.length > 0) await writeLines(table.lines(events.map(toStored)));
  for await (const more of pages.rest()) await writeLines(table.lines(more.map(toStored)));
  if (total === 0) console.error('no events found');
  else if (pages.shown < total)
    console.error(`${pages.shown} of ${total} events; see more with --limit or --all`);
}

async function printRecords(pages: SearchPages): Promise<void> {
  await writeLines((await pages.first()).events.map(toText));
  for await (const more of pages.rest()) await writeLines(more.map(toText));
}

/** The counts and all events as one document, a line an event. */
async function printDocument(pages: SearchPages): Promise<void> {
  const { events, next: _, ...counts } = await pages.first();
  const head = JSON.stringify({ ...counts, events: [] }).slice(0, -2);
  await writeLines([head, ...events.map((event, at) => (at === 0 ? '' : ',') + toText(event))]);
  for await (const more of pages.rest()) await writeLines(more.map((event) => `,${toText(event)}`));
  await writeLines([']}']);
}

function toText(event: unknown): string {
  return JSON.stringify(event);
}

function toStored(event: unknown): StoredEvent {
  const json = toText(event);
  return { ...indexFieldsOf(json), json };
}
