// SPDX-License-Identifier: Apache-2.0
import { crc32 } from 'node:zlib';
import type {
  CallEntry,
  EventCategory,
  ImportEntry,
  LogEntry,
  LoggedRecord,
  RecordBundle,
} from '../../../ports/event-log.js';
import type { Revision, StateChange } from '../../../ports/state-store.js';
import { stateKeyBytesMax } from '../../state-store/lmdb/state-value.js';
import { callBytesMax, importBytesMax } from './log-limits.js';

/** A change with its value as JSON text; null removes the key. */
export interface EncodedChange {
  readonly key: string;
  readonly json: string | null;
  readonly expected: Revision | null | undefined;
}

/** An entry in the form in which it waits for the writer: nothing the caller does later can change it. */
export interface EncodedEntry {
  readonly changes: readonly EncodedChange[];
  /** A call's records as they will be read back; undefined for an import. */
  readonly records: readonly LoggedRecord[] | undefined;
  /** Its texts lie in `body`. */
  readonly bundle?: RecordBundle;
  /** What goes into the batch value. */
  readonly body: Buffer;
  /** An import's own bytes, stored beside the batch. */
  readonly importBytes: Uint8Array | undefined;
  /** What the entry counts against the byte limits. */
  readonly bytes: number;
}

type ChangeHead = [key: string, value: unknown] | [key: string, value: unknown, expected: Revision | null];
type RecordHead = [
  accountId: string,
  region: string,
  category: EventCategory,
  jsonBytes: number,
  /** null where only what follows is there. */
  forTrail?: string | null,
  forEventDataStores?: readonly string[],
];

interface CallHead {
  readonly k: 'c';
  /** A number alone: the bytes of a record that is otherwise like the one before. */
  readonly r: readonly (RecordHead | number)[];
  readonly x: readonly ChangeHead[];
  /** So many of the last records are a bundle. Older versions had none, and read those as records. */
  readonly b?: number;
  /** The records' facts, two texts for each, 0 and 0 for a record without. Entries of older versions have none, and those versions do not look for them. */
  readonly f?: readonly (string | 0)[];
  /** Of the records that have them, by their places: the event context and the larger text, 0 for none. As `f`, additional. */
  readonly e?: readonly (readonly [place: number, eventContext: string | 0, largeJson: string | 0])[];
}

interface ImportHead {
  readonly k: 'i';
  readonly a: string;
  readonly s: string;
  readonly n: number;
  readonly g: boolean;
  readonly b: number;
  readonly crc: number;
  /** Of imports into an event data store: its id. */
  readonly d?: string;
}

/** Throws TypeError or RangeError for what is no entry: a mistake of the caller, not an operating error. */
export function encodeEntry(entry: LogEntry): EncodedEntry {
  return entry.kind === 'call' ? encodeCall(entry) : encodeImport(entry);
}

function encodeCall(entry: CallEntry): EncodedEntry {
  const bundle = entry.bundle === undefined ? undefined : soundBundle(entry.bundle);
  if (entry.records.length === 0 && entry.changes.length === 0 && bundle === undefined)
    throw new TypeError('a log entry must hold a record or a change');
  const changes = encodeChanges(entry.changes);
  const texts = withBundle(encodeTexts(entry.records), bundle);
  const { textBytes } = texts;
  const heads = [
    ...entry.records.map((record, i) => toHead(record, textBytes[i] as number)),
    ...bundleHeads(bundle),
  ];
  // The values are JSON texts already: they are placed, not encoded a second time.
  const more = `${factsHead(entry.records)}${extrasHead(entry.records)}${bundleHead(bundle)}`;
  const head = `{"k":"c","r":${JSON.stringify(heads)},"x":[${changes.map(changeHead).join(',')}]${more}}`;
  const body = frame(head, texts);
  if (body.length > callBytesMax)
    throw new RangeError(`a log entry of ${body.length} bytes is larger than ${callBytesMax}`);
  return {
    changes,
    records: entry.records.map((record, i) => toKept(record, textBytes[i] as number)),
    ...(bundle === undefined
      ? undefined
      : { bundle: { ...bundle, texts: body.subarray(body.length - bundle.texts.length) } }),
    body,
    importBytes: undefined,
    bytes: body.length,
  };
}

function soundBundle(bundle: RecordBundle): RecordBundle {
  const bytes = bundle.textBytes.reduce((sum, length) => sum + length, 0);
  if (bytes !== bundle.texts.length)
    throw new TypeError(`a bundle's texts have ${bundle.texts.length} bytes, not ${bytes} as it says`);
  if (bundle.textBytes.length === 0) throw new TypeError('a bundle must hold a record');
  return { ...bundle, textBytes: bundle.textBytes.slice() };
}

