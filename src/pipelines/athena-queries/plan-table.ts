// SPDX-License-Identifier: Apache-2.0
import { hash } from 'node:crypto';
import type { PartitionDocument, TableDocument } from '../../athena/catalog/catalog-documents.js';
import { type PartitionValues, partitionFilter } from '../../athena/catalog/partition-filter.js';
import { isProjected, partitionProjection } from '../../athena/files/partition-projection.js';
import { folderPrefix, parseS3Location } from '../../athena/s3-location.js';
import type { ListedObject } from '../../query/jobs/caller-objects.js';
import { QueryError } from '../../query/query-error.js';
import type { TableCondition } from '../../query/table-condition.js';

/** Where objects of a table are to be looked for, and which partition each of them is in. */
export interface TablePlace {
  readonly bucket: string;
  readonly prefix: string;
  /** Where names begin that can make an object hidden: at least as far up as the prefix. */
  readonly base: string;
  /** Undefined for an object that is in no partition of the table. */
  partitionOf(key: string): Readonly<Record<string, string>> | undefined;
}

/**
 * The places of all partitions that a condition leaves.
 * @param partitions of the catalog; not asked for where they are projected
 */
export function tablePlaces(
  table: TableDocument,
  partitions: () => readonly PartitionDocument[],
  nowMs: number,
  condition?: TableCondition,
): readonly TablePlace[] {
  const keys = table.partitionKeys.map(({ name }) => name);
  const filter = partitionFilter(table.partitionKeys, condition);
  const kept = (values: PartitionValues & Record<string, string>) =>
    filter.mayHold(values) ? values : undefined;
  if (isProjected(table)) {
    const { bucket, prefix: base, prefixes, valuesOf } = partitionProjection(table, nowMs);
    const partitionOf = (key: string) => {
      const values = valuesOf(key);
      return values === undefined ? undefined : kept(named(keys, values));
    };
    return prefixes(condition).map((prefix) => ({ bucket, prefix, base, partitionOf }));
  }
  if (keys.length === 0) return [placeOf(table.storage?.location ?? '', {})];
  return partitions().flatMap(({ location, values }) => {
    const partition = kept(named(keys, values));
    return partition === undefined ? [] : [placeOf(location, partition)];
  });
}

function placeOf(location: string, partition: Readonly<Record<string, string>>): TablePlace {
  const place = parseS3Location(location);
  if (place === undefined) throw new QueryError('INTERNAL', 'the table has no location');
  const prefix = folderPrefix(place);
  return { bucket: place.bucket, prefix, base: prefix, partitionOf: () => partition };
}

function named(keys: readonly string[], values: readonly string[]): Record<string, string> {
  return Object.fromEntries(keys.map((key, at) => [key, values[at] ?? '']));
}

/**
 * Whether an object holds data: nothing empty, no folder, nothing that Hive takes for hidden.
 * Source: Athena User Guide, "Considerations and limitations for SQL queries" (names that begin with _ or .).
 */
export function isData({ key, size }: ListedObject, base: string): boolean {
  if (size === 0 || key.endsWith('/')) return false;
  return !key
    .slice(base.length)
    .split('/')
    .some((part) => part.startsWith('_') || part.startsWith('.'));
}

export interface TableObject extends ListedObject {
  readonly bucket: string;
}

/** Objects that become one file for the engine. */
export interface ObjectGroup {
  readonly objects: readonly TableObject[];
  readonly partition: Readonly<Record<string, string>>;
}

export interface GroupLimits {
  readonly objectsPerFileMax: number;
  readonly bytesPerFileMax: number;
}

/**
 * Objects of one partition, in the order of their keys, in groups whose ends are told by the keys themselves: an object that
 * comes later changes the group that it falls into, and leaves the copies of all others as they are.
 */
export function toGroups(
  objects: readonly TableObject[],
  partition: Readonly<Record<string, string>>,
  { objectsPerFileMax, bytesPerFileMax }: GroupLimits,
): ObjectGroup[] {
  const groups: ObjectGroup[] = [];
  let current: TableObject[] = [];
  let bytes = 0;
  const close = () => {
    if (current.length > 0) groups.push({ objects: current, partition });
    current = [];
    bytes = 0;
  };
  const everyth = Math.max(1, Math.floor(objectsPerFileMax / 4));
  for (const object of objects) {
    if (current.length >= objectsPerFileMax || (bytes > 0 && bytes + object.size > bytesPerFileMax)) close();
    current.push(object);
    bytes += object.size;
    if (Number.parseInt(hash('sha256', object.key).slice(0, 8), 16) % everyth === 0) close();
  }
  close();
  return groups;
}

/** The name of a group's copy: what it is made of, and how it was read. */
export function copyNameOf(objects: readonly TableObject[], form: unknown): string {
  return hash(
    'sha256',
    JSON.stringify([1, form, objects.map(({ bucket, key, etag, size }) => [bucket, key, etag, size])]),
  );
}
