// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail API Reference, "StartDashboardRefresh" (QueryParameterValues), "DescribeQuery" (RefreshId: the query of the
// named refresh, not only of the last), "CreateDashboard" (InsufficientEncryptionPolicyException).
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { type DashboardWidget, refreshIdOf, timeOfRefresh } from '../../../event-data-stores/dashboard.js';
import { queryKeptMs } from '../../../event-data-stores/lake-query.js';
import { type KeyDocument, keyKey } from '../../../keys/key.js';
import { account, LakeScene, nowMs } from '../testing/lake-scene.js';

let scene: LakeScene;
let storeId: string;

beforeEach(async () => {
  scene = new LakeScene();
  storeId = (await scene.store()).split('/')[1] as string;
});

const viewProperties = { Height: '1', Width: '2', Title: 'events' };
const counting = (id = storeId) => ({
  QueryStatement: `SELECT count(*) FROM ${id}`,
  ViewProperties: viewProperties,
});

async function made(widgets: readonly object[]): Promise<string[]> {
  const { Widgets } = await scene.call<{ Widgets: { QueryAlias: DashboardWidget['queryAlias'] }[] }>(
    'CreateDashboard',
    { Name: 'board', Widgets: widgets },
  );
  return Widgets.map(({ QueryAlias }) => QueryAlias);
}

async function refresh(more: object = {}): Promise<string> {
  return (await scene.call('StartDashboardRefresh', { DashboardId: 'board', ...more })).RefreshId as string;
}

const describeQuery = (QueryAlias: string, RefreshId?: string) =>
  scene.call('DescribeQuery', { QueryAlias, ...(RefreshId === undefined ? {} : { RefreshId }) });

describe('the queries of a refresh', () => {
  test('are found by its id when others were started since', async () => {
    const [first = '', second = ''] = await made([
      counting(),
      { ...counting(), ViewProperties: { ...viewProperties, Title: 'again' } },
    ]);
    const ids: Record<string, unknown[]> = {};
    const refreshes: string[] = [];
    for (let times = 0; times < 3; times += 1) {
      const id = await refresh();
      refreshes.push(id);
      ids[id] = [(await describeQuery(first)).QueryId, (await describeQuery(second)).QueryId];
      scene.clock.advance(1_000);
    }
    const ownQuery = await scene.call('StartQuery', { QueryAlias: first });
    assert.equal((await describeQuery(first)).QueryId, ownQuery.QueryId);
    for (const id of refreshes) {
      assert.equal((await describeQuery(first, id)).QueryId, ids[id]?.[0]);
      assert.equal((await describeQuery(second, id)).QueryId, ids[id]?.[1]);
    }
    assert.equal(new Set(Object.values(ids).flat()).size, 6);
  });

  test('two of one millisecond are told apart', async () => {
    const [alias = ''] = await made([counting()]);
    const [one, other] = [await refresh(), await refresh()];
    assert.notEqual(one, other);
    assert.notEqual((await describeQuery(alias, one)).QueryId, (await describeQuery(alias, other)).QueryId);
  });

  test('are found in the store that a managed dashboard was told', async () => {
    const another = (await scene.store('another')).split('/')[1] as string;
    await scene.call('CreateDashboard', {
      Name: 'AWSCloudTrail-Highlights',
      RefreshSchedule: { Frequency: { Unit: 'HOURS', Value: 6 }, Status: 'ENABLED' },
    });
    const DashboardId = 'AWSCloudTrail-Highlights';
    const alias = 'AWSCloudTrail-Highlights-Top-users';
    const of = async (id: string) => {
      const refreshed = await refresh({ DashboardId, QueryParameterValues: { $EventDataStoreId$: id } });
      const { QueryId } = await describeQuery(alias);
      for (const key of scene.state.list<{ id: string }>('query-job/'))
        scene.change(key.value.id, { state: 'SUCCEEDED' });
      scene.clock.advance(5);
      return { refreshed, QueryId };
    };
    const [there, here] = [await of(another), await of(storeId)];
    assert.equal((await describeQuery(alias, there.refreshed)).QueryId, there.QueryId);
    assert.equal((await describeQuery(alias, here.refreshed)).QueryId, here.QueryId);
  });

  for (const [what, id, code] of [
    ['another time', refreshIdOf(nowMs - 1, 0), 'QueryIdNotFoundException'],
    ['another form', '12345678901', 'QueryIdNotFoundException'],
    ['too few digits', '123456789', 'ValidationException'],
    ['letters', 'abcdefghijklm', 'ValidationException'],
  ] as const)
    test(`are not found by an id of ${what}`, async () => {
      const [QueryAlias = ''] = await made([counting()]);
      await refresh();
      assert.equal(await scene.refusal('DescribeQuery', { QueryAlias, RefreshId: id }), code);
    });
});

