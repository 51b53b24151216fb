// SPDX-License-Identifier: Apache-2.0
import { parameterColumn, parameterMembers, type RecordColumnKind } from '../../record/record-columns.js';
import { quoteName, type RowField, type TrinoType } from '../dialect/trino-type.js';
import { areResources, columnOf, recordValue } from './record-value.js';
import { partBit } from './segment-columns.js';
import type { FasterColumn } from './table-view.js';

/** Hidden columns, and which of a view's columns they are a faster way to. */
export interface FasterColumns {
  readonly hidden: ReadonlyMap<string, string>;
  readonly faster: Readonly<Record<string, FasterColumn>>;
}

type InFiles = Pick<ReadonlySet<string>, 'has'>;

/** Names that no table can declare: Hive's have no `$`. */
function hiddenName(name: string): string {
  return `$${name}`;
}

/** @param inFiles names of the columns that every file has */
export function fasterColumns(
  kind: RecordColumnKind,
  columns: readonly { readonly name: string; readonly type: TrinoType }[],
  inFiles: InFiles,
): FasterColumns {
  const hidden = new Map<string, string>();
  const faster: Record<string, FasterColumn> = {};
  for (const { name, type } of columns) {
    const lower = name.toLowerCase();
    if (lower === 'eventtime' && type.kind === 'varchar') {
      hidden.set(hiddenName('happened'), 'happened');
      hidden.set(hiddenName('entered'), 'make_timestamp(entered * 1000)');
      faster[lower] = { timestamp: hiddenName('happened'), fallback: hiddenName('entered') };
      if (inFiles.has('oddtime')) {
        hidden.set(hiddenName('oddtime'), 'oddtime');
        faster[lower] = { ...faster[lower], odd: hiddenName('oddtime') };
      }
    } else if (isMapOfTexts(type) && columnOf(kind, lower)?.form === 'json') {
      hidden.set(hiddenName(lower), quoteName(lower));
      faster[lower] = { json: hiddenName(lower), ...waysToMembers(lower, inFiles, hidden) };
    } else if (lower === 'requestparameters' && type.kind === 'varchar') {
      const ways = waysToMembers(lower, inFiles, hidden);
      if (ways.members !== undefined) faster[lower] = ways;
    } else if (lower === 'resources' && areResources(type)) {
      const way = wayToResources(type.element.fields, inFiles, hidden);
      if (way !== undefined) faster[lower] = way;
    } else if (type.kind === 'row' && partBit(kind, lower) !== undefined) {
      const fields = Object.fromEntries(leavesOf(kind, [lower], type.fields, hidden));
      if (Object.keys(fields).length > 0) faster[lower] = { fields };
    }
  }
  return { hidden, faster };
}

function isMapOfTexts(type: TrinoType): boolean {
  return type.kind === 'map' && type.key.kind === 'varchar' && type.value.kind === 'varchar';
}

function waysToMembers(
  column: string,
  inFiles: InFiles,
  hidden: Map<string, string>,
): Pick<FasterColumn, 'members'> {
  if (column !== 'requestparameters') return {};
  const members = parameterMembers.flatMap((member): [string, string][] => {
    const own = parameterColumn(member);
    if (!inFiles.has(own)) return [];
    hidden.set(hiddenName(own), quoteName(own));
    return [[member, hiddenName(own)]];
  });
  return members.length === 0 ? {} : { members: Object.fromEntries(members) };
}

/** A list of structs is opened whole, all of its fields, for one of them: fifteen times the time of a column of texts. */
function wayToResources(
  fields: readonly RowField[],
  inFiles: InFiles,
  hidden: Map<string, string>,
): FasterColumn | undefined {
  const hide = (column: string): string => {
    hidden.set(hiddenName(column), quoteName(column));
    return hiddenName(column);
  };
  if (!inFiles.has(resourcesCount)) return undefined;
  const first = fields.flatMap(({ name = '' }): [string, string][] => {
    const column = `resources_first_${name.toLowerCase()}`;
    return inFiles.has(column) ? [[name.toLowerCase(), hide(column)]] : [];
  });
  return { count: hide(resourcesCount), first: Object.fromEntries(first) };
}

const resourcesCount = 'resources_count';

/** The fields below a row that have columns of their own, by path. */
function leavesOf(
  kind: RecordColumnKind,
  path: readonly string[],
  fields: readonly RowField[],
  hidden: Map<string, string>,
): [string, string][] {
  return fields.flatMap(({ name = '', type }): [string, string][] => {
    const below = [...path, name.toLowerCase()];
    const column = below.join('_');
    if (type.kind === 'row')
      return partBit(kind, column) === undefined ? [] : leavesOf(kind, below, type.fields, hidden);
    if (type.kind === 'map' || type.kind === 'array' || columnOf(kind, column) === undefined) return [];
    hidden.set(hiddenName(column), recordValue(kind, below, type));
    return [[below.slice(1).join('.'), hiddenName(column)]];
  });
}
