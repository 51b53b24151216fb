// SPDX-License-Identifier: Apache-2.0
// Oracle: the events as they were appended, counted in the group by their eventID; CloudTrail User Guide, "Sending events
// to CloudWatch Logs" and "CloudWatch log group and log stream naming for CloudTrail" (names, size limit).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type RoleDocument, roleKey } from '../../identity/iam-documents.js';
import { type LogGroupDocument, logStreamPrefix, logStreamsOf } from '../../log-groups/log-group.js';
import { silentLog } from '../../ports/operator-log.js';
import { pause, until } from '../../testing/until.js';
import { trailArn, trailKey } from '../../trails/trail.js';
import { LogGroupReader } from './log-group-reader.js';
import { startLogGroups } from './start-log-groups.js';
import { removeExpired, sweepGroups } from './sweep-groups.js';
import {
  accountId,
  ids,
  inGroup,
  keyOf,
  newGroup,
  record,
  region,
  startMs,
  stream,
  trail,
  within,
} from './testing/log-groups-scene.js';

describe('what goes where', () => {
  test('a trail with a group gets what it selects, from its StartLogging to its StopLogging, in one stream', () =>
    within(async (scene) => {
      const group = newGroup();
      await scene.set(keyOf(group), group);
      const logging = trail('one', group);
      const key = trailKey(accountId, region, 'one');
      await scene.set(key, { ...logging, isLogging: false });
      await scene.append([record('before')]);
      await scene.append([record('StartLogging')], [{ key, value: logging }]);
      await scene.append([
        record('a'),
        record('other account', { accountId: '999999999999' }),
        record('abroad', { region: 'eu-west-1' }),
      ]);
      await scene.append([record('data', { category: 'Data' })]);
      await scene.append([record('StopLogging')], [{ key, value: { ...logging, isLogging: false } }]);
      await scene.append([record('after')]);
      await (await scene.reader()).readToHead();
      assert.deepEqual(await inGroup(scene, group), {
        [stream]: ['StartLogging', 'a', 'abroad', 'StopLogging'],
      });
      const [first] = (
        await scene.logEventStore.read({ groupId: group.id, order: 'oldestFirst', eventsMax: 1, bytesMax: 1 })
      ).events;
      assert.equal(first?.timestampMs, Date.UTC(2026, 10, 21, 9, 59, 58));
    }));

  test('two trails, two groups; a trail that moves to another group; one without a group', () =>
    within(async (scene) => {
      const [a, b] = [newGroup('a'), newGroup('b')];
      for (const group of [a, b]) await scene.set(keyOf(group), group);
      await scene.set(trailKey(accountId, region, 'one'), trail('one', a));
      await scene.set(trailKey(accountId, region, 'two'), trail('two', b, { isMultiRegionTrail: false }));
      await scene.set(trailKey(accountId, region, 'three'), trail('three', undefined));
      await scene.append([record('1'), record('abroad', { region: 'eu-west-1' })]);
      await scene.set(trailKey(accountId, region, 'one'), trail('one', b));
      await scene.append([record('2')]);
      await (await scene.reader()).readToHead();
      assert.deepEqual(await inGroup(scene, a), { [stream]: ['1', 'abroad'] });
      assert.deepEqual((await inGroup(scene, b))[stream]?.sort(), ['1', '2', '2']);
    }));

  test('events of more than 256 KB are left out, and a large volume takes several streams', () =>
    within(async (scene) => {
      const group = newGroup();
      await scene.set(keyOf(group), group);
      const route = trail('one', group);
      await scene.set(trailKey(accountId, region, 'one'), route);
      const limit = 256 * 1024;
      const overhead = record('e0').json.length;
      const large = ids(0, 6).map((id) => record(id, { padding: limit - overhead }));
      assert.equal(large[0]?.json.length, limit);
      await scene.append([...large, record('too-large', { padding: limit })]);
      const reader = await scene.reader();
      await reader.readToHead();
      const found = await inGroup(scene, group);
      assert.deepEqual(Object.values(found).flat().sort(), ids(0, 6));
      assert.deepEqual(Object.keys(found).sort(), [stream, `${stream}_2`]);
      assert.equal(reader.writer(reader.route(route.arn)!)?.note.oversizedCount, 1);
    }));

  test('imported events go nowhere', () =>
    within(async (scene) => {
      const group = newGroup();
      await scene.set(keyOf(group), group);
      await scene.set(trailKey(accountId, region, 'one'), trail('one', group));
      await scene.eventLog.append({
        kind: 'import',
        accountId,
        source: 'x',
        eventCount: 1,
        gzip: false,
        bytes: Buffer.from('{}'),
      });
      await (await scene.reader()).readToHead();
      assert.deepEqual(await inGroup(scene, group), {});
    }));
});

