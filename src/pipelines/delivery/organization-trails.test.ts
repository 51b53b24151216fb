// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail User Guide, "Creating a trail for an organization" (every member is logged, from when it is added until
// it is removed; log files that were delivered stay) and "Finding your CloudTrail log files" (AWSLogs/O-ID/ACCOUNT/…).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseLogFileKey } from '../../digest/log-file-name.js';
import type { StateChange } from '../../ports/state-store.js';
import { trailKey } from '../../trails/trail.js';
import { DeliveryScene, account as management, record, trail } from './testing/delivery-scene.js';
import { recordsOf } from './testing/memory-destination.js';

const organizationId = 'o-exampleorgid';
const [member, outsider] = ['222222222222', '333333333333'];
const organizationTrail = trail('org', {
  organizationId,
  isOrganizationTrail: true,
  isMultiRegionTrail: true,
});

const membership = (
  accountId: string,
  value: object | null = { accountId, organizationId },
): StateChange => ({
  key: `organization-member/${accountId}`,
  value,
});

async function organized(...members: string[]): Promise<DeliveryScene> {
  const scene = new DeliveryScene();
  await scene.append({ changes: [management, ...members].map((id) => membership(id)) });
  await scene.setTrail(organizationTrail, 'start');
  return scene;
}

async function delivered(scene: DeliveryScene): Promise<Record<string, string[]>> {
  const delivery = await scene.start();
  await delivery.flushNow();
  await delivery.stop();
  const found: Record<string, string[]> = {};
  for (const key of scene.destination.keys('org-logs')) {
    const name = parseLogFileKey(key);
    assert.equal(name?.organizationId, organizationId, key);
    const file = scene.destination.objects.get(`org-logs/${key}`) as Buffer;
    found[name?.accountId ?? ''] = [
      ...(found[name?.accountId ?? ''] ?? []),
      ...recordsOf(file).map(({ eventID }) => eventID),
    ];
  }
  return found;
}

describe('an organization trail', () => {
  test('has a folder for each member, and nothing of others', async () => {
    const scene = await organized(member);
    await scene.event('of management');
    await scene.event('of member', { accountId: member, region: 'eu-west-1' });
    await scene.event('of outsider', { accountId: outsider });
    assert.deepEqual(await delivered(scene), {
      [management]: ['start', 'of management'],
      [member]: ['of member'],
    });
  });
  test('a member’s first event is its joining, its last one its leaving', async () => {
    const scene = await organized();
    await scene.event('before', { accountId: member });
    await scene.append({ records: [record('joins', { accountId: member })], changes: [membership(member)] });
    await scene.event('between', { accountId: member });
    await scene.append({
      records: [record('leaves', { accountId: member })],
      changes: [membership(member, null)],
    });
    await scene.event('after', { accountId: member });
    assert.deepEqual((await delivered(scene))[member], ['joins', 'between', 'leaves']);
  });
  test('a reader that starts over knows the members from its checkpoint', async () => {
    const scene = await organized(member);
    await delivered(scene);
    await scene.event('later', { accountId: member });
    assert.deepEqual((await delivered(scene))[member], ['later']);
    assert.equal(scene.destination.keys('org-logs').length, 2);
  });
  test('made of a trail of one account: files before it stay in their folder', async () => {
    const scene = new DeliveryScene();
    const { organizationId: _, ...own } = organizationTrail;
    await scene.append({ changes: [membership(management), membership(member)] });
    await scene.setTrail({ ...own, isOrganizationTrail: false }, 'start');
    await scene.event('alone');
    const key = trailKey(management, 'us-east-1', 'org');
    await scene.append({ records: [record('converts')], changes: [{ key, value: organizationTrail }] });
    await scene.event('together', { accountId: member });
    const delivery = await scene.start();
    await delivery.flushNow();
    await delivery.stop();
    const folders = scene.destination.keys('org-logs').map((name) => {
      const { organizationId: folder, accountId } = parseLogFileKey(name) ?? {};
      return `${folder ?? 'own'} ${accountId}`;
    });
    assert.deepEqual(folders.sort(), [
      `${organizationId} ${management}`,
      `${organizationId} ${member}`,
      `own ${management}`,
    ]);
  });
});