/** All but the first are numbers alone: events of applications come a hundred at a time. */
function bundleHeads(bundle: RecordBundle | undefined): (RecordHead | number)[] {
  if (bundle === undefined) return [];
  const [first = 0, ...others] = bundle.textBytes;
  const { accountId, region, category, forEventDataStores } = bundle;
  return [[accountId, region, category, first, null, forEventDataStores], ...others];
}

function bundleHead(bundle: RecordBundle | undefined): string {
  return bundle === undefined ? '' : `,"b":${bundle.textBytes.length}`;
}

function toHead(
  { accountId, region, category, forTrail, forEventDataStores }: LoggedRecord,
  textBytes: number,
): RecordHead {
  if (forEventDataStores !== undefined)
    return [accountId, region, category, textBytes, forTrail ?? null, forEventDataStores];
  return forTrail === undefined
    ? [accountId, region, category, textBytes]
    : [accountId, region, category, textBytes, forTrail];
}

/** A copy, that the caller cannot change. UTF-8 cannot say what is no Unicode: such a text is kept as it will be read. */
function toKept(
  {
    accountId,
    region,
    category,
    json,
    forTrail,
    forEventDataStores,
    factsKind,
    factsOwn,
    eventContext,
    largeJson,
  }: LoggedRecord,
  textBytes: number,
): LoggedRecord {
  return {
    accountId,
    region,
    category,
    json: textBytes === json.length ? json : Buffer.from(json).toString(),
    ...(forTrail === undefined ? {} : { forTrail }),
    ...(forEventDataStores === undefined ? {} : { forEventDataStores }),
    ...(factsKind === undefined || factsOwn === undefined ? undefined : { factsKind, factsOwn }),
    ...(eventContext === undefined ? undefined : { eventContext }),
    ...(largeJson === undefined ? undefined : { largeJson }),
  };
}

function encodeChanges(changes: readonly StateChange[]): EncodedChange[] {
  // Of nearly all calls.
  if (changes.length === 0) return [];
  const keys = new Set<string>();
  return changes.map((change) => {
    checkStateKey(change.key);
    if (keys.has(change.key)) throw new TypeError(`a log entry changes the state under ${change.key} twice`);
    keys.add(change.key);
    const json = change.value === null ? null : JSON.stringify(change.value);
    if (json === undefined || json === 'null')
      throw new TypeError(`the new state under ${change.key} is nothing that JSON can say`);
    return { key: change.key, json, expected: change.expected };
  });
}

function checkStateKey(key: string): void {
  const bytes = Buffer.byteLength(key);
  if (bytes === 0 || bytes > stateKeyBytesMax || Buffer.from(key).toString() !== key) {
    throw new TypeError(`a state key holds 1 to ${stateKeyBytesMax} bytes of UTF-8, this one ${bytes}`);
  }
}

function factsHead(records: readonly LoggedRecord[]): string {
  if (records.every(({ factsKind }) => factsKind === undefined)) return '';
  return `,"f":${JSON.stringify(records.flatMap(({ factsKind = 0, factsOwn = 0 }) => [factsKind, factsOwn]))}`;
}

function extrasHead(records: readonly LoggedRecord[]): string {
  if (records.every((record) => record.eventContext === undefined && record.largeJson === undefined))
    return '';
  const extras = records.flatMap(({ eventContext = 0, largeJson = 0 }, place) =>
    eventContext === 0 && largeJson === 0 ? [] : [[place, eventContext, largeJson]],
  );
  return `,"e":${JSON.stringify(extras)}`;
}

function changeHead({ key, json, expected }: EncodedChange): string {
  const tail = expected === undefined ? '' : `,${JSON.stringify(expected)}`;
  return `[${JSON.stringify(key)},${json ?? 'null'}${tail}]`;
}

function encodeImport(entry: ImportEntry): EncodedEntry {
  if (entry.bytes.length > importBytesMax) {
    throw new RangeError(
      `an import of ${entry.bytes.length} bytes is larger than ${importBytesMax}: ${entry.source}`,
    );
  }
  const head: ImportHead = {
    k: 'i',
    a: entry.accountId,
    s: entry.source,
    n: entry.eventCount,
    g: entry.gzip,
    b: entry.bytes.length,
    crc: crc32(entry.bytes),
    ...(entry.eventDataStore === undefined ? {} : { d: entry.eventDataStore }),
  };
  const body = frame(JSON.stringify(head), noTexts);
  return {
    changes: [],
    records: undefined,
    body,
    importBytes: entry.bytes,
    bytes: body.length + entry.bytes.length,
  };
}

interface EncodedTexts {
  /** Of all texts, in UTF-8. */
  readonly bytes: number;
  readonly textBytes: readonly number[];
  /** Writes the texts one behind the other. */
  put(into: Buffer, at: number): void;
}

const noTexts: EncodedTexts = { bytes: 0, textBytes: [], put() {} };

