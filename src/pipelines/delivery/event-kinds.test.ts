// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail User Guide, "Finding your CloudTrail log files" (a folder for each kind of events), and the events that a test
// appended, counted one by one; selectors take effect at their place in the log.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseLogFileKey } from '../../digest/log-file-name.js';
import type { LoggedRecord } from '../../ports/event-log.js';
import { readAdvancedSelectors } from '../../trails/selectors/advanced-selectors.js';
import { readBasicSelectors } from '../../trails/selectors/basic-selectors.js';
import type { TrailSelectors } from '../../trails/selectors/trail-selectors.js';
import { trailIdOf } from '../../trails/trail-fold.js';
import { account, DeliveryScene, trail } from './testing/delivery-scene.js';

const everything: TrailSelectors = {
  kind: 'advanced',
  selectors: readAdvancedSelectors(
    [
      { FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] },
      {
        FieldSelectors: [
          { Field: 'eventCategory', Equals: ['Data'] },
          { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
        ],
      },
      {
        FieldSelectors: [
          { Field: 'eventCategory', Equals: ['NetworkActivity'] },
          { Field: 'eventSource', Equals: ['kms.amazonaws.com'] },
        ],
      },
    ],
    'trail',
  ),
};

const writes: TrailSelectors = {
  kind: 'basic',
  selectors: readBasicSelectors([{ ReadWriteType: 'WriteOnly' }]),
};

test('events of each kind are in files of their kind', async () => {
  const scene = new DeliveryScene();
  const it = trail('main', { selectors: everything });
  const delivery = await scene.start();
  await scene.setTrail(it, 'start');
  await scene.event('object', { category: 'Data', eventSource: 's3.amazonaws.com' });
  await scene.event('message', { category: 'Data', eventSource: 'sns.amazonaws.com' });
  await scene.event('network', { category: 'NetworkActivity', eventSource: 'kms.amazonaws.com' });
  await scene.event('other-network', { category: 'NetworkActivity', eventSource: 's3.amazonaws.com' });
  await scene.event('insight', { category: 'Insight' });
  const forTrail = trailIdOf(it.arn, it.createdAtMs);
  await scene.event('sum', { category: 'Aggregated', forTrail });
  await scene.event('sum-of-other', { category: 'Aggregated', forTrail: `${forTrail}0` });
  await scene.event('management');
  await delivery.flushNow();
  assert.deepEqual(scene.destination.eventIds('main-logs').sort(), [
    'management',
    'network',
    'object',
    'start',
    'sum',
  ]);
  const keys = scene.destination.keys('main-logs');
  assert.deepEqual(keys.map((key) => parseLogFileKey(key)?.kind ?? 'CloudTrail').sort(), [
    'CloudTrail',
    'CloudTrail-Aggregated',
    'CloudTrail-NetworkActivity',
  ]);
  const network = keys.find((key) => key.includes('CloudTrail-NetworkActivity/')) ?? '';
  assert.match(
    network,
    new RegExp(
      `^AWSLogs/${account}/CloudTrail-NetworkActivity/us-east-1/2026/11/21/${account}_CloudTrail-NetworkActivity_us-east-1_\\d{8}T\\d{4}Z_\\w{16}\\.json\\.gz$`,
    ),
  );
});

describe('other selectors', () => {
  const event = (eventID: string, readOnly: boolean): LoggedRecord => ({
    accountId: account,
    region: 'us-east-1',
    category: 'Management',
    json: JSON.stringify({ eventTime: '2026-11-21T10:05:00Z', eventID, readOnly }),
  });

  test('select exactly from their place in the log on; the call that sets them goes to both', async () => {
    const scene = new DeliveryScene();
    const delivery = await scene.start();
    await scene.setTrail(trail('main'), 'start');
    await scene.append({ records: [event('read-1', true)] });
    await scene.append({ records: [event('write-1', false)] });
    await scene.setTrail(trail('main', { selectors: writes }), 'only-writes');
    await scene.append({ records: [event('read-2', true)] });
    await scene.append({ records: [event('write-2', false)] });
    const none = {
      kind: 'basic' as const,
      selectors: readBasicSelectors([
        { IncludeManagementEvents: false, DataResources: [{ Type: 'AWS::S3::Object', Values: [] }] },
      ]),
    };
    await scene.setTrail(trail('main', { selectors: none }), 'nothing');
    await scene.append({ records: [event('write-3', false)] });
    await scene.setTrail(trail('main'), 'everything');
    await scene.append({ records: [event('read-4', true)] });
    await delivery.flushNow();
    assert.deepEqual(scene.destination.eventIds('main-logs'), [
      'start',
      'read-1',
      'write-1',
      'only-writes',
      'write-2',
      'nothing',
      'everything',
      'read-4',
    ]);
  });

  test('are still known after a restart in between', async () => {
    const scene = new DeliveryScene();
    const delivery = await scene.start();
    await scene.setTrail(trail('main', { selectors: writes }), 'start');
    await delivery.flushNow();
    await delivery.stop();
    const next = await scene.start();
    await scene.append({ records: [event('read', true)] });
    await scene.append({ records: [event('write', false)] });
    await next.flushNow();
    assert.deepEqual(scene.destination.eventIds('main-logs'), ['start', 'write']);
  });
});
