// SPDX-License-Identifier: Apache-2.0
import { type RecordColumn, type RecordColumnKind, recordColumns } from '../../record/record-columns.js';
import { quoteName, type TrinoType, toDuckdbType } from '../dialect/trino-type.js';
import { jsonValue, member } from './json-value.js';
import { partBit } from './segment-columns.js';

/**
 * SQL for a member of a record as a value of a type, from the segment's columns where they have it, else from the record's text.
 * @param path names in any case, from the record down
 */
export function recordValue(kind: RecordColumnKind, path: readonly string[], type: TrinoType): string {
  const name = path.join('_').toLowerCase();
  if (path.length === 1) {
    const own = ownValue(name, type);
    if (own !== undefined) return own;
  }
  const column = columnOf(kind, name);
  if (column !== undefined) return columnValue(column, type);
  const bit = partBit(kind, name);
  if (bit === undefined) return jsonValue(inText(path), type);
  const has = `(parts & ${bit}) <> 0`;
  if (type.kind !== 'row') return `CASE WHEN ${has} THEN ${jsonValue(inText(path), type)} END`;
  const fields = type.fields.map(
    ({ name: field = '', type: of }) => `${quoteName(field)} := ${recordValue(kind, [...path, field], of)}`,
  );
  return `CASE WHEN ${has} THEN struct_pack(${fields.join(', ')}) END`;
}

export function columnOf(kind: RecordColumnKind, name: string): RecordColumn | undefined {
  return recordColumns[kind].find((column) => column.name === name);
}

/** Columns that are no members, and members whose column is not text. */
function ownValue(name: string, type: TrinoType): string | undefined {
  if (name === 'eventtime' && type.kind === 'timestamp') return 'happened';
  if (name === 'eventjson' && type.kind === 'varchar') return 'record';
  // Source: CloudTrail User Guide, "CloudTrail record contents": a SHA-256 checksum of the event.
  if (name === 'eventjsonchecksum' && type.kind === 'varchar') return 'sha256(record)';
  // Fields find each other by their names.
  return name === 'resources' && areResources(type) ? `CAST(resources AS ${toDuckdbType(type)})` : undefined;
}

/** Whether a type is of what the segments' `resources` hold. */
export function areResources(
  type: TrinoType,
): type is Extract<TrinoType, { kind: 'array' }> & { element: { kind: 'row' } } {
  if (type.kind !== 'array' || type.element.kind !== 'row') return false;
  return type.element.fields.every(
    ({ name = '', type: { kind } }) => resourceFields.has(name.toLowerCase()) && kind === 'varchar',
  );
}

const resourceFields: ReadonlySet<string> = new Set(['arn', 'accountid', 'type', 'arnprefix']);

function columnValue({ name, form }: RecordColumn, type: TrinoType): string {
  const column = quoteName(name);
  if (type.kind === 'varchar') return column;
  if (form === 'json') return jsonValue(`${column}::JSON`, type);
  if (type.kind === 'row' || type.kind === 'map' || type.kind === 'array' || type.kind === 'json')
    return jsonValue(`try_cast(${column} AS JSON)`, type);
  return `try_cast(${column} AS ${toDuckdbType(type)})`;
}

function inText(path: readonly string[]): string {
  return path.reduce(member, 'record::JSON');
}
