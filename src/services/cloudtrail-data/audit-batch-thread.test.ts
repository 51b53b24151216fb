// SPDX-License-Identifier: Apache-2.0
// Oracle: the main thread's own reading of the same bytes. What the thread answers, event for event and byte for byte, must be what
// is read without it; what it gives back must be the bytes that it was given.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { seedOfRun } from '../../testing/random.js';
import { until } from '../../testing/until.js';
import { type AuditBatch, type AuditEventInput, readAuditBatch } from './audit-batch.js';
import { AuditBatchThread, BatchThreadEndedError, type BatchThreadOptions } from './audit-batch-thread.js';
import { verifyEvents } from './verify-request.js';

const seed = seedOfRun();
const facts = {
  region: 'eu-west-1',
  recipientAccountId: '111122223333',
  channelArn: 'arn:aws:cloudtrail:eu-west-1:111122223333:channel/c',
  ingestionTime: '2026-11-21T10:00:00Z',
};
const event = {
  version: '1.0',
  userIdentity: { type: 'User', principalId: 'alice' },
  eventSource: 'billing.example.com',
  eventName: 'RefundIssued',
  eventTime: '2026-11-21T10:00:00Z',
  UID: 'u-1',
  recipientAccountId: '111122223333',
};
const good = (id: string, more = {}): AuditEventInput => ({
  id,
  eventData: JSON.stringify({ ...event, ...more }),
});

function bytesOf(auditEvents: unknown): Uint8Array {
  return Buffer.from(JSON.stringify({ auditEvents }));
}

/** The records with the ids out of them, which are drawn anew at each reading. */
function withoutIds({ texts, textBytes, eventIds, ...more }: AuditBatch) {
  let end = 0;
  const records = Array.from(textBytes, (length, at) => {
    const text = Buffer.from(texts.slice(end, end + length)).toString();
    end += length;
    assert.ok(text.includes(`"eventID":"${eventIds[at]}"`), 'each text has its own id');
    return text.replace(eventIds[at] as string, '');
  });
  assert.equal(end, texts.length);
  assert.equal(eventIds.length, records.length);
  return { ...more, records };
}

function readHere(events: readonly AuditEventInput[]): AuditBatch {
  let ids = 0;
  return readAuditBatch(events, facts, () => `00000000-0000-4000-8000-${String(ids++).padStart(12, '0')}`);
}

function isRefused(events: readonly AuditEventInput[]): boolean {
  try {
    verifyEvents(events);
    return false;
  } catch {
    return true;
  }
}

function threadFor(context: TestContext, options?: BatchThreadOptions): AuditBatchThread {
  const thread = new AuditBatchThread(options);
  context.after(() => thread.end());
  return thread;
}

