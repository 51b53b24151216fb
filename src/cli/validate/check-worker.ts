// SPDX-License-Identifier: Apache-2.0
import { parentPort, workerData } from 'node:worker_threads';
import type { AwsConnection, AwsCredentials } from './aws-requests.js';
import { type CheckedFile, checkFile, type FileCheck } from './check-file.js';
import { DiskReader } from './disk-reader.js';
import { S3Reader } from './s3-reader.js';

/** The thread that check-pool.ts starts. */
export interface CheckWorkerData {
  /** Undefined for files on disk. */
  readonly connection?: AwsConnection;
}
export type CheckWorkerRequest =
  /** `checks`: the text of an array, in the order of `ids`. */
  { readonly ids: readonly number[]; readonly checks: string } | { readonly credentials: AwsCredentials };
/** In the order of `ids`. As one text where it can be: copying it costs a tenth of copying the objects. */
export interface CheckWorkerAnswer {
  readonly ids: readonly number[];
  readonly checked: string | readonly CheckedFile[];
}

const port = parentPort!;
const { connection } = workerData as CheckWorkerData;
const reader = connection === undefined ? new DiskReader() : new S3Reader(connection);
const answersPerMessage = 64;
const answerAgeMsMax = 4;
let ids: number[] = [];
let answers: CheckedFile[] = [];
let hasBytes = false;
let timer: NodeJS.Timeout | undefined;

port.on('message', (request: CheckWorkerRequest) => {
  if ('credentials' in request) {
    if (reader instanceof S3Reader) reader.renew(request.credentials);
    return;
  }
  (JSON.parse(request.checks) as FileCheck[]).forEach((check, index) => {
    void checkFile(reader, check).then((checked) => answer(request.ids[index]!, checked));
  });
});

/** Every message wakes the other thread up: answers go out together, and none waits long. */
function answer(id: number, checked: CheckedFile): void {
  ids.push(id);
  answers.push(checked);
  // A digest: the way to the files that it lists.
  const isAwaited = checked.outcome === 'read' && checked.content !== undefined;
  hasBytes ||= isAwaited;
  if (isAwaited || answers.length === answersPerMessage) send();
  else timer ??= setTimeout(send, answerAgeMsMax);
}

function send(): void {
  clearTimeout(timer);
  timer = undefined;
  const ready: CheckWorkerAnswer = { ids, checked: hasBytes ? answers : JSON.stringify(answers) };
  ids = [];
  answers = [];
  hasBytes = false;
  port.postMessage(ready);
}