test('what tells the last query of a widget goes with the widget', async () => {
  const titled = (Title: string) => ({
    QueryStatement: `SELECT '${Title}' FROM ${storeId}`,
    ViewProperties: { ...viewProperties, Title },
  });
  const [kept = '', dropped = ''] = await made([titled('kept'), titled('dropped')]);
  await refresh();
  await scene.call('UpdateDashboard', { DashboardId: 'board', Widgets: [titled('kept')] });
  await describeQuery(kept);
  assert.equal(await scene.refusal('DescribeQuery', { QueryAlias: dropped }), 'QueryIdNotFoundException');
  await scene.call('DeleteDashboard', { DashboardId: 'board' });
  assert.equal(await scene.refusal('DescribeQuery', { QueryAlias: kept }), 'QueryIdNotFoundException');
  assert.deepEqual(scene.state.list('lake-query-alias/'), []);
});

test('a refresh id tells its time, also of the years when times had fewer digits', () => {
  for (const timeMs of [nowMs, nowMs + queryKeptMs, 999, 10 ** 12 - 1])
    for (const drawn of [0, 7, 99_999, 0xffffffff])
      assert.equal(timeOfRefresh(refreshIdOf(timeMs, drawn)), timeMs);
  assert.equal(timeOfRefresh('1234567890'), undefined);
});

describe('StartDashboardRefresh', () => {
  for (const name of ['$EventDataStoreId$', '$Other$', 'StartTime'])
    test(`of a custom dashboard refuses the parameter ${name}`, async () => {
      await made([counting()]);
      const values = { DashboardId: 'board', QueryParameterValues: { [name]: 'value' } };
      assert.equal(await scene.refusal('StartDashboardRefresh', values), 'ValidationException');
    });

  test('fills in what it is given', async () => {
    const [alias = ''] = await made([
      {
        QueryStatement: `SELECT date_trunc('?', eventTime) FROM ${storeId} WHERE eventTime > '?'`,
        QueryParameters: ['$Period$', '$StartTime$'],
        ViewProperties: viewProperties,
      },
    ]);
    await refresh({ QueryParameterValues: { $Period$: 'day', $StartTime$: '2026-11-01T00:00:00' } });
    assert.equal(
      (await describeQuery(alias)).QueryString,
      `SELECT date_trunc('day', eventTime) FROM ${storeId} WHERE eventTime > '2026-11-01T00:00:00'`,
    );
  });
});

test('widgets over a store whose key is disabled are refused', async () => {
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'cloudtrail.amazonaws.com' },
    Action: 'kms:*',
    Resource: '*',
  };
  const key: KeyDocument = {
    id: '1234abcd-12ab-34cd-56ef-1234567890ab',
    accountId: account,
    region: 'us-east-1',
    manager: 'CUSTOMER',
    spec: 'SYMMETRIC_DEFAULT',
    usage: 'ENCRYPT_DECRYPT',
    description: '',
    state: 'Enabled',
    createdAtMs: 1,
    policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
    tags: {},
    materials: [{ id: '0'.repeat(64), sealed: '', createdAtMs: 1 }],
  };
  scene.state.put(keyKey(key), key);
  const id = (await scene.store('encrypted', { KmsKeyId: key.id })).split('/')[1] as string;
  await scene.call('CreateDashboard', { Name: 'board', Widgets: [counting(id)] });
  scene.state.put(keyKey(key), { ...key, state: 'Disabled' });
  const code = 'InsufficientEncryptionPolicyException';
  assert.equal(await scene.refusal('CreateDashboard', { Name: 'other', Widgets: [counting(id)] }), code);
  assert.equal(
    await scene.refusal('UpdateDashboard', { DashboardId: 'board', Widgets: [counting(id)] }),
    code,
  );
});