describe('once, whatever happens', () => {
  test('a reader that starts over at any point, with other stretches, repeats nothing', () =>
    within(async (scene) => {
      const group = newGroup();
      await scene.set(keyOf(group), group);
      await scene.set(trailKey(accountId, region, 'one'), trail('one', group));
      for (let i = 0; i < 12; i++) {
        await scene.append([record(`e${i}`)]);
        const reader = await scene.reader();
        await reader.readToHead();
        // Every third one gets to save its checkpoint; the others die with their memory.
        if (i % 3 === 2) await reader.save();
        if (i % 4 === 3) await scene.reopen();
      }
      const found = await inGroup(scene, group);
      assert.deepEqual(found[stream]?.sort(), ids(0, 12).sort());
    }));

  test('every operation of the store fails once, before or after it took effect: nothing is lost or doubled', () =>
    within(async (scene) => {
      const group = newGroup();
      await scene.set(keyOf(group), group);
      await scene.set(trailKey(accountId, region, 'one'), trail('one', group));
      let count = 0;
      for (const isAfter of [false, true]) {
        for (let failing = 0; failing < 4; failing++) {
          for (let i = 0; i < 3; i++) await scene.append([record(`e${count++}`)]);
          let operation = 0;
          const faulty = new Proxy(scene.logEventStore, {
            get: (store, name) => {
              const method = store[name as 'append'].bind(store) as (...args: unknown[]) => Promise<unknown>;
              return async (...args: unknown[]) => {
                const fails = operation++ === failing;
                if (fails && !isAfter) throw new Error('planted: before');
                const result = await method(...args);
                if (fails) throw new Error('planted: after');
                return result;
              };
            },
          });
          await scene
            .reader({ logEventStore: faulty })
            .then((reader) => reader.readToHead())
            .catch(() => {});
          const reader = await scene.reader();
          await reader.readToHead();
        }
      }
      assert.deepEqual((await inGroup(scene, group))[stream]?.sort(), ids(0, count).sort());
    }));

  test('a trail that is gone is forgotten, once its end is behind the checkpoint', () =>
    within(async (scene) => {
      const group = newGroup();
      await scene.set(keyOf(group), group);
      const key = trailKey(accountId, region, 'one');
      await scene.set(key, trail('one', group));
      await scene.append([record('a')]);
      const writer = `trail/${trailArn(accountId, region, 'one')}@${startMs}`;
      await (await scene.reader()).readToHead();
      assert.ok(await scene.logEventStore.mark(writer));
      await scene.append([record('DeleteTrail')], [{ key, value: null }]);
      const reader = await scene.reader();
      await reader.readToHead();
      await reader.save();
      assert.equal(await scene.logEventStore.mark(writer), undefined);
      await (await scene.reader()).readToHead();
      assert.deepEqual(await inGroup(scene, group), { [stream]: ['a', 'DeleteTrail'] });
    }));

  test('where no trail has a group the log is passed over, and a trail that gets one misses nothing', () =>
    within(async (scene) => {
      const group = newGroup();
      await scene.set(keyOf(group), group);
      let reads = 0;
      const counted = new Proxy(scene.eventLog, {
        get: (log, name) => {
          if (name === 'read') reads++;
          return (log[name as 'read'] as (...args: unknown[]) => unknown).bind(log);
        },
      });
      const reader = new LogGroupReader({ ...scene, eventLog: counted, log: silentLog });
      await reader.load();
      scene.stateStore.watch('trail/', () => reader.noteTrailChange());
      await reader.readToHead();
      const before = reads;
      for (let i = 0; i < 5; i++) {
        await scene.append([record(`skipped${i}`)]);
        await reader.readToHead();
      }
      assert.equal(reads, before);
      await scene.append(
        [record('first')],
        [{ key: trailKey(accountId, region, 'one'), value: trail('one', group) }],
      );
      await reader.readToHead();
      await scene.append([record('second')]);
      await reader.readToHead();
      assert.deepEqual(await inGroup(scene, group), { [stream]: ['first', 'second'] });
    }));
});

