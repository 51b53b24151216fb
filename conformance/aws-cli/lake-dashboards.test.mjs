// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail API Reference, "CreateDashboard" … "StartDashboardRefresh", "SearchSampleQueries"; CloudTrail User Guide,
// "Resource-based policy example for a dashboard"; the real AWS CLI as their client, and Lake's own queries for what refreshes find.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CairnServer, eventually } from '../harness.mjs';

const cairn = new CairnServer({ CAIRN_DELIVERY_INTERVAL: '1' });
const json = (value) => JSON.stringify(value);
let accountId;
let storeArn;
let storeId;

const trail = (operation, ...args) => cairn.awsOk('cloudtrail', operation, ...args);
const refusal = async (operation, ...args) => (await cairn.awsRefused('cloudtrail', operation, ...args)).code;
const every = (Unit, Value, Status = 'ENABLED') =>
  json({ Frequency: { Unit, Value }, Status, TimeOfDay: '00:00' });
const widget = (QueryStatement, QueryParameters) => ({
  QueryStatement,
  ...(QueryParameters && { QueryParameters }),
  ViewProperties: { Height: '2', Width: '4', Title: 'Calls', View: 'Table' },
});
const countSince = (id) =>
  widget(`SELECT count(*) AS calls FROM ${id} WHERE eventTime > '?' AND eventTime < '?'`, [
    '$StartTime$',
    '$EndTime$',
  ]);

function finished(alias, refreshId) {
  return eventually(async () => {
    const answer = await trail('describe-query', '--query-alias', alias, '--refresh-id', refreshId);
    assert.match(answer.QueryStatus, /FINISHED|FAILED/);
    return answer;
  });
}

before(async () => {
  await cairn.start();
  accountId = (await cairn.awsOk('sts', 'get-caller-identity')).Account;
  const made = await trail(
    ...['create-event-data-store', '--name', 'events', '--no-termination-protection-enabled'],
    '--advanced-event-selectors',
    json([{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] }]),
  );
  storeArn = made.EventDataStoreArn;
  storeId = storeArn.split('/')[1];
});
after(() => cairn.remove());

describe('a custom dashboard', () => {
  let made;

  test('has up to ten widgets whose queries can be run', async () => {
    const create = (...args) => ['create-dashboard', '--name', 'security', ...args];
    assert.equal(
      await refusal(...create('--widgets', json([widget('SELECT FROM')]))),
      'InvalidQueryStatementException',
    );
    assert.equal(
      await refusal(...create('--widgets', json([countSince('00000000-0000-4000-8000-000000000000')]))),
      'EventDataStoreNotFoundException',
    );
    const eleven = Array.from({ length: 11 }, () => countSince(storeId));
    assert.equal(await refusal(...create('--widgets', json(eleven))), 'ServiceQuotaExceededException');
    assert.equal(await refusal(...create('--refresh-schedule', every('HOURS', 5))), 'ValidationException');
    made = await trail(
      ...create('--widgets', json([countSince(storeId), widget(`SELECT eventName FROM ${storeId} LIMIT 1`)])),
      ...['--tags-list', 'Key=team,Value=audit', '--termination-protection-enabled'],
    );
    assert.equal(made.DashboardArn, `arn:aws:cloudtrail:us-east-1:${accountId}:dashboard/security`);
    assert.deepEqual(
      [made.Type, made.TerminationProtectionEnabled, made.Widgets.length],
      ['CUSTOM', true, 2],
    );
    assert.equal(await refusal(...create()), 'ConflictException');
  });

  test('is read, listed and tagged', async () => {
    const found = await trail('get-dashboard', '--dashboard-id', 'security');
    assert.deepEqual([found.Status, found.Widgets], ['CREATED', made.Widgets]);
    assert.equal(
      (await trail('get-dashboard', '--dashboard-id', made.DashboardArn)).DashboardArn,
      made.DashboardArn,
    );
    const { Dashboards } = await trail('list-dashboards', '--name-prefix', 'sec');
    assert.deepEqual(Dashboards, [{ DashboardArn: made.DashboardArn, Type: 'CUSTOM' }]);
    assert.deepEqual((await trail('list-dashboards', '--type', 'MANAGED')).Dashboards, []);
    assert.equal(await refusal('get-dashboard', '--dashboard-id', 'other'), 'ResourceNotFoundException');
    const { ResourceTagList } = await trail('list-tags', '--resource-id-list', made.DashboardArn);
    assert.deepEqual(ResourceTagList[0].TagsList, [{ Key: 'team', Value: 'audit' }]);
  });

  test('refreshed, it runs its queries under their aliases', async () => {
    const values = json({ $StartTime$: '2020-01-01T00:00:00Z', $EndTime$: '2100-01-01T00:00:00Z' });
    const { RefreshId } = await trail(
      ...['start-dashboard-refresh', '--dashboard-id', 'security', '--query-parameter-values', values],
    );
    assert.match(RefreshId, /^\d{10,20}$/);
    assert.equal((await trail('get-dashboard', '--dashboard-id', 'security')).LastRefreshId, RefreshId);
    const [{ QueryAlias }] = made.Widgets;
    const query = await finished(QueryAlias, RefreshId);
    assert.equal(query.QueryStatus, 'FINISHED', json(query));
    const { QueryResultRows } = await trail('get-query-results', '--query-id', query.QueryId);
    assert.ok(Number(QueryResultRows[0][0].calls) > 0, json(QueryResultRows));
  });

  test('is changed: a query that stays keeps its alias; protected, it cannot be deleted', async () => {
    const changed = await trail(
      ...['update-dashboard', '--dashboard-id', 'security', '--refresh-schedule', every('DAYS', 1)],
      ...['--widgets', json([countSince(storeId)])],
    );
    assert.deepEqual(changed.Widgets, made.Widgets.slice(0, 1));
    assert.equal(changed.RefreshSchedule.Frequency.Unit, 'DAYS');
    assert.equal(await refusal('delete-dashboard', '--dashboard-id', 'security'), 'ConflictException');
    await trail('update-dashboard', '--dashboard-id', 'security', '--no-termination-protection-enabled');
    await trail('delete-dashboard', '--dashboard-id', 'security');
    assert.equal(await refusal('get-dashboard', '--dashboard-id', 'security'), 'ResourceNotFoundException');
  });
});

