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
  | { readonly checks: readonly { readonly id: number; readonly check: FileCheck }[] }
  | { readonly credentials: AwsCredentials };
export type CheckWorkerAnswer = readonly { readonly id: number; readonly checked: CheckedFile }[];

const port = parentPort!;
const { connection } = workerData as CheckWorkerData;
const reader = connection === undefined ? new DiskReader() : new S3Reader(connection);
const answersPerMessage = 64;
const answerAgeMsMax = 4;
let answers: { id: number; checked: CheckedFile }[] = [];
let timer: NodeJS.Timeout | undefined;

port.on('message', (request: CheckWorkerRequest) => {
  if ('credentials' in request) {
    if (reader instanceof S3Reader) reader.renew(request.credentials);
    return;
  }
  for (const { id, check } of request.checks)
    void checkFile(reader, check).then((checked) => answer(id, checked));
});

/** Every message wakes the other thread up: answers go out together, and none waits long. */
function answer(id: number, checked: CheckedFile): void {
  answers.push({ id, checked });
  if (answers.length === answersPerMessage) send();
  else timer ??= setTimeout(send, answerAgeMsMax);
}

function send(): void {
  clearTimeout(timer);
  timer = undefined;
  const ready = answers;
  answers = [];
  port.postMessage(ready satisfies CheckWorkerAnswer);
}
