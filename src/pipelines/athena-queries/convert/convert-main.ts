// SPDX-License-Identifier: Apache-2.0
import { constants, setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import { BadDataError } from '../../../athena/files/row-reader.js';
import { convertFiles } from './convert-files.js';
import type { ConvertAnswer, ConvertRequest } from './convert-request.js';

/** The converting process: requests on stdin, answers on stdout, one after the other; it ends with its stdin. */
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answerTo(line))}\n`);
}

async function answerTo(line: string): Promise<ConvertAnswer> {
  try {
    return { ok: true, rows: await convertFiles(JSON.parse(line) as ConvertRequest) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, kind: error instanceof BadDataError ? 'data' : 'fault', message };
  }
}
