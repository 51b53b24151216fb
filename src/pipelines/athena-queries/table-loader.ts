// SPDX-License-Identifier: Apache-2.0
import { setMaxListeners } from 'node:events';
import { rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { PartitionDocument, TableDocument } from '../../athena/catalog/catalog-documents.js';
import { athenaTypeText, parseHiveType } from '../../athena/catalog/hive-type.js';
import { type TableForm, tableForm } from '../../athena/files/table-form.js';
import {
  type CallerObjects,
  ObjectRefusedError,
  type ObjectsCaller,
  type ReadObject,
} from '../../query/jobs/caller-objects.js';
import { QueryError } from '../../query/query-error.js';
import type { TableCondition } from '../../query/table-condition.js';
import type { TableColumn, TableFile, TableSource } from '../../query/table-source.js';
import type { ConvertRequest, SourceFile } from './convert/convert-request.js';
import { Converter } from './convert/converter.js';
import { eachOf, Turns } from './each-of.js';
import type { LoadLimits } from './limits.js';
import {
  copyNameOf,
  isData,
  type ObjectGroup,
  type TableObject,
  tablePlaces,
  toGroups,
} from './plan-table.js';
import { type QueryCache, writeBody } from './query-cache.js';

export interface TableLoaderDependencies {
  readonly objects: CallerObjects;
  readonly cache: QueryCache;
  readonly limits: LoadLimits;
}

type Convert = (request: ConvertRequest) => Promise<void>;

/** One table on its way. */
interface Loading extends LoadRequest {
  readonly form: TableForm;
  /** Turns of reading objects: of all groups together. */
  readonly reading: Turns;
  readonly convert: Convert;
}

/** What one query reads of one table, and may go with it. */
export interface LoadedTable {
  readonly source: TableSource;
  /** Bytes of the objects as they are stored. */
  readonly bytes: number;
  /** Whether every object is read from its begin to its end. */
  readonly areWhole: boolean;
}

/** What a query holds; `release` gives all of it back. */
export class LoadedFiles {
  readonly #cache: QueryCache;
  readonly #names: string[] = [];
  #scratch: string | undefined;
  #paths = 0;

  constructor(cache: QueryCache) {
    this.#cache = cache;
  }

  hold(name: string): void {
    this.#names.push(name);
  }

  /** A path for a file of the query's own, another each time. */
  newPath(): string {
    this.#scratch ??= this.#cache.newScratch();
    this.#paths += 1;
    return join(this.#scratch, String(this.#paths));
  }

  release(): void {
    for (const name of this.#names.splice(0)) this.#cache.release(name);
    if (this.#scratch !== undefined) rmSync(this.#scratch, { recursive: true, force: true });
    this.#scratch = undefined;
  }
}

export interface LoadRequest {
  readonly caller: ObjectsCaller;
  readonly table: TableDocument;
  readonly partitions: () => readonly PartitionDocument[];
  /** What the query says of the table: partitions that cannot count are neither listed nor read. */
  readonly where?: TableCondition | undefined;
  /** Hidden columns that the query names. */
  readonly hidden?: readonly string[] | undefined;
  readonly nowMs: number;
  /** Bytes of objects that the query may still read. */
  readonly bytesMax: number;
  readonly held: LoadedFiles;
  readonly signal: AbortSignal;
}

/**
 * Makes the objects of a table readable for the engine. Every object is asked for by S3's GetObject as the caller, also where
 * there is a copy already: who may not read it now does not read it, and where reads are recorded, this one is.
 */
export class TableLoader {
  readonly #deps: TableLoaderDependencies;
  readonly #turns: Turns;

  constructor(deps: TableLoaderDependencies) {
    this.#deps = deps;
    this.#turns = new Turns(deps.limits.convertersMax);
  }

  /** Throws QueryError in Athena's words. */
  async load(request: LoadRequest): Promise<LoadedTable> {
    const { table, signal } = request;
    const form = tableForm(table);
    const { groups, bytes } = await this.#plan(request, form);
    const converter = new Converter(this.#deps.limits.convertMsMax);
    let turn: Promise<() => void> | undefined;
    const failed = new AbortController();
    const either = AbortSignal.any([signal, failed.signal]);
    // Each object that is read listens: at most twice as many as may be read at a time.
    setMaxListeners(0, either);
    const oneAtATime = new Turns(1);
    const convert: Convert = async (convertRequest) => {
      turn ??= this.#turns.take(either);
      await turn;
      const leave = await oneAtATime.take(either);
      await converter.convert(convertRequest, either).finally(leave);
    };
    const reading = new Turns(this.#deps.limits.readingMax);
    const loading: Loading = { ...request, signal: either, form, reading, convert };
    try {
      const files: TableFile[] = [];
      // While one group is converted, the next ones are read.
      await eachOf(groups, atOnce(groups, this.#deps.limits), async (group, at) => {
        files[at] = await this.#loadGroup(group, loading).catch((error: unknown) => {
          failed.abort(error);
          throw error;
        });
      });
      const source = sourceOf(table, files, hiddenOf(request));
      return { source, bytes, areWhole: form.kind !== 'parquet' };
    } finally {
      converter.close();
      await turn?.then((leave) => leave()).catch(() => {});
    }
  }

  /** The paths of all objects behind a table's location: MSCK REPAIR TABLE looks for folders among them. */
  async paths(
    request: Pick<LoadRequest, 'caller' | 'signal'>,
    bucket: string,
    prefix: string,
  ): Promise<string[]> {
    const found: string[] = [];
    for await (const { key } of this.#list(request, bucket, prefix)) {
      found.push(key.slice(prefix.length));
      if (found.length > this.#deps.limits.objectsMax) throw tooManyObjects(this.#deps.limits.objectsMax);
    }
    return found;
  }

  async #plan(
    request: LoadRequest,
    form: TableForm,
  ): Promise<{ readonly groups: readonly ObjectGroup[]; readonly bytes: number }> {
    const { limits } = this.#deps;
    const byPartition = new Map<
      string,
      { partition: Readonly<Record<string, string>>; objects: TableObject[] }
    >();
    let count = 0;
    let bytes = 0;
    // Of Parquet a query scans the columns that it needs: how much that is the engine counts.
    const bytesMax = form.kind === 'parquet' ? limits.bytesMax : Math.min(limits.bytesMax, request.bytesMax);
    const places = tablePlaces(request.table, request.partitions, request.nowMs, request.where);
    const listed: { partition: Readonly<Record<string, string>>; object: TableObject }[][] = places.map(
      () => [],
    );
    await eachOf(places, limits.listingMax, async (place, at) => {
      for await (const object of this.#list(request, place.bucket, place.prefix)) {
        const partition = isData(object, place.base) ? place.partitionOf(object.key) : undefined;
        if (partition === undefined) continue;
        count += 1;
        bytes += object.size;
        if (count > limits.objectsMax) throw tooManyObjects(limits.objectsMax);
        if (bytes > bytesMax) throw tooManyBytes();
        listed[at]?.push({ partition, object: { ...object, bucket: place.bucket } });
      }
    });
    for (const { partition, object } of listed.flat()) {
      const key = JSON.stringify(partition);
      const same = byPartition.get(key);
      if (same === undefined) byPartition.set(key, { partition, objects: [object] });
      else same.objects.push(object);
    }
    // Parquet is read as it is: each object is a file of its own.
    const perFile = form.kind === 'parquet' ? { ...limits, objectsPerFileMax: 1 } : limits;
    const groups = [...byPartition.values()].flatMap(({ partition, objects }) =>
      toGroups(objects, partition, perFile),
    );
    return { groups, bytes };
  }

  async *#list({ caller, signal }: Pick<LoadRequest, 'caller' | 'signal'>, bucket: string, prefix: string) {
    let after: string | undefined;
    do {
      signal.throwIfAborted();
      const page = await asAthena(`s3://${bucket}/${prefix}`, () =>
        this.#deps.objects.list(caller, bucket, prefix, after),
      );
      yield* page.objects;
      after = page.next;
    } while (after !== undefined);
  }

  async #loadGroup({ objects, partition }: ObjectGroup, request: Loading): Promise<TableFile> {
    const { cache } = this.#deps;
    const { held, table, form, convert } = request;
    const columns = table.columns.map(({ name, type }) => ({ name, type }));
    const hidden = hiddenOf(request);
    // The same bytes may have been put again: a copy with times in it is of these times.
    const isOfTime = hidden.some(({ name }) => name === '$file_modified_time');
    const times = isOfTime ? objects.map(({ modifiedAtMs = null }) => modifiedAtMs) : [];
    const asked = hidden.length === 0 ? [form, columns] : [form, columns, hidden, times];
    const name = copyNameOf(objects, form.kind === 'parquet' ? form.kind : asked);
    const fileOf = (path: string): TableFile =>
      form.kind === 'parquet' && hidden.length > 0
        ? { path, partition: { ...partition, ...hiddenValues(objects[0] as TableObject) } }
        : { path, partition };
    const path = cache.take(name);
    if (path !== undefined) {
      held.hold(name);
      await this.#askAll(objects, request);
      return fileOf(path);
    }
    const { files, mayBeKept } = await this.#download(objects, request);
    const made = `${held.newPath()}.parquet`;
    if (form.kind !== 'parquet') {
      const rowsPath = `${made}.rows`;
      const more = hidden.length === 0 ? {} : { hidden };
      await convert({ form, columns, ...more, files, rowsPath, parquetPath: made });
      for (const each of new Set(files.map((file) => file.path))) rmSync(each, { force: true });
    }
    const whole = form.kind === 'parquet' ? (files[0] as SourceFile).path : made;
    if (!mayBeKept) return fileOf(whole);
    const kept = cache.keep(name, whole);
    held.hold(name);
    return fileOf(kept);
  }

  /** Asks for every object without reading it. */
  async #askAll(objects: readonly TableObject[], request: Loading): Promise<void> {
    await eachOf(objects, this.#deps.limits.readingMax, async (object) => {
      const leave = await request.reading.take(request.signal);
      try {
        const { body } = await this.#get(object, request);
        close(body);
      } finally {
        leave();
      }
    });
  }

  /** Small objects lie in one file together: to make a file takes longer than to write them. */
  async #download(
    objects: readonly TableObject[],
    request: Loading,
  ): Promise<{ readonly files: readonly SourceFile[]; readonly mayBeKept: boolean }> {
    const { limits } = this.#deps;
    const { held, form, signal } = request;
    let mayBeKept = true;
    const files: SourceFile[] = [];
    const small: (Buffer | undefined)[] = [];
    const together = held.newPath();
    await eachOf(objects, limits.readingMax, async (object, at) => {
      const leave = await request.reading.take(signal);
      try {
        const found = await this.#get(object, request);
        if (found.isKmsEncrypted) mayBeKept = false;
        const isSmall = form.kind !== 'parquet' && object.size <= limits.smallBytesMax;
        const path = isSmall ? together : held.newPath();
        files[at] = sourceFile(path, object, found);
        if (isSmall) small[at] = await bytesOf(found.body, object, limits.smallBytesMax);
        else await writeBody(path, found.body, signal);
      } finally {
        leave();
      }
    });
    let start = 0;
    for (const [at, bytes] of small.entries()) {
      if (bytes === undefined) continue;
      files[at] = { ...(files[at] as SourceFile), part: { start, length: bytes.length } };
      start += bytes.length;
    }
    const pieces = small.filter((bytes) => bytes !== undefined);
    if (pieces.length > 0)
      await writeFile(together, Buffer.concat(pieces), { flag: 'wx', mode: 0o600, signal });
    return { files, mayBeKept };
  }

  #get({ bucket, key, etag }: TableObject, { caller, signal }: LoadRequest): Promise<ReadObject> {
    signal.throwIfAborted();
    return asAthena(`s3://${bucket}/${key}`, () => this.#deps.objects.get(caller, bucket, key, etag));
  }
}

