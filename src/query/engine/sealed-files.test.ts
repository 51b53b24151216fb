// SPDX-License-Identifier: Apache-2.0
// Oracle: the same statements over the same records in files that are not encrypted; and what the system shows of the process that
// has the keys (/proc), where it shows it.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ParquetEventSegments } from '../../adapters/event-segments/parquet/parquet-event-segments.js';
import { SwitchedKeys } from '../../adapters/event-segments/parquet/testing/switched-keys.js';
import { ManualClock } from '../../ports/clock.js';
import { type OperatorLog, silentLog } from '../../ports/operator-log.js';
import type { QueryEngine, Row } from '../query-engine.js';
import { QueryError } from '../query-error.js';
import type { TableFile } from '../table-source.js';
import { openQueryEngine } from './open-query-engine.js';

const sealing = { kmsKeyArn: 'arn:aws:kms:us-east-1:111122223333:key/1', ownerArn: 'arn:store' };
const limits = { runMsMax: 120_000, rowsMax: 1_000, resultBytesMax: 1e8, memoryBytesMax: 1e9 };

let folder: string;
let segments: ParquetEventSegments;
let engine: QueryEngine;
let plain: readonly TableFile[];
let sealed: readonly TableFile[];
const logged: string[] = [];
const log: OperatorLog = {
  ...silentLog,
  error: (...said: unknown[]) => void logged.push(JSON.stringify(said)),
  warn: (...said: unknown[]) => void logged.push(JSON.stringify(said)),
};

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cairn-sealed-query-'));
  const keys = new SwitchedKeys();
  segments = new ParquetEventSegments(folder, silentLog, keys);
  for (const [stream, more] of [
    ['event-data-store/plain', {}],
    ['event-data-store/sealed', { sealing }],
  ] as const)
    for (const file of [0, 1, 2])
      await segments.commit('test', `${stream} ${file}`, [
        { stream, kind: 'cloudtrail', lines: linesOf(file), ...more },
      ]);
  plain = segments.snapshot('event-data-store/plain').files.map(({ path, rows }) => ({ path, rows }));
  sealed = await Promise.all(
    segments.snapshot('event-data-store/sealed').files.map(async ({ path, rows, sealedKey }) => ({
      path,
      rows,
      key: Buffer.from(await keys.open(sealedKey!)).toString('base64'),
    })),
  );
  engine = openQueryEngine({ clock: new ManualClock(Date.UTC(2026, 10, 21)), log, lateFromRows: 1 });
});

after(async () => {
  await engine.close();
  await segments.close();
  rmSync(folder, { recursive: true, force: true });
});

function linesOf(file: number) {
  const lines = Array.from({ length: 40 }, (_, n) => {
    const record = {
      eventID: `${file}-${n}`,
      eventTime: `2026-11-21T10:${String(n).padStart(2, '0')}:0${file}Z`,
      eventName: n % 2 === 0 ? 'CreateUser' : 'GetUser',
      eventSource: 'iam.amazonaws.com',
      userIdentity: { type: 'IAMUser', userName: `user-${n % 5}` },
      requestParameters: { userName: `made-${n}` },
    };
    return `${JSON.stringify({ account: '111122223333', region: 'us-east-1', category: 'Management', entered: 1795255200000, record })}\n`;
  });
  return { bytes: Buffer.from(lines.join('')), count: lines.length };
}

async function ask(sql: string, files: readonly TableFile[]): Promise<Row[]> {
  const rows: Row[] = [];
  await engine.run({
    sql,
    dialect: 'lake',
    limits,
    resolve: async () => [{ kind: 'segments', schema: 'lake', files }],
    onColumns: async () => {},
    onRows: async (some) => void rows.push(...some),
  }).done;
  return rows;
}

describe('tables of encrypted files', () => {
  for (const sql of [
    'SELECT count(*) FROM t',
    "SELECT eventTime, userIdentity.userName FROM t WHERE eventName = 'CreateUser' ORDER BY eventTime DESC LIMIT 5",
    "SELECT * FROM t WHERE eventID IN ('0-3', '2-7') ORDER BY eventID",
    "SELECT element_at(requestParameters, 'userName') AS n, count(*) FROM t GROUP BY 1 ORDER BY 1",
    "SELECT a.eventID FROM t AS a JOIN t AS b ON a.eventTime = b.eventTime WHERE b.eventName = 'GetUser' ORDER BY 1",
  ])
    test(`answer as others do: ${sql}`, async () => {
      const rows = await ask(sql, sealed);
      assert.ok(rows.length > 0);
      assert.deepEqual(rows, await ask(sql, plain));
      assert.deepEqual(await ask(sql, [plain[0]!, sealed[1]!, plain[2]!]), rows);
    });

  test('say nothing of a key that is wrong, nor of one that is none', async () => {
    for (const key of [randomBytes(32).toString('base64'), 'no key at all: secret']) {
      logged.length = 0;
      await assert.rejects(ask('SELECT * FROM t', [{ ...sealed[0]!, key }]), (error: unknown) => {
        assert.ok(error instanceof QueryError);
        assert.equal(error.code, 'INTERNAL');
        assert.ok(!error.message.includes(key) && !error.message.includes('/'));
        return true;
      });
      assert.ok(!logged.join('\n').includes(key), logged.join('\n'));
    }
  });

  test('cannot be read without their key, whoever has another', async () => {
    const { key: _, ...shut } = sealed[1]!;
    await assert.rejects(ask('SELECT * FROM t', [sealed[0]!, shut]), { code: 'INTERNAL' });
  });

  test('give no other answer where a bit turned: the same, or that the data cannot be read', async () => {
    const bytes = readFileSync(sealed[0]!.path);
    const file = { ...sealed[0]!, path: join(folder, 'turned.parquet') };
    const sql = 'SELECT eventJson, eventID, requestParameters FROM t ORDER BY eventID';
    const right = await ask(sql, [sealed[0]!]);
    const positions = 12;
    let failures = 0;
    for (let at = 0; at < positions; at++) {
      const turned = Buffer.from(bytes);
      turned[Math.floor(((at + 0.5) * bytes.length) / positions)]! ^= 1;
      writeFileSync(file.path, turned);
      const met: unknown = await ask(sql, [file]).catch((error: unknown) => error);
      if (!(met instanceof Error)) {
        assert.deepEqual(met, right);
        continue;
      }
      failures++;
      assert.ok(met instanceof QueryError);
      assert.equal(`${met.code}: ${met.message}`, 'INTERNAL: The data of a table could not be read.');
    }
    assert.ok(failures > 0);
  });

  test('leave their keys in no command line and no environment', async () => {
    await ask('SELECT count(*) FROM t', sealed);
    const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isChild(name));
    assert.ok(children.length > 0);
    for (const child of children)
      for (const file of ['cmdline', 'environ'])
        for (const { key } of sealed) assert.ok(!readFileSync(`/proc/${child}/${file}`).includes(key!));
  });
});

function isChild(pid: string): boolean {
  try {
    return (
      readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ')[1] === String(process.pid)
    );
  } catch {
    return false;
  }
}