function withBundle(texts: EncodedTexts, bundle: RecordBundle | undefined): EncodedTexts {
  if (bundle === undefined) return texts;
  return {
    bytes: texts.bytes + bundle.texts.length,
    textBytes: texts.textBytes,
    put(into, at) {
      texts.put(into, at);
      into.set(bundle.texts, at + texts.bytes);
    },
  };
}

/** All texts at once: encoding a hundred one by one takes several times as long. */
function encodeTexts(records: readonly LoggedRecord[]): EncodedTexts {
  const all =
    records.length === 1 ? (records[0] as LoggedRecord).json : records.map(({ json }) => json).join('');
  const bytes = Buffer.byteLength(all);
  if (bytes === all.length) {
    const textBytes = records.map(({ json }) => json.length);
    return { bytes, textBytes, put: (into, at) => into.write(all, at, 'latin1') };
  }
  if (records.length === 1) return { bytes, textBytes: [bytes], put: (into, at) => into.write(all, at) };
  // Surrogates that two texts share would become one character where the texts meet: each is encoded by itself.
  const each = records.map(({ json }) => Buffer.from(json));
  const textBytes = each.map(({ length }) => length);
  return {
    bytes: textBytes.reduce((sum, length) => sum + length, 0),
    textBytes,
    put: (into, at) => each.reduce((from, text) => from + text.copy(into, from), at),
  };
}

/** `u32 bytes of the head, head, text of each record …` */
function frame(head: string, texts: EncodedTexts): Buffer {
  const headBytes = Buffer.byteLength(head);
  const body = Buffer.allocUnsafe(4 + headBytes + texts.bytes);
  body.writeUInt32BE(headBytes, 0);
  body.write(head, 4);
  texts.put(body, 4 + headBytes);
  return body;
}

/**
 * Reads an entry back. `loadImport` fetches an import's bytes; it is called for imports only.
 * Throws when the bytes are not what `encodeEntry` wrote.
 */
export function decodeEntry(body: Buffer, loadImport: (bytes: number, crc: number) => Uint8Array): LogEntry {
  const dataAt = 4 + body.readUInt32BE(0);
  const head = JSON.parse(body.toString('utf8', 4, dataAt)) as CallHead | ImportHead;
  if (head.k === 'i') {
    return {
      kind: 'import',
      accountId: head.a,
      source: head.s,
      eventCount: head.n,
      gzip: head.g,
      bytes: loadImport(head.b, head.crc),
      ...(head.d === undefined ? {} : { eventDataStore: head.d }),
    };
  }
  const bundle = decodeBundle(head, body);
  return {
    kind: 'call',
    records: decodeRecords(head, body, dataAt),
    ...(bundle === undefined ? undefined : { bundle }),
    changes: head.x.map(decodeChange),
  };
}

/** The last of the texts. */
function decodeBundle({ r, b = 0 }: CallHead, body: Buffer): RecordBundle | undefined {
  const [first, ...others] = b === 0 ? [] : r.slice(-b);
  if (typeof first !== 'object') return undefined;
  const [accountId, region, category, firstBytes, , forEventDataStores = []] = first;
  const textBytes = Uint32Array.of(firstBytes, ...(others as number[]));
  const bytes = textBytes.reduce((sum, length) => sum + length, 0);
  const texts = body.subarray(body.length - bytes);
  return { accountId, region, category, forEventDataStores, texts, textBytes };
}

function decodeRecords(head: CallHead, body: Buffer, dataAt: number): LoggedRecord[] {
  const records = decodePlainRecords(head, body, dataAt);
  for (const [place, eventContext, largeJson] of head.e ?? []) {
    records[place] = {
      ...(records[place] as LoggedRecord),
      ...(eventContext === 0 ? undefined : { eventContext }),
      ...(largeJson === 0 ? undefined : { largeJson }),
    };
  }
  return records;
}

function decodePlainRecords({ r, b = 0, f }: CallHead, body: Buffer, dataAt: number): LoggedRecord[] {
  let at = dataAt;
  let last: RecordHead | undefined;
  return r.slice(0, r.length - b).map((head, index) => {
    const [accountId, region, category, ownBytes, forTrail, forEventDataStores] =
      typeof head === 'number' ? (last as RecordHead) : head;
    if (typeof head !== 'number') last = head;
    const jsonBytes = typeof head === 'number' ? head : ownBytes;
    const json = body.toString('utf8', at, at + jsonBytes);
    at += jsonBytes;
    const factsKind = f?.[2 * index];
    const factsOwn = f?.[2 * index + 1];
    return {
      accountId,
      region,
      category,
      json,
      ...(forTrail === undefined || forTrail === null ? undefined : { forTrail }),
      ...(forEventDataStores === undefined ? undefined : { forEventDataStores }),
      ...(typeof factsKind === 'string' && typeof factsOwn === 'string'
        ? { factsKind, factsOwn }
        : undefined),
    };
  });
}

function decodeChange([key, value, expected]: ChangeHead): StateChange {
  return expected === undefined ? { key, value } : { key, value, expected };
}