/** As many groups as there is room for on the disk at a time. */
function atOnce(groups: readonly ObjectGroup[], { readingMax, groupBytesMax }: LoadLimits): number {
  const sizes = groups.map(({ objects }) => objects.reduce((sum, { size }) => sum + size, 0));
  const largest = sizes.reduce((max, size) => Math.max(max, size), 1);
  return Math.max(1, Math.min(readingMax, Math.floor(groupBytesMax / largest)));
}

async function bytesOf(
  body: Readable | Uint8Array,
  { bucket, key }: TableObject,
  bytesMax: number,
): Promise<Buffer> {
  if (body instanceof Uint8Array) return Buffer.from(body);
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of body as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > bytesMax)
      throw new QueryError(
        'INVALID_VALUE',
        `HIVE_CANNOT_OPEN_SPLIT: s3://${bucket}/${key} is longer than it was`,
      );
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function close(body: Readable | Uint8Array): void {
  if (!(body instanceof Uint8Array)) body.destroy();
}

/** Athena goes by the name. Source: Athena User Guide, "Use compression in Athena" (file extensions). */
function sourceFile(path: string, object: TableObject, { body, contentEncoding }: ReadObject): SourceFile {
  const { bucket, key, size: bytes, modifiedAtMs } = object;
  const other = /\.(snappy|zst|zstd|lz4|lzo|deflate)$/i.exec(key)?.[1];
  if (other !== undefined) {
    close(body);
    throw new QueryError(
      'NOT_SUPPORTED',
      `NOT_SUPPORTED: ${other} files are not read by Cairn (gzip and bzip2 are)`,
    );
  }
  // CloudTrail's own log files say so beside the name, too.
  const isGzip = /\.gz(?:ip)?$/i.test(key) || contentEncoding === 'gzip';
  const compression = /\.bz2$/i.test(key) ? 'bzip2' : isGzip ? 'gzip' : 'none';
  const modified = modifiedAtMs === undefined ? {} : { modifiedAtMs };
  return { path, name: `s3://${bucket}/${key}`, bytes, compression, ...modified };
}