describe('the Highlights dashboard', () => {
  const create = (...args) => ['create-dashboard', '--name', 'AWSCloudTrail-Highlights', ...args];

  test('is made with its schedule, and has widgets of its own', async () => {
    assert.equal(await refusal(...create()), 'ValidationException');
    assert.equal(await refusal(...create('--refresh-schedule', every('HOURS', 1))), 'ValidationException');
    const made = await trail(...create('--refresh-schedule', every('HOURS', 6)));
    assert.equal(made.Type, 'MANAGED');
    assert.ok(made.Widgets.length > 3);
    const widgets = json([countSince(storeId)]);
    assert.equal(
      await refusal('update-dashboard', '--dashboard-id', made.DashboardArn, '--widgets', widgets),
      'UnsupportedOperationException',
    );
  });

  test('every one of its queries runs over an event data store', async () => {
    const id = ['--dashboard-id', 'AWSCloudTrail-Highlights'];
    assert.equal(await refusal('start-dashboard-refresh', ...id), 'ValidationException');
    const values = json({ $EventDataStoreId$: storeId });
    const { RefreshId } = await trail('start-dashboard-refresh', ...id, '--query-parameter-values', values);
    const { Widgets } = await trail('get-dashboard', ...id);
    for (const { QueryAlias } of Widgets) {
      const query = await finished(QueryAlias, RefreshId);
      assert.equal(query.QueryStatus, 'FINISHED', json(query));
    }
  });
});

describe('sample queries', () => {
  test('are found by what somebody asks for, the best first, and run as they are', async () => {
    const { SearchResults, NextToken } = await trail(
      ...['search-sample-queries', '--search-phrase', 'who used the root user', '--max-results', '3'],
    );
    assert.equal(SearchResults[0].Name, 'Root user activity');
    assert.equal(SearchResults.length, 3);
    assert.ok(NextToken !== undefined);
    const relevances = SearchResults.map(({ Relevance }) => Relevance);
    assert.deepEqual(
      relevances,
      relevances.toSorted((a, b) => b - a),
    );
    const sql = SearchResults[0].SQL.replaceAll('$EDS_ID', storeId);
    const { QueryId } = await trail('start-query', '--query-statement', sql);
    await eventually(async () => {
      const answer = await trail('get-query-results', '--query-id', QueryId);
      assert.equal(answer.QueryStatus, 'FINISHED', json(answer));
      assert.ok(answer.QueryResultRows.length > 0);
    });
  });
});