describe('one thread', () => {
  const thread = new AuditBatchThread();
  after(() => thread.end());

  async function batchOf(bytes: Uint8Array): Promise<AuditBatch | undefined> {
    const kept = Buffer.from(bytes);
    const read = await (thread.read(bytes, facts) ?? assert.fail('there is room'));
    if ('batch' in read) return read.batch;
    assert.ok(kept.equals(read.bytes), 'the bytes come back as they went');
    return undefined;
  }

  const id = fc.oneof({ weight: 9, arbitrary: fc.stringMatching(/^[-_A-Za-z0-9]{1,12}$/) }, fc.string());
  const document = fc.oneof(
    fc.constant(event),
    fc.record({ name: fc.string({ unit: 'binary' }), more: fc.jsonValue() }).map(({ name, more }) => ({
      ...event,
      eventName: name,
      requestParameters: { more },
    })),
    fc.constantFrom(
      { ...event, recipientAccountId: '999999999999' },
      { ...event, eventTime: 'yesterday' },
      { ...event, UID: undefined },
      { ...event, errorMessage: 'x'.repeat(257) },
      { ...event, userIdentity: { type: 'User', principalId: 'bob', details: { ü: '\ud83d' } } },
    ),
  );
  const eventData = fc.oneof(
    { weight: 5, arbitrary: document.map((value) => JSON.stringify(value)) },
    { weight: 2, arbitrary: document.map((value) => JSON.stringify(value, undefined, 1)) },
    // Half a pair at the end of one text and the start of the next: whatever stands around them.
    { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
    { weight: 1, arbitrary: document.map((value) => JSON.stringify(value).replace('alice', '\ud83d')) },
    { weight: 1, arbitrary: fc.constant(JSON.stringify(event).replace('{', '{"UID":"twice",')) },
  );
  const checked = fc.tuple(eventData, fc.constantFrom('none', 'right', 'wrong')).map(([data, checksum]) => ({
    eventData: data,
    ...(checksum === 'none'
      ? {}
      : {
          eventDataChecksum: createHash('sha256')
            .update(checksum === 'right' ? data : `${data} `)
            .digest('base64'),
        }),
  }));
  const entries = fc
    .array(fc.tuple(id, checked), { minLength: 0, maxLength: 8 })
    .map((all) => all.map(([own, more]) => ({ id: own, ...more })));

  test(`it answers what the main thread would, or gives the bytes back (seed ${seed})`, async () => {
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(entries, async (events) => {
        const batch = await batchOf(bytesOf(events));
        if (isRefused(events)) return assert.equal(batch, undefined);
        answered += 1;
        assert.ok(batch !== undefined, 'what is in order is read');
        assert.deepEqual(withoutIds(batch), withoutIds(readHere(events)));
      }),
      { seed, numRuns: 150 },
    );
    assert.ok(answered > 20, `${answered} of 150 were read`);
  });

  test('what is not as it should be comes back whole, for the usual way to refuse', async () => {
    const bodies: (Uint8Array | string)[] = [
      '',
      '{',
      '[]',
      'null',
      '{}',
      '{"auditEvents":{}}',
      '{"auditEvents":[null]}',
      '{"auditEvents":[{"id":"a"}]}',
      '{"auditEvents":[{"id":1,"eventData":"{}"}]}',
      '{"auditEvents":[{"id":"a","eventData":"{}","eventDataChecksum":1}]}',
      Buffer.from([0x7b, 0xff, 0x7d]),
      bytesOf([good('a'), good('a')]),
      bytesOf([good('a b')]),
      bytesOf(Array.from({ length: 101 }, (_, at) => good(`e${at}`))),
      bytesOf(
        Array.from({ length: 6 }, (_, at) =>
          good(`e${at}`, { additionalEventData: { x: 'x'.repeat(200_000) } }),
        ),
      ),
    ];
    for (const body of bodies)
      assert.equal(await batchOf(Buffer.from(body)), undefined, String(body).slice(0, 80));
  });

  test('many at once: each gets its own answer', async () => {
    const reads = Array.from({ length: 40 }, (_, at) => batchOf(bytesOf([good(`a${at}`), good(`b${at}`)])));
    for (const [at, batch] of (await Promise.all(reads)).entries())
      assert.deepEqual(batch?.ids, [`a${at}`, `b${at}`]);
  });

  test('bytes that share their memory with others leave those as they are', async () => {
    const own = bytesOf([good('a')]);
    const pool = Buffer.concat([Buffer.from('before'), own, Buffer.from('behind')]);
    const batch = await batchOf(pool.subarray(6, 6 + own.length));
    assert.deepEqual(batch?.ids, ['a']);
    assert.equal(pool.toString('utf8', 0, 6) + pool.toString('utf8', 6 + own.length), 'beforebehind');
  });
});

test('without room nothing is taken, and there is room again once something was answered', async (context) => {
  const body = () => bytesOf([good('a')]);
  const thread = threadFor(context, { waitingBytesMax: body().length + 1 });
  const first = thread.read(body(), facts);
  const second = body();
  assert.equal(thread.read(second, facts), undefined);
  assert.equal(second.length, body().length, 'its bytes are still there');
  await first;
  assert.ok('batch' in (await (thread.read(second, facts) ?? assert.fail('there is room'))));
});

test('it runs when there is work, ends when there is none for a while, and starts again', async (context) => {
  const thread = threadFor(context, { idleMs: 1 });
  assert.equal(thread.isRunning, false);
  for (let round = 0; round < 2; round += 1) {
    const reading = thread.read(bytesOf([good('a')]), facts);
    assert.equal(thread.isRunning, true);
    await reading;
    await until(() => !thread.isRunning);
    assert.equal(thread.isRunning, false);
  }
});

describe('a thread that ends over its work', () => {
  for (const [how, program] of [
    ['throws', `parentPort.on('message', () => { throw new Error('planted'); });`],
    ['exits', `parentPort.on('message', () => process.exit(3));`],
    [
      'runs out of memory',
      `parentPort.on('message', () => { const all = []; for (;;) all.push(new Array(1e5).fill({})); });`,
    ],
  ] as const) {
    test(`it ${how}: all that wait are told, and the next gets a new one`, async (context) => {
      const folder = mkdtempSync(join(tmpdir(), 'cairn-batch-'));
      context.after(() => rmSync(folder, { recursive: true, force: true }));
      const file = join(folder, 'program.mjs');
      writeFileSync(file, `import { parentPort } from 'node:worker_threads';\n${program}\n`);
      const thread = threadFor(context, { program: pathToFileURL(file), heapMegabytesMax: 16 });
      for (let round = 0; round < 2; round += 1) {
        const reads = [1, 2].map(
          () => thread.read(bytesOf([good('a')]), facts) ?? assert.fail('there is room'),
        );
        const [first, second] = await Promise.allSettled(reads);
        for (const outcome of [first, second])
          assert.ok(outcome?.status === 'rejected' && outcome.reason instanceof BatchThreadEndedError);
        assert.equal(thread.isRunning, false);
      }
    });
  }
});
