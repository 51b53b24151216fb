// SPDX-License-Identifier: Apache-2.0
import { cleanLines } from '../../../record/clean-lines.js';
import type { RecordColumnKind } from '../../../record/record-columns.js';
import { selectRecordColumns } from '../../../record/record-columns-sql.js';
import type { LateView } from '../../views/table-view.js';
import {
  lateBytesInFilesMax,
  lateBytesMax,
  lateRowInFilesNs,
  lateRowNs,
  lateRowsInFilesMax,
  lateRowsMax,
  lateRowsWorthIt,
  placesAtOnceMax,
} from '../engine-limits.js';
import { type PlaceQuery, toPlaceQuery } from './place-query.js';
import { haveRecords, rowsInFiles } from './records-in-files.js';
import type { Session } from './session.js';

/** A row's place, account, Region, category and time of entering, as text. */
type Head = readonly (string | null)[];

type Records = (places: readonly string[]) => Promise<readonly (string | null)[]>;

/**
 * The question for a statement's rows (`toPlaceQuery`), where their records are to be had and that takes less time than the columns.
 * @param tableRows how many rows the columns have; Infinity: whatever it takes
 */
export function lateQuery(
  json: string,
  tables: ReadonlyMap<string, LateView>,
  tableRows: number,
): PlaceQuery | undefined {
  const query = toPlaceQuery(json, tables, ({ files }, shownNs) => {
    if (shownNs === 0) return 0;
    const [rowNs, most] =
      files === undefined ? [lateRowNs, lateRowsMax] : [lateRowInFilesNs, lateRowsInFilesMax];
    const rows = Math.floor((tableRows * shownNs) / rowNs);
    return rows < lateRowsWorthIt ? 0 : Math.min(rows, most);
  });
  const files = query?.view.files;
  return files === undefined || haveRecords(files) ? query : undefined;
}

/**
 * Puts the rows that a statement shows in the place of its table: asks for their places, has their records read, and makes
 * their columns of those as segments were made of them.
 *
 * @returns false where the statement is to be run over the table itself: more rows than are read by place, a record that is
 * not to be had, or anything that fails: running the statement tells why
 */
export async function showLateRows(session: Session, query: PlaceQuery, records: Records): Promise<boolean> {
  const { files } = query.view;
  const heads = await session
    .deserialized(query.json)
    .then((sql) => session.rows(sql))
    .catch(() => undefined);
  if (heads === undefined || heads.length > query.rowsMax) return false;
  const found = heads.map((head) => head.map((cell) => (cell === null ? null : String(cell))));
  // What the server says of its history is the query's; what is wrong with a file is not.
  const rows = files === undefined ? await rowsByPlace(found, records) : rowsOfFiles(found, files);
  if (rows === undefined) return false;
  try {
    await makeTable(session, query.view.kind, rows);
    await session.run(`CREATE OR REPLACE VIEW ${query.relation} AS ${query.view.over('late_rows')}`);
    return true;
  } catch {
    return false;
  }
}

function rowsOfFiles(found: readonly Head[], files: readonly string[]): readonly Head[] | undefined {
  const known = new Set(files);
  const places = found.map(([path, row]) => ({ path: String(path), row: Number(row) }));
  if (!places.every(({ path }) => known.has(path))) return undefined;
  try {
    return rowsInFiles(places, lateBytesInFilesMax).map((row) => [null, ...row]);
  } catch {
    return undefined;
  }
}

async function rowsByPlace(found: readonly Head[], records: Records): Promise<readonly Head[] | undefined> {
  // In order of their places: neighbours are read together.
  const heads = found.toSorted(byPlace);
  const texts = await textsOf(heads, records);
  if (texts === undefined) return undefined;
  // As the files' records are when they are written.
  const lines = cleanLines(Buffer.from(texts.map((text) => text.replaceAll('\n', ' ')).join('\n')));
  const cleaned = lines.toString('utf8').split('\n');
  return heads.map((head, index) => [...head, cleaned[index] as string]);
}

function byPlace([a]: Head, [b]: Head): number {
  return Number(a) - Number(b);
}

async function textsOf(rows: readonly Head[], records: Records): Promise<readonly string[] | undefined> {
  const texts: string[] = [];
  let left = lateBytesMax;
  for (let from = 0; from < rows.length; from += placesAtOnceMax) {
    const places = rows.slice(from, from + placesAtOnceMax).map(([place]) => place);
    if (!places.every((place) => place != null)) return undefined;
    for (const text of await records(places)) {
      left -= text?.length ?? 0;
      if (text === null || left < 0) return undefined;
      texts.push(text);
    }
  }
  return texts;
}

/** @param rows head and record */
async function makeTable(session: Session, kind: RecordColumnKind, rows: readonly Head[]): Promise<void> {
  await session.run(
    'CREATE TABLE late_records (place UBIGINT, account VARCHAR, region VARCHAR, category VARCHAR, entered BIGINT, record VARCHAR)',
  );
  await session.fill('late_records', rows);
  await session.run(`CREATE TABLE late_rows AS ${selectRecordColumns(kind, 'late_records')}`);
}