describe('a group that is gone', () => {
  test('events wait, the status says so, and they come in their order when the group is back', () =>
    within(async (scene) => {
      const group = newGroup();
      const route = trail('one', group);
      await scene.set(trailKey(accountId, region, 'one'), route);
      for (const id of ids(0, 5)) await scene.append([record(id)]);
      const first = await scene.reader();
      await first.readToHead();
      const writerOf = (reader: LogGroupReader) => reader.writer(reader.route(route.arn)!);
      assert.equal(writerOf(first)?.note.latestError, 'ResourceNotFoundException');
      await first.save();
      await scene.reopen();
      const second = await scene.reader();
      assert.equal(second.isWaiting, true);
      await scene.set(keyOf(group), group);
      await scene.append([record('live')]);
      await second.readToHead();
      await second.drain();
      await second.drain();
      assert.deepEqual((await inGroup(scene, group))[stream]?.sort(), [...ids(0, 5), 'live'].sort());
      assert.equal(second.isWaiting, false);
      assert.equal(writerOf(second)?.note.latestError, undefined);
      await scene.set(keyOf(group), null);
      await scene.append([record('again')]);
      await second.readToHead();
      const back = newGroup();
      await scene.set(keyOf(back), back);
      await second.drain();
      assert.deepEqual(await inGroup(scene, back), { [stream]: ['again'] });
    }));

  test('a role that is closed to the trail: events wait as well, until it is open again', () =>
    within(async (scene) => {
      const group = newGroup();
      const route = trail('one', group);
      const role = scene.stateStore.get<RoleDocument>(roleKey(accountId, 'r'))?.value;
      await scene.set(keyOf(group), group);
      await scene.set(trailKey(accountId, region, 'one'), route);
      await scene.set(roleKey(accountId, 'r'), { ...role, inlinePolicies: {} });
      await scene.append([record('waits')]);
      const reader = await scene.reader();
      await reader.readToHead();
      assert.equal(reader.writer(reader.route(route.arn)!)?.note.latestError, 'AccessDenied');
      assert.deepEqual(await inGroup(scene, group), {});
      await scene.set(roleKey(accountId, 'r'), role);
      await reader.drain();
      assert.deepEqual(await inGroup(scene, group), { [stream]: ['waits'] });
    }));

  test('one that dies between bringing them and clearing them away brings them once', () =>
    within(async (scene) => {
      const group = newGroup();
      await scene.set(trailKey(accountId, region, 'one'), trail('one', group));
      for (const id of ids(0, 5)) await scene.append([record(id)]);
      await (await scene.reader()).readToHead();
      await scene.set(keyOf(group), group);
      const dies = new Proxy(scene.logEventStore, {
        get: (store, name) =>
          name === 'dropGroup'
            ? () => Promise.reject(new Error('planted'))
            : (store[name as 'append'] as (...args: unknown[]) => unknown).bind(store),
      });
      const dying = await scene.reader({ logEventStore: dies });
      await dying.readToHead();
      await assert.rejects(dying.drain(), /planted/);
      const next = await scene.reader();
      await next.readToHead();
      await next.drain();
      assert.deepEqual(await inGroup(scene, group), { [stream]: ids(0, 5) });
      assert.deepEqual(
        (await scene.logEventStore.groups()).map(({ groupId }) => groupId),
        [group.id],
      );
    }));

  test('what finds no room to wait in is counted exactly, also by a reader that starts over', () =>
    within(async (scene) => {
      const group = newGroup();
      const route = trail('one', group);
      await scene.set(trailKey(accountId, region, 'one'), route);
      let reader = await scene.reader({ waitingBytesMax: 1_000 });
      for (let i = 0; i < 10; i++) {
        await scene.append([record(`e${i}`, { padding: 200 })]);
        await reader.readToHead();
        reader = await scene.reader({ waitingBytesMax: 1_000 });
        await reader.readToHead();
      }
      const lost = reader.writer(reader.route(route.arn)!)?.lost;
      await scene.set(keyOf(group), group);
      await reader.drain();
      const there = (await inGroup(scene, group))[stream] ?? [];
      assert.ok(there.length > 0);
      assert.equal(there.length + (lost?.eventCount ?? 0), 10);
      assert.deepEqual(there, ids(0, there.length));
    }));

  test("one trail's dead group holds up nobody else", () =>
    within(async (scene) => {
      const [gone, there] = [newGroup('gone'), newGroup('there')];
      await scene.set(keyOf(there), there);
      await scene.set(trailKey(accountId, region, 'one'), trail('one', gone));
      await scene.set(trailKey(accountId, region, 'two'), trail('two', there));
      await scene.append([record('a')]);
      const head = scene.eventLog.head();
      const reader = await scene.reader();
      await reader.readToHead();
      await reader.save();
      assert.deepEqual(await inGroup(scene, there), { [stream]: ['a'] });
      assert.equal((await scene.eventLog.checkpoint('log-groups'))?.position, head);
    }));
});

