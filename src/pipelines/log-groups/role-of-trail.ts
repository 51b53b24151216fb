// SPDX-License-Identifier: Apache-2.0
import type { LogGroupDocument } from '../../log-groups/log-group.js';
import { mayWriteThroughRole } from '../../log-groups/trail-role.js';
import { trailStreamName } from '../../log-groups/trail-stream-name.js';
import type { StateStore } from '../../ports/state-store.js';
import { parseCloudTrailArn } from '../../trails/cloudtrail-arn.js';
import { type TrailDocument, trailKey } from '../../trails/trail.js';
import type { TrailRoute } from '../../trails/trail-fold.js';

/**
 * Whether a trail may still write to its group: its role is asked at every write, as owners change roles at any time. A
 * trail that is gone has nobody's role any more; what was recorded for it goes where it was going.
 */
export function mayTrailWrite(
  route: TrailRoute,
  group: LogGroupDocument,
  stateStore: StateStore,
  nowMs: number,
): boolean {
  const arn = parseCloudTrailArn(route.arn);
  if (arn === undefined) return false;
  const trail = stateStore.get<TrailDocument>(trailKey(arn.accountId, arn.region, arn.name))?.value;
  if (trail === undefined || trail.createdAtMs !== route.createdAtMs) return true;
  const { cloudWatchLogsRoleArn: roleArn, accountId } = trail;
  if (roleArn === undefined) return true;
  const streamName = trailStreamName(route, 1);
  const question = { roleArn, trailArn: trail.arn, accountId, group, streamName, nowMs };
  const state = { get: <T>(key: string) => stateStore.get<T>(key)?.value };
  return mayWriteThroughRole(question, state) === 'ok';
}
