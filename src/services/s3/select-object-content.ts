// SPDX-License-Identifier: Apache-2.0
import type { SelectObjectContentCommandInput } from '@aws-sdk/client-s3';
import type { BucketDocument } from '../../buckets/bucket.js';
import type { ObjectInfo } from '../../ports/object-store.js';
import { parseQuery } from '../../s3-select/language/parse-query.js';
import type { ObjectBytes } from '../../s3-select/readers/row-source.js';
import { SelectError } from '../../s3-select/select-error.js';
import type { SelectEvent } from '../../s3-select/worker/select-thread.js';
import { Selections } from '../../s3-select/worker/selections.js';
import { WireError } from '../../wire/wire-error.js';
import type { Call } from '../service.js';
import { currentObject } from './current-object.js';
import { dataKeyOf } from './object-encryption.js';
import { openObject } from './open-bucket.js';
import type { HandlerMap, S3Dependencies } from './s3-dependencies.js';
import { s3Error, translateError } from './s3-error.js';
import { SelectAnswer } from './select-answer.js';
import { selectSettings } from './select-settings.js';

/**
 * How long an answer waits for its first event, so that what is wrong with the object too is answered by an error of its own;
 * later it is told in the stream.
 */
const firstEventMsMax = 1000;

/** Storage classes that S3 does not select from. Source: S3 API Reference, SelectObjectContent, GetObject Support. */
const unsupportedClasses: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE', 'REDUCED_REDUNDANCY']);

export function selectObjectContentOperation(deps: S3Dependencies): HandlerMap {
  const selections = new Selections();
  return {
    SelectObjectContent: (input: SelectObjectContentCommandInput, call: Call) =>
      selectObjectContent(deps, selections, input, call),
  };
}

async function selectObjectContent(
  deps: S3Dependencies,
  selections: Selections,
  input: SelectObjectContentCommandInput,
  call: Call,
): Promise<{ readonly Payload: SelectAnswer }> {
  if (call.principal.kind === 'anonymous') throw s3Error('AccessDenied');
  const { bucket, key } = await openObject(deps.objectStore, call, input, 's3:GetObject');
  if (input.SSECustomerAlgorithm !== undefined) throw s3Error('NotImplemented');
  if (call.request.headers.range !== undefined) throw toWireError(new SelectError('UnsupportedRangeHeader'));
  const info = await currentObject(deps.objectStore, call, bucket, key);
  if (unsupportedClasses.has(info.attributes.storageClass ?? ''))
    throw toWireError(new SelectError('UnsupportedStorageClass'));
  const request = settings(input, info, call);
  const { dataKey } = await dataKeyOf(deps.dataKeys, call, bucket, info);
  const object = bytesOf(deps, bucket, info, dataKey);
  const gone = new AbortController();
  // Until there is an answer to be destroyed, who leaves tells nobody else.
  call.request.left?.().addEventListener('abort', () => gone.abort(), { once: true });
  const events = selections.run(request, object, gone.signal);
  const first = events.next();
  await untilKnown(first).catch((error: unknown) => {
    // Nobody hears it any more, and nothing is wrong.
    if (gone.signal.aborted) throw s3Error('RequestTimeout');
    const known = toWireError(error);
    // What is our own fault is logged by whoever runs calls, and answered as such.
    throw known.code === 'InternalError' ? error : known;
  });
  const abort = () => gone.abort();
  return {
    Payload: new SelectAnswer(events, first, { withProgress: request.withProgress, abort, toWireError }),
  };
}

/** The expression is read here too: what is wrong with it needs neither the object nor a thread. */
function settings(input: SelectObjectContentCommandInput, info: ObjectInfo, call: Call) {
  try {
    const request = selectSettings(input, info, call.receivedAtMs);
    parseQuery(request.expression);
    return request;
  } catch (error) {
    throw toWireError(error);
  }
}

/** Until the first event has come, or long enough; rejects with what it rejects with. */
async function untilKnown(first: Promise<IteratorResult<SelectEvent>>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, firstEventMsMax);
  });
  try {
    await Promise.race([first, patience]);
  } finally {
    clearTimeout(timer);
  }
}

/** Of the version that was looked at. Where another has taken its place meanwhile, reading fails. */
function bytesOf(
  { objectStore }: S3Dependencies,
  bucket: BucketDocument,
  seen: ObjectInfo,
  dataKey: Uint8Array | undefined,
): ObjectBytes {
  return {
    size: seen.size,
    read: async function* (start, end) {
      const { versionId } = seen;
      const key = dataKey === undefined ? {} : { dataKey };
      const { info, body } = await objectStore.get(bucket.name, seen.key, { versionId, start, end, ...key });
      if (info.sha256 !== seen.sha256 || info.lastModifiedMs !== seen.lastModifiedMs) {
        body.destroy();
        throw s3Error('OperationAborted', 'The object was replaced while it was being read.');
      }
      yield* body as AsyncIterable<Uint8Array>;
    },
  };
}

function toWireError(error: unknown): WireError {
  if (error instanceof SelectError) {
    const { code, message, cause } = error;
    const status = code === 'Busy' ? 503 : code === 'InternalError' ? 500 : 400;
    return new WireError(code, message, { status, cause });
  }
  const translated = translateError(error);
  return translated instanceof WireError
    ? translated
    : new WireError('InternalError', 'An internal error occurred.', { status: 500, cause: error });
}