describe('upkeep', () => {
  const batch = (group: LogGroupDocument, streamId: string, timestampMs: number) => ({
    groupId: group.id,
    streamId,
    events: [{ timestampMs, message: '{}' }],
  });

  test('what hangs on deleted groups and streams is cleared away, and nothing else', () =>
    within(async (scene) => {
      const [kept, deleted] = [newGroup('kept'), newGroup('deleted')];
      await scene.set(keyOf(kept), kept);
      await scene.set(`${logStreamsOf(kept.id)}s`, { id: 's', name: 's', createdAtMs: 1 });
      for (let i = 0; i < 3; i++)
        await scene.set(`${logStreamsOf(deleted.id)}s${i}`, { id: `d${i}`, name: `s${i}`, createdAtMs: 1 });
      await scene.logEventStore.append(
        [batch(kept, 's', 1), batch(kept, 'no-stream', 1), batch(deleted, 'd0', 1)],
        { ingestedAtMs: 1 },
      );
      await scene.logEventStore.append([{ ...batch(kept, 'events', 1), groupId: 'waiting-x' }], {
        ingestedAtMs: 1,
      });
      await sweepGroups(scene);
      assert.deepEqual((await scene.logEventStore.groups()).map(({ groupId }) => groupId).sort(), [
        kept.id,
        'waiting-x',
      ]);
      assert.deepEqual(
        (await scene.logEventStore.stats(kept.id)).map(({ streamId }) => streamId),
        ['s'],
      );
      assert.deepEqual(
        scene.stateStore.list(logStreamPrefix).map(({ key }) => key),
        [`${logStreamsOf(kept.id)}s`],
      );
    }));

  test('expired events are removed', () =>
    within(async (scene) => {
      const dayMs = 86_400_000;
      const [short, forever] = [newGroup('short', { retentionDays: 3 }), newGroup('forever')];
      for (const group of [short, forever]) {
        await scene.set(keyOf(group), group);
        for (const days of [5, 4, 2])
          await scene.logEventStore.append([batch(group, 's', startMs - days * dayMs)], { ingestedAtMs: 1 });
      }
      await removeExpired(scene);
      const counts = await Promise.all(
        [short, forever].map(async ({ id }) => (await scene.logEventStore.stats(id))[0]?.eventCount),
      );
      assert.deepEqual(counts, [1, 3]);
    }));

  test('started, it follows the log by itself, clears up, comes to rest, and ends', () =>
    within(async (scene) => {
      const group = newGroup();
      await scene.set(keyOf(group), group);
      await scene.set(trailKey(accountId, region, 'one'), trail('one', group));
      const running = await startLogGroups({ ...scene, log: silentLog });
      await scene.append([record('a')]);
      await until(async () => (await inGroup(scene, group))[stream]?.length === 1);
      assert.equal((await inGroup(scene, group))[stream]?.length, 1);
      await scene.set(keyOf(group), null);
      await until(
        async () =>
          (await scene.logEventStore.groups()).length === 0 &&
          scene.stateStore.list(logStreamPrefix).length === 0,
      );
      assert.deepEqual(await scene.logEventStore.groups(), []);
      assert.deepEqual(scene.stateStore.list(logStreamPrefix), []);
      await running.stop();
      const head = scene.eventLog.head();
      await pause(200);
      assert.equal(scene.eventLog.head(), head);
      assert.equal((await scene.eventLog.checkpoint('log-groups'))?.position, head);
      assert.equal(running.failingMs(), 0);
    }));
});