/** Source: Athena User Guide, "Get the file locations for source data in Amazon S3"; Trino, "Hive connector" (metadata columns). */
const hiddenColumns: readonly TableColumn[] = [
  { name: '$path', type: 'varchar' },
  { name: '$file_size', type: 'bigint' },
  { name: '$file_modified_time', type: 'timestamp(3) with time zone' },
];

/** Those that the query names: a copy of objects has them only where somebody asks for them. */
function hiddenOf({ hidden = [] }: Pick<LoadRequest, 'hidden'>): readonly TableColumn[] {
  return hiddenColumns.filter(({ name }) => hidden.includes(name));
}

/** What is not said stays NULL. */
function hiddenValues({ bucket, key, size, modifiedAtMs }: TableObject): Readonly<Record<string, string>> {
  const modified =
    modifiedAtMs === undefined ? {} : { $file_modified_time: new Date(modifiedAtMs).toISOString() };
  return { $path: `s3://${bucket}/${key}`, $file_size: String(size), ...modified };
}

/** A table's columns without its rows: what a statement that is explained needs of it. */
export function emptySource(table: TableDocument, hidden: readonly string[] = []): TableSource {
  tableForm(table);
  return sourceOf(table, [], hiddenOf({ hidden }));
}

function sourceOf(
  table: TableDocument,
  files: readonly TableFile[],
  hidden: readonly TableColumn[],
): TableSource {
  const typed = ({ name, type }: { readonly name: string; readonly type: string }): TableColumn => ({
    name,
    type: athenaTypeText(parseHiveType(type)),
  });
  return {
    kind: 'files',
    files,
    columns: table.columns.map(typed),
    ...(table.partitionKeys.length === 0 ? {} : { partitionColumns: table.partitionKeys.map(typed) }),
    ...(hidden.length === 0 ? {} : { hiddenColumns: hidden }),
  };
}

