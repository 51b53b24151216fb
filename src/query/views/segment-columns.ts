// SPDX-License-Identifier: Apache-2.0
import {
  columnName,
  type RecordColumnKind,
  recordColumns,
  recordParts,
} from '../../record/record-columns.js';
import type { RecordSchema } from '../table-source.js';

/**
 * The columns of a segment's files, by name, with the engine's types:
 * - `place`, `account`, `region`, `category`, `entered` (ms since the epoch): of the event, as it was recorded
 * - `happened`: eventTime (UTC); of a record without one that can be read, when it entered
 * - `parts`: which of `recordParts` the record has, one bit each
 * - `resources`, and one for each of `recordColumns`
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
    ['record', 'VARCHAR'],
  ]);
}

export function kindOfSchema(schema: RecordSchema): RecordColumnKind {
  return schema === 'activity' ? 'activity' : 'cloudtrail';
}

/** The bit of `parts` that tells whether a record has the object of this name (`columnName`); undefined for what is no part. */
export function partBit(kind: RecordColumnKind, name: string): number | undefined {
  const place = recordParts[kind].findIndex((path) => columnName(path) === name);
  return place < 0 ? undefined : 1 << place;
}
