// SPDX-License-Identifier: Apache-2.0
import { rmSync } from 'node:fs';
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
import type { TableColumn, TableFile, TableSource } from '../../query/table-source.js';
import type { SourceFile } from './convert/convert-request.js';
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

/** What one query reads of one table, and may go with it. */
export interface LoadedTable {
  readonly source: TableSource;
  /** Bytes of the objects as they are stored. */
  readonly bytes: number;
}

/** What a query holds; `release` gives all of it back. */
export class LoadedFiles {
  readonly #cache: QueryCache;
  readonly #names: string[] = [];
  #scratch: string | undefined;

  constructor(cache: QueryCache) {
    this.#cache = cache;
  }

  hold(name: string): void {
    this.#names.push(name);
  }

  get scratch(): string {
    this.#scratch ??= this.#cache.newScratch();
    return this.#scratch;
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
    let turn: (() => void) | undefined;
    const convert = async (): Promise<Converter> => {
      turn ??= await this.#turns.take(signal);
      return converter;
    };
    try {
      const files: TableFile[] = [];
      for (const group of groups) files.push(await this.#loadGroup(group, form, request, convert));
      return { source: sourceOf(table, files), bytes };
    } finally {
      converter.close();
      turn?.();
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
    for (const place of tablePlaces(request.table, request.partitions, request.nowMs)) {
      for await (const object of this.#list(request, place.bucket, place.prefix)) {
        const partition = isData(object, place.prefix) ? place.partitionOf(object.key) : undefined;
        if (partition === undefined) continue;
        count += 1;
        bytes += object.size;
        if (count > limits.objectsMax) throw tooManyObjects(limits.objectsMax);
        if (bytes > Math.min(limits.bytesMax, request.bytesMax))
          throw new QueryError('EXCEEDED_LIMIT', 'Bytes scanned limit was exceeded');
        const key = JSON.stringify(partition);
        const same = byPartition.get(key);
        const found = { ...object, bucket: place.bucket };
        if (same === undefined) byPartition.set(key, { partition, objects: [found] });
        else same.objects.push(found);
      }
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

  async #loadGroup(
    { objects, partition }: ObjectGroup,
    form: TableForm,
    request: LoadRequest,
    convert: () => Promise<Converter>,
  ): Promise<TableFile> {
    const { cache } = this.#deps;
    const { held, table } = request;
    const columns = table.columns.map(({ name, type }) => ({ name, type }));
    const name = copyNameOf(objects, form.kind === 'parquet' ? form.kind : [form, columns]);
    const path = cache.take(name);
    if (path !== undefined) {
      held.hold(name);
      await this.#askAll(objects, request);
      return { path, partition };
    }
    const { files, mayBeKept } = await this.#download(objects, request);
    const made = join(held.scratch, `${name}.parquet`);
    if (form.kind !== 'parquet') {
      const converter = await convert();
      const rowsPath = `${made}.rows`;
      await converter.convert({ form, columns, files, rowsPath, parquetPath: made }, request.signal);
      for (const file of files) rmSync(file.path, { force: true });
    }
    const whole = form.kind === 'parquet' ? (files[0] as SourceFile).path : made;
    if (!mayBeKept) return { path: whole, partition };
    const kept = cache.keep(name, whole);
    held.hold(name);
    return { path: kept, partition };
  }

  /** Asks for every object without reading it. */
  async #askAll(objects: readonly TableObject[], request: LoadRequest): Promise<void> {
    await eachOf(objects, this.#deps.limits.readingMax, async (object) => {
      const { body } = await this.#get(object, request);
      close(body);
    });
  }

  async #download(
    objects: readonly TableObject[],
    request: LoadRequest,
  ): Promise<{ readonly files: readonly SourceFile[]; readonly mayBeKept: boolean }> {
    const { scratch } = request.held;
    let mayBeKept = true;
    const files: SourceFile[] = [];
    await eachOf(objects, this.#deps.limits.readingMax, async (object, at) => {
      const found = await this.#get(object, request);
      if (found.isKmsEncrypted) mayBeKept = false;
      const path = join(scratch, `${objects.length}-${at}-${copyNameOf([object], '')}`);
      await writeBody(path, found.body, request.signal);
      files[at] = {
        path,
        name: `s3://${object.bucket}/${object.key}`,
        compression: compressionOf(object, found),
      };
    });
    return { files, mayBeKept };
  }

  #get({ bucket, key, etag }: TableObject, { caller, signal }: LoadRequest): Promise<ReadObject> {
    signal.throwIfAborted();
    return asAthena(`s3://${bucket}/${key}`, () => this.#deps.objects.get(caller, bucket, key, etag));
  }
}

function close(body: Readable | Uint8Array): void {
  if (!(body instanceof Uint8Array)) body.destroy();
}

/** Athena goes by the name. Source: Athena User Guide, "Use compression in Athena" (file extensions). */
function compressionOf({ key }: TableObject, { contentEncoding }: ReadObject): SourceFile['compression'] {
  if (/\.gz(?:ip)?$/i.test(key)) return 'gzip';
  if (/\.bz2$/i.test(key)) return 'bzip2';
  const other = /\.(snappy|zst|zstd|lz4|lzo|deflate)$/i.exec(key)?.[1];
  if (other !== undefined)
    throw new QueryError(
      'NOT_SUPPORTED',
      `NOT_SUPPORTED: ${other} files are not read by Cairn (gzip and bzip2 are)`,
    );
  // CloudTrail's own log files say so beside the name, too.
  return contentEncoding === 'gzip' ? 'gzip' : 'none';
}

function sourceOf(table: TableDocument, files: readonly TableFile[]): TableSource {
  const typed = ({ name, type }: { readonly name: string; readonly type: string }): TableColumn => ({
    name,
    type: athenaTypeText(parseHiveType(type)),
  });
  return {
    kind: 'files',
    files,
    columns: table.columns.map(typed),
    ...(table.partitionKeys.length === 0 ? {} : { partitionColumns: table.partitionKeys.map(typed) }),
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

function tooManyObjects(objectsMax: number): QueryError {
  return new QueryError(
    'EXCEEDED_LIMIT',
    `HIVE_EXCEEDED_PARTITION_LIMIT: the table has more than ${objectsMax} objects`,
  );
}
