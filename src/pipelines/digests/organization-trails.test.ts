// SPDX-License-Identifier: Apache-2.0
// Oracle: CloudTrail User Guide, "CloudTrail digest file structure" (AWSLogs/O-ID/ACCOUNT/CloudTrail-Digest/…); the members
// that the test puts in and takes out; verify-chains.ts. That the digests are valid is in conformance/aws-cli/organization-trail.test.mjs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDigestKey } from '../../digest/digest-file-name.js';
import type { StateChange } from '../../ports/state-store.js';
import { account as management, record, trail } from '../delivery/testing/delivery-scene.js';
import { DigestScene, intervalMs } from './testing/digest-scene.js';
import { verifyChains } from './testing/verify-chains.js';

const organizationId = 'o-exampleorgid';
const member = '222222222222';
const organizationTrail = trail('org', {
  organizationId,
  isOrganizationTrail: true,
  isMultiRegionTrail: true,
  logFileValidationEnabled: true,
});

const membership = (
  accountId: string,
  value: object | null = { accountId, organizationId },
): StateChange => ({
  key: `organization-member/${accountId}`,
  value,
});

/** Intervals pass, each with a flush and the digests that are due. */
async function pass(scene: DigestScene, intervals: number): Promise<void> {
  const life = await scene.begin();
  for (let interval = 0; interval < intervals; interval += 1) {
    await life.delivery.flushNow();
    scene.clock.advance(intervalMs);
    await life.digests.runNow();
  }
  await life.stop();
}

/** How many digests each account and Region has. */
function chains(scene: DigestScene): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of scene.destination.keys('org-logs')) {
    const name = parseDigestKey(key);
    if (name === undefined) continue;
    assert.equal(name.organizationId, organizationId, key);
    const place = `${name.accountId} ${name.region}`;
    counts[place] = (counts[place] ?? 0) + 1;
  }
  return counts;
}

test('every member has digests at home, idle or not, and in each Region that it records in', async () => {
  const scene = new DigestScene();
  await scene.append({ changes: [membership(management), membership(member)] });
  await scene.setTrail(organizationTrail, 'start');
  await pass(scene, 1);
  await scene.event('abroad', { accountId: member, region: 'eu-west-1' });
  await pass(scene, 3);
  const found = chains(scene);
  assert.deepEqual(Object.keys(found).sort(), [
    `${management} us-east-1`,
    `${member} eu-west-1`,
    `${member} us-east-1`,
  ]);
  for (const [place, count] of Object.entries(found)) assert.ok(count >= 2, `${count} in ${place}`);
  verifyChains(scene.destination, 'members');
});

test('chains begin when a member joins, and end when it leaves', async () => {
  const scene = new DigestScene();
  await scene.append({ changes: [membership(management)] });
  await scene.setTrail(organizationTrail, 'start');
  await pass(scene, 2);
  assert.deepEqual(Object.keys(chains(scene)), [`${management} us-east-1`]);
  await scene.append({ records: [record('joins', { accountId: member })], changes: [membership(member)] });
  await pass(scene, 2);
  const joined = chains(scene)[`${member} us-east-1`] ?? 0;
  assert.ok(joined >= 1);
  await scene.append({
    records: [record('leaves', { accountId: member })],
    changes: [membership(member, null)],
  });
  await pass(scene, 3);
  const ended = chains(scene);
  await pass(scene, 3);
  const later = chains(scene);
  assert.equal(later[`${member} us-east-1`], ended[`${member} us-east-1`]);
  assert.ok((later[`${management} us-east-1`] ?? 0) > (ended[`${management} us-east-1`] ?? 0));
  verifyChains(scene.destination, 'a member that left');
});
