// SPDX-License-Identifier: Apache-2.0
import type { PartitionSpec } from '../../query/dialect/ddl-statement.js';
import { type PartitionDocument, partitionKey, type TableDocument } from '../catalog/catalog-documents.js';
import { folderPrefix, parseS3Location } from '../s3-location.js';
import type { DdlScene } from './ddl-scene.js';
import { semantic, taskFailed } from './hive-error.js';
import { partitionsPerStatementMax, partitionsPerTableMax } from './limits.js';
import { hiveStyleValues, partitionName } from './partition-name.js';

export function addPartitions(
  table: TableDocument,
  partitions: readonly PartitionSpec[],
  ifNotExists: boolean,
  scene: DdlScene,
): void {
  const keys = keysOf(table);
  verifyCount(partitions.length, table, scene);
  for (const { values: given, location } of partitions) {
    const values = valuesOf(given, keys);
    const key = partitionKey(scene.place, table.database, table.name, values);
    if (scene.state.get(key) !== undefined) {
      if (ifNotExists) continue;
      throw taskFailed(`AlreadyExistsException(message:Partition already exists: [${values.join(', ')}])`);
    }
    const place = location ?? `${folderOf(table)}${partitionName(keys, values)}/`;
    verifyLocation(place);
    const document: PartitionDocument = { values, location: place, createdAtMs: scene.context.nowMs };
    scene.state.put(key, document);
  }
}

export function dropPartitions(
  table: TableDocument,
  partitions: readonly PartitionSpec[],
  ifExists: boolean,
  scene: DdlScene,
): void {
  const keys = keysOf(table);
  for (const { values: given } of partitions) {
    const values = valuesOf(given, keys);
    const key = partitionKey(scene.place, table.database, table.name, values);
    if (scene.state.get(key) !== undefined) scene.state.delete(key);
    else if (!ifExists)
      throw semantic('INVALID_VALUE', 10006, `Partition not found (${partitionName(keys, values)})`);
  }
}

/** ALTER TABLE … PARTITION … RENAME TO PARTITION: the files stay where they are. */
export function renamePartition(
  table: TableDocument,
  { values: given }: PartitionSpec,
  { values: wanted }: PartitionSpec,
  scene: DdlScene,
): void {
  const old = existingPartition(table, given, scene);
  const values = valuesOf(wanted, keysOf(table));
  const key = partitionKey(scene.place, table.database, table.name, values);
  if (scene.state.get(key) !== undefined)
    throw taskFailed(`Unable to rename partition. Partition already exists: [${values.join(', ')}]`);
  scene.state.delete(partitionKey(scene.place, table.database, table.name, old.values));
  scene.state.put(key, { ...old, values });
}

export function movePartition(
  table: TableDocument,
  { values: given }: PartitionSpec,
  location: string,
  scene: DdlScene,
): void {
  const old = existingPartition(table, given, scene);
  verifyLocation(location);
  scene.state.put(partitionKey(scene.place, table.database, table.name, old.values), { ...old, location });
}

export function existingPartition(
  table: TableDocument,
  given: PartitionSpec['values'],
  scene: DdlScene,
): PartitionDocument {
  const keys = keysOf(table);
  const values = valuesOf(given, keys);
  const key = partitionKey(scene.place, table.database, table.name, values);
  const found = scene.state.get<PartitionDocument>(key);
  if (found === undefined)
    throw semantic('INVALID_VALUE', 10006, `Partition not found (${partitionName(keys, values)})`);
  return found;
}

/** Throws unless it is a place in Amazon S3. */
export function verifyLocation(location: string): void {
  if (parseS3Location(location) === undefined)
    throw taskFailed(`MetaException(message:${location.slice(0, 256)} is not a location in Amazon S3)`);
}

/**
 * MSCK REPAIR TABLE: partitions for the folders `key=value` below the table's location that have none yet. Those without a
 * folder are told and stay. Source: Athena User Guide, "MSCK REPAIR TABLE" (troubleshooting).
 * @param paths of objects, behind the table's location
 * @returns the lines that Hive prints
 */
export function repairTable(table: TableDocument, paths: Iterable<string>, scene: DdlScene): string[] {
  const keys = keysOf(table);
  const known = scene.catalog.partitions(table);
  const found = new Map<string, readonly string[]>();
  let isEmpty = true;
  for (const path of paths) {
    isEmpty = false;
    const values = hiveStyleValues(path, keys);
    if (values !== undefined) found.set(partitionName(keys, values), values);
  }
  const missing = [...found].filter(
    ([, values]) =>
      scene.state.get(partitionKey(scene.place, table.database, table.name, values)) === undefined,
  );
  verifyCount(missing.length, table, scene);
  const lines: string[] = [];
  for (const [name, values] of missing) {
    const document: PartitionDocument = {
      values,
      location: `${folderOf(table)}${name}`,
      createdAtMs: scene.context.nowMs,
    };
    scene.state.put(partitionKey(scene.place, table.database, table.name, values), document);
    lines.push(`Repair: Added partition to metastore ${table.database}.${table.name}:${name}`);
  }
  const own = folderOf(table);
  const gone = known.filter(({ values, location }) => {
    const name = partitionName(keys, values);
    return !found.has(name) && `${location.replace(/\/+$/, '')}` === `${own}${name}`;
  });
  const named = (name: string) => `${table.name}:${name}`;
  return [
    ...(isEmpty ? [`Tables missing on filesystem:\t${table.name}`] : []),
    ...told(
      'Partitions not in metastore:',
      missing.map(([name]) => named(name)),
    ),
    ...told(
      'Partitions missing from filesystem:',
      gone.map(({ values }) => named(partitionName(keys, values))),
    ),
    ...lines,
  ];
}

function told(what: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`${what}\t${names.join('\t')}`];
}

function keysOf(table: TableDocument): readonly string[] {
  if (table.partitionKeys.length === 0)
    throw semantic('SYNTAX_ERROR', 10241, `Table ${table.name} is not a partitioned table`);
  return table.partitionKeys.map(({ name }) => name);
}

/** The values in the order of the keys. All of them must be there, and no others. */
function valuesOf(given: Readonly<Record<string, string>>, keys: readonly string[]): string[] {
  const byName = new Map(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]));
  const unknown = [...byName.keys()].find((name) => !keys.includes(name));
  if (unknown !== undefined || byName.size < keys.length)
    throw semantic(
      'SYNTAX_ERROR',
      10098,
      `a partition has a value for each of (${keys.join(', ')}) and for nothing else`,
    );
  return keys.map((key) => byName.get(key) as string);
}

function verifyCount(added: number, table: TableDocument, scene: DdlScene): void {
  if (added > partitionsPerStatementMax)
    throw taskFailed(
      `a statement adds at most ${partitionsPerStatementMax} partitions; run it again for the rest, or use partition projection`,
    );
  if (added > 0 && scene.catalog.partitions(table).length + added > partitionsPerTableMax)
    throw taskFailed(`a table has at most ${partitionsPerTableMax} partitions; use partition projection`);
}

function folderOf({ storage }: TableDocument): string {
  const location = parseS3Location(storage?.location ?? '');
  if (location === undefined) throw taskFailed('the table has no location');
  return `s3://${location.bucket}/${folderPrefix(location)}`;
}
