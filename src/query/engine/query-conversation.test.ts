// SPDX-License-Identifier: Apache-2.0
// Oracle: the limits that the server itself keeps (README.md, "What holds a statement back"), whatever the process says.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { silentLog } from '../../ports/operator-log.js';
import type { PackedRows, QueryRequest } from '../query-engine.js';
import { batchRowsMax, csvBytesMax, lateBytesMax, lateRowsMax } from './engine-limits.js';
import type { EngineProcess } from './engine-process.js';
import type { ChildMessage, ParentMessage } from './engine-protocol.js';
import { FrameError } from './frames.js';
import { QueryConversation } from './query-conversation.js';

const limits = { runMsMax: 1_000, rowsMax: 3_000, resultBytesMax: 1024 * 1024, memoryBytesMax: 1 };
const columns = { type: 'columns', columns: [{ name: 'a', type: 'varchar' }] } as const;
const done = {
  type: 'done',
  statistics: { planningMs: 0, executionMs: 0, bytesScanned: 0, rowsScanned: 0, rowsReturned: 0 },
} as const;

/** What a process says, one message after the other, to a request for packed rows with CSV. */
async function converse(
  messages: readonly ChildMessage[],
  { packs = true, ...facts }: Partial<QueryRequest> & { readonly packs?: boolean } = {},
): Promise<{ readonly taken: readonly PackedRows[]; readonly sent: readonly ParentMessage[] }> {
  const taken: PackedRows[] = [];
  const sent: ParentMessage[] = [];
  const left = [...messages, done];
  const process = {
    next: () => Promise.resolve(left.shift()),
    send: (message: ParentMessage) => sent.push(message),
  };
  const request: QueryRequest = {
    sql: '',
    dialect: 'athena',
    limits,
    resolve: () => Promise.resolve([]),
    onColumns: () => {},
    onRows: () => {},
    ...(packs && {
      packed: {
        csv: true,
        onRows: (rows: PackedRows) => {
          taken.push(rows);
        },
      },
    }),
    ...facts,
  };
  await new QueryConversation(process as unknown as EngineProcess, request, silentLog).run(() => false);
  return { taken, sent };
}

function packed(count: number, ...lengths: readonly number[]): ChildMessage {
  const bytes = lengths.map((length) => Buffer.alloc(length));
  return { type: 'packed', count, csvBytes: lengths[1] ?? csvBytesMax + 1, bytes };
}

describe('packed rows', () => {
  test('go on as they came, counted, and each is answered', async () => {
    const { taken, sent } = await converse([columns, packed(1_000, 10, 20), packed(1, 5)]);
    assert.deepEqual(
      taken.map(({ count, packed, csvBytes, csv }) => [count, packed.length, csvBytes, csv?.length]),
      [
        [1_000, 10, 20, 20],
        [1, 5, csvBytesMax + 1, undefined],
      ],
    );
    assert.deepEqual(sent, [{ type: 'more' }, { type: 'more' }]);
  });

  const refused: readonly (readonly [string, readonly ChildMessage[], { readonly packs: boolean }?])[] = [
    ['before their columns', [packed(1, 1, 1)]],
    ['of no rows', [columns, packed(0, 1, 1)]],
    ['of more than a batch', [columns, packed(batchRowsMax + 1, 1, 1)]],
    [
      'of more rows than the query may have',
      [columns, ...Array.from({ length: 4 }, () => packed(1_000, 1, 1))],
    ],
    ['of more bytes', [columns, packed(1, 3 * limits.resultBytesMax, 1)]],
    ['with more CSV than is sent along', [columns, packed(1, 1, csvBytesMax), packed(1, 1, 1)]],
    [
      'with other CSV than they say',
      [columns, { type: 'packed', count: 1, csvBytes: 2, bytes: [Buffer.alloc(1), Buffer.alloc(1)] }],
    ],
    ['without CSV', [columns, { type: 'packed', count: 1, bytes: [Buffer.alloc(1)] }]],
    ['that nobody wants', [columns, packed(1, 1, 1)], { packs: false }],
  ];
  for (const [name, messages, facts] of refused)
    test(`${name}: the process is not trusted any more`, () =>
      assert.rejects(converse(messages, facts), FrameError));
});

describe('records', () => {
  const places = ['1', '2'];

  test('go to the process as one piece, at most so many bytes of them', async () => {
    const { sent } = await converse([{ type: 'records', places }], {
      records: async (asked, bytesMax) => {
        assert.deepEqual([asked, bytesMax], [places, lateBytesMax]);
        return { bytes: Buffer.from('{}'), lengths: [0, 2] };
      },
    });
    assert.deepEqual(sent, [{ type: 'records', lengths: [0, 2], bytes: [Buffer.from('{}')] }]);
  });

  test('are not given without end, nor where no table has any', async () => {
    const records = async () => ({ bytes: new Uint8Array(), lengths: [] });
    const many = Array.from(
      { length: lateRowsMax / 500 + 1 },
      (): ChildMessage => ({
        type: 'records',
        places: Array.from({ length: 500 }, () => '1'),
      }),
    );
    await assert.rejects(converse(many, { records }), FrameError);
    await assert.rejects(converse([{ type: 'records', places }]), FrameError);
  });
});
