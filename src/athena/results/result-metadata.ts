// SPDX-License-Identifier: Apache-2.0
import type { ResultColumn } from './column-info.js';

/**
 * The `.metadata` file beside a result, which the Athena JDBC driver reads instead of calling GetQueryResults: a protocol
 * buffers message without a published schema. Fields of the message: 1 id of the query, 4 a column. Of a column:
 * 1 catalog, 4 name, 5 label, 6 type, 7 precision, 8 scale, 9 nullable (3: unknown), 10 case sensitive; numbers that the type
 * does not have are left out. Source: AthenaMetaDataParser of burtcorp/athena-jdbc, and files that Athena wrote.
 */
export function resultMetadata(queryId: string, columns: readonly ResultColumn[]): Buffer {
  return Buffer.concat([text(1, queryId), ...columns.map((column) => bytes(4, columnMessage(column)))]);
}

function columnMessage({ name, type, precision, scale, caseSensitive }: ResultColumn): Buffer {
  return Buffer.concat([
    text(1, 'hive'),
    text(4, name),
    text(5, name),
    text(6, type),
    ...(precision === undefined ? [] : [number(7, precision)]),
    ...(scale === undefined ? [] : [number(8, scale)]),
    number(9, 3),
    ...(caseSensitive === undefined ? [] : [number(10, caseSensitive ? 1 : 0)]),
  ]);
}

function text(field: number, value: string): Buffer {
  return bytes(field, Buffer.from(value, 'utf8'));
}

function bytes(field: number, value: Buffer): Buffer {
  return Buffer.concat([varint((field << 3) | 2), varint(value.length), value]);
}

function number(field: number, value: number): Buffer {
  return Buffer.concat([varint(field << 3), varint(value)]);
}

function varint(value: number): Buffer {
  const found: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    found.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  found.push(rest);
  return Buffer.from(found);
}
