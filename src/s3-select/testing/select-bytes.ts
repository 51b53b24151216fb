// SPDX-License-Identifier: Apache-2.0
import type { ObjectBytes } from '../readers/row-source.js';
import { runSelect } from '../run-select.js';
import type { CsvInput, SelectCounts, SelectRequest } from '../select-request.js';

export const testNowMs = Date.UTC(2026, 10, 21, 10, 0, 0, 123);

export const csvDefaults: CsvInput = {
  header: 'NONE',
  comments: '#',
  quote: '"',
  quoteEscape: '"',
  fieldDelimiter: ',',
  allowQuotedRecordDelimiter: false,
};

export const csvOutput: SelectRequest['output'] = {
  format: 'csv',
  quoteFields: 'ASNEEDED',
  quote: '"',
  quoteEscape: '"',
  fieldDelimiter: ',',
  recordDelimiter: '\n',
};

/** The bytes as an object, in chunks of a size. */
export function objectOf(bytes: Uint8Array, chunkBytes = 64 * 1024): ObjectBytes {
  return {
    size: bytes.length,
    read: async function* (start, end) {
      for (let at = start; at <= end; at += chunkBytes)
        yield bytes.subarray(at, Math.min(at + chunkBytes, end + 1));
    },
  };
}

export interface Selected {
  readonly text: string;
  readonly counts: SelectCounts;
}

/** Runs a selection over bytes in this thread. JSON in and out unless the request says otherwise. */
export async function selectBytes(
  expression: string,
  data: string | Uint8Array,
  change: Partial<SelectRequest> = {},
  chunkBytes?: number,
): Promise<Selected> {
  const bytes = Buffer.from(data);
  const request: SelectRequest = {
    expression,
    input: { format: 'json', type: 'DOCUMENT' },
    compression: 'NONE',
    output: { format: 'json', recordDelimiter: '\n' },
    withProgress: false,
    objectBytes: bytes.length,
    nowMs: testNowMs,
    ...change,
  };
  let text = '';
  const counts = await runSelect(request, objectOf(bytes, chunkBytes), {
    records: async (records) => {
      text += records.toString('utf8');
    },
    counts: () => undefined,
  });
  return { text, counts };
}

/** The value of an expression, as JSON shows it; `undefined` for MISSING. */
export async function evaluate(expression: string, row: object = {}): Promise<unknown> {
  const { text } = await selectBytes(`SELECT ${expression} AS v FROM S3Object s`, JSON.stringify(row));
  return (JSON.parse(text) as { v?: unknown }).v;
}
