// SPDX-License-Identifier: Apache-2.0
import type { StateChange } from '../ports/state-store.js';
import type { TrailSelectors } from './selectors/trail-selectors.js';
import { type TrailDocument, type TrailEventConfiguration, trailPrefix } from './trail.js';

/** What of a trail decides which records it gets and where they go. Kept in a reader's checkpoint, so it is small. */
export interface TrailRoute {
  readonly arn: string;
  readonly accountId: string;
  readonly homeRegion: string;
  readonly createdAtMs: number;
  readonly bucket: string;
  readonly prefix?: string;
  readonly isMultiRegion: boolean;
  readonly includeGlobal: boolean;
  readonly isLogging: boolean;
  /** Absent: every management event. */
  readonly selectors?: TrailSelectors;
  readonly eventConfiguration?: TrailEventConfiguration;
  /** Whether log files are listed in digests. Absent in checkpoints of older versions: not. */
  readonly hasDigests?: boolean;
  /** The ARN of the KMS key that log files are encrypted under; absent: SSE-S3. */
  readonly kmsKeyArn?: string;
  readonly snsTopicArn?: string;
  readonly logGroupArn?: string;
  readonly logGroupRoleArn?: string;
}

/**
 * Trails as they are at one place of the log, folded from the changes that the entries carry. A reader that folds
 * for itself meets a trail's new settings exactly where they were made, however far behind it is.
 */
export class TrailFold {
  readonly #routes: Map<string, TrailRoute>;
  /** Logging trails by account: what most records ask for. */
  #loggingByAccount: Map<string, TrailRoute[]> | undefined;

  constructor(saved: Readonly<Record<string, TrailRoute>> = {}) {
    this.#routes = new Map(Object.entries(saved));
  }

  /** The trails that log in an account. */
  logging(accountId: string): readonly TrailRoute[] {
    this.#loggingByAccount ??= this.#index();
    return this.#loggingByAccount.get(accountId) ?? [];
  }

  apply(changes: readonly StateChange[]): void {
    for (const change of changes) {
      if (!change.key.startsWith(trailPrefix)) continue;
      if (change.value === null) this.#routes.delete(change.key);
      else this.#routes.set(change.key, toRoute(change.value as TrailDocument));
      this.#loggingByAccount = undefined;
    }
  }

  routes(): IterableIterator<TrailRoute> {
    return this.#routes.values();
  }

  /** The whole fold, as JSON can keep it. */
  save(): Record<string, TrailRoute> {
    return Object.fromEntries(this.#routes);
  }

  #index(): Map<string, TrailRoute[]> {
    const byAccount = new Map<string, TrailRoute[]>();
    for (const route of this.#routes.values()) {
      if (!route.isLogging) continue;
      const routes = byAccount.get(route.accountId);
      if (routes === undefined) byAccount.set(route.accountId, [route]);
      else routes.push(route);
    }
    return byAccount;
  }
}

/** Names one trail for good: a trail that is made anew under an old ARN has another one. */
export function trailIdOf(arn: string, createdAtMs: number): string {
  return `${arn}@${createdAtMs}`;
}

export function changesTrails(changes: readonly StateChange[]): boolean {
  return changes.some((change) => change.key.startsWith(trailPrefix));
}

export function toRoute(trail: TrailDocument): TrailRoute {
  return {
    arn: trail.arn,
    accountId: trail.accountId,
    homeRegion: trail.homeRegion,
    createdAtMs: trail.createdAtMs,
    bucket: trail.s3BucketName,
    ...(trail.s3KeyPrefix === undefined ? {} : { prefix: trail.s3KeyPrefix }),
    isMultiRegion: trail.isMultiRegionTrail,
    includeGlobal: trail.includeGlobalServiceEvents,
    isLogging: trail.isLogging,
    ...(trail.selectors === undefined ? {} : { selectors: trail.selectors }),
    ...(trail.eventConfiguration === undefined ? {} : { eventConfiguration: trail.eventConfiguration }),
    hasDigests: trail.logFileValidationEnabled,
    ...(trail.kmsKeyId === undefined ? {} : { kmsKeyArn: trail.kmsKeyId }),
    ...(trail.snsTopicArn === undefined ? {} : { snsTopicArn: trail.snsTopicArn }),
    ...(trail.cloudWatchLogsLogGroupArn === undefined
      ? {}
      : { logGroupArn: trail.cloudWatchLogsLogGroupArn }),
    ...(trail.cloudWatchLogsRoleArn === undefined ? {} : { logGroupRoleArn: trail.cloudWatchLogsRoleArn }),
  };
}
