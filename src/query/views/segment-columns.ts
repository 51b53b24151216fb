// SPDX-License-Identifier: Apache-2.0
import {
  columnName,
  parameterColumn,
  parameterMembers,
  type RecordColumnKind,
  recordColumns,
  recordParts,
  resourceMembers,
} from '../../record/record-columns.js';
import type { RecordSchema } from '../table-source.js';

/**
 * The columns of a segment's files, by name, with the engine's types:
 * - `place`, `account`, `region`, `category`, `entered` (ms since the epoch): of the event, as it was recorded
 * - `happened`: eventTime (UTC); of a record without one that can be read, when it entered
 * - `parts`: which of `recordParts` the record has, one bit each
 * - `resources`, and one for each of `recordColumns`
 * - `resources_count`, NULL where there is no list, and `resources_first_arn` and so on of its first element
 * - `requestparameters_bucketname` and so on: `parameterMembers` as `json_extract_string` gives them, objects and arrays behind a mark
 * - `oddtime`: NULL where eventTime is `happened` written as 2026-11-01T10:00:00Z, so that the order of such texts is that of the times; else
 *   the text behind a `~` where it is a time, behind a `=` where it is none; empty where there is no eventTime
 * - `record`: the whole text; always JSON
 */
export function segmentColumns(kind: RecordColumnKind): ReadonlyMap<string, string> {
  return columnsByKind[kind];
}

const resourcesType = 'STRUCT(arn VARCHAR, accountid VARCHAR, "type" VARCHAR, arnprefix VARCHAR)[]';

const columnsByKind: Readonly<Record<RecordColumnKind, ReadonlyMap<string, string>>> = {
  cloudtrail: columnsOf('cloudtrail'),
  activity: columnsOf('activity'),
};

function columnsOf(kind: RecordColumnKind): ReadonlyMap<string, string> {
  return new Map([
    ['place', 'UBIGINT'],
    ['account', 'VARCHAR'],
    ['region', 'VARCHAR'],
    ['category', 'VARCHAR'],
    ['entered', 'BIGINT'],
    ['happened', 'TIMESTAMP'],
    ['parts', 'USMALLINT'],
    ['resources', resourcesType],
    ...recordColumns[kind].map(({ name }): [string, string] => [name, 'VARCHAR']),
    ...fasterColumns(kind),
    ['record', 'VARCHAR'],
  ]);
}

/** The columns that all files of a table have. @param someAreOlder as an earlier release made them (`TableFile.isOlder`) */
export function commonColumns(kind: RecordColumnKind, someAreOlder: boolean): ReadonlyMap<string, string> {
  if (!someAreOlder) return columnsByKind[kind];
  const newer = new Set(fasterColumns(kind).map(([name]) => name));
  return new Map(Array.from(columnsByKind[kind]).filter(([name]) => !newer.has(name)));
}

/** What older files lack: only ever a faster way to what other columns say too. */
function fasterColumns(kind: RecordColumnKind): readonly [name: string, type: string][] {
  const time: [string, string][] = [['oddtime', 'VARCHAR']];
  if (kind === 'activity') return time;
  return [
    ...time,
    ['resources_count', 'UINTEGER'],
    ...resourceMembers.map((name): [string, string] => [`resources_first_${name.toLowerCase()}`, 'VARCHAR']),
    ...parameterMembers.map((name): [string, string] => [parameterColumn(name), 'VARCHAR']),
  ];
}

export function kindOfSchema(schema: RecordSchema): RecordColumnKind {
  return schema === 'activity' ? 'activity' : 'cloudtrail';
}

/** The bit of `parts` that tells whether a record has the object of this name (`columnName`); undefined for what is no part. */
export function partBit(kind: RecordColumnKind, name: string): number | undefined {
  const place = recordParts[kind].findIndex((path) => columnName(path) === name);
  return place < 0 ? undefined : 1 << place;
}
