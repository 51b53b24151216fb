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
  if (name !== 'resources' || type.kind !== 'array' || type.element.kind !== 'row') return undefined;
  const fields = type.element.fields.map(({ name: field = '', type: { kind } }) => ({
    field: field.toLowerCase(),
    kind,
  }));
  if (!fields.every(({ field, kind }) => resourceFields.has(field) && kind === 'varchar')) return undefined;
  const packed = fields.map(({ field }) => `${quoteName(field)} := each.${quoteName(field)}`).join(', ');
  return `list_transform(resources, lambda each: CASE WHEN each IS NOT NULL THEN struct_pack(${packed}) END)`;
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