/** What S3 said, as the reason of a query that failed. */
export async function asAthena<T>(where: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ObjectRefusedError)) throw error;
    throw refused(where, error);
  }
}

function refused(where: string, error: ObjectRefusedError): QueryError {
  const how = { cause: error };
  switch (error.code) {
    case 'AccessDenied':
      return new QueryError(
        'ACCESS_DENIED',
        `Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Path: ${where}): ${error.message}`,
        how,
      );
    case 'NoSuchBucket':
      return new QueryError(
        'TABLE_NOT_FOUND',
        `HIVE_FILESYSTEM_ERROR: The specified bucket does not exist (${where})`,
        how,
      );
    case 'NoSuchKey':
    case 'PreconditionFailed':
      return new QueryError(
        'INVALID_VALUE',
        `HIVE_CANNOT_OPEN_SPLIT: ${where} was changed or removed while the query was reading it`,
        how,
      );
    case 'SlowDown':
      return new QueryError('BUSY', `HIVE_CURSOR_ERROR: Please reduce your request rate. (${where})`, how);
    default:
      return new QueryError(
        'INVALID_VALUE',
        `HIVE_CANNOT_OPEN_SPLIT: ${error.code}: ${error.message} (${where})`,
        how,
      );
  }
}

/** The work group's limit, in the words by which the query counts as cancelled. */
export function tooManyBytes(): QueryError {
  return new QueryError('EXCEEDED_LIMIT', 'Bytes scanned limit was exceeded');
}

function tooManyObjects(objectsMax: number): QueryError {
  return new QueryError(
    'EXCEEDED_LIMIT',
    `HIVE_EXCEEDED_PARTITION_LIMIT: the table has more than ${objectsMax} objects`,
  );
}
