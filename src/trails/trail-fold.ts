// SPDX-License-Identifier: Apache-2.0
import { type FoldedMembership, FoldedMemberships } from '../identity/folded-memberships.js';
import { membershipPrefix } from '../identity/organization-documents.js';
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
  /** Of an organization trail: it logs in every account of the organization. */
  readonly organizationId?: string;
}

/** The whole fold as JSON can keep it, by the keys of the state: trails, and memberships of organizations. */
export type SavedTrails = Readonly<Record<string, TrailRoute | FoldedMembership>>;

/**
 * Trails as they are at one place of the log, folded from the changes that the entries carry. A reader that folds
 * for itself meets a trail's new settings exactly where they were made, however far behind it is. So it does with the
 * members of organizations, whose trails log in all of them: who joins or leaves does so at one place of the log.
 */
export class TrailFold {
  readonly #routes = new Map<string, TrailRoute>();
  readonly #memberships = new FoldedMemberships();
  /** Logging trails by account: what most records ask for. */
  #loggingByAccount: Map<string, TrailRoute[]> | undefined;

  constructor(saved: SavedTrails = {}) {
    for (const [key, value] of Object.entries(saved)) {
      if ('arn' in value) this.#routes.set(key, value);
      else this.#memberships.restore(key, value);
    }
  }

  /** The trails that log in an account: its own, and those of its organization. */
  logging(accountId: string): readonly TrailRoute[] {
    this.#loggingByAccount ??= this.#index();
    return this.#loggingByAccount.get(accountId) ?? none;
  }

  /** The accounts that a trail logs in, its owner first. */
  accountsOf({ accountId: owner, organizationId }: TrailRoute): string[] {
    if (organizationId === undefined) return [owner];
    return [...new Set([owner, ...this.#memberships.accountsIn(organizationId)])];
  }

  apply(changes: readonly StateChange[]): void {
    for (const change of changes) {
      const { key, value } = change;
      if (key.startsWith(trailPrefix)) {
        if (value === null) this.#routes.delete(key);
        else this.#routes.set(key, toRoute(value as TrailDocument));
      } else if (!this.#memberships.apply(change)) continue;
      this.#loggingByAccount = undefined;
    }
  }

  routes(): IterableIterator<TrailRoute> {
    return this.#routes.values();
  }

  /** The whole fold, as JSON can keep it. */
  save(): SavedTrails {
    return Object.fromEntries([...this.#routes, ...this.#memberships.entries()]);
  }

  #index(): Map<string, TrailRoute[]> {
    const byAccount = new Map<string, TrailRoute[]>();
    for (const route of this.#routes.values()) {
      if (!route.isLogging) continue;
      for (const accountId of this.accountsOf(route)) {
        const routes = byAccount.get(accountId);
        if (routes === undefined) byAccount.set(accountId, [route]);
        else routes.push(route);
      }
    }
    return byAccount;
  }
}

/** Names one trail for good: a trail that is made anew under an old ARN has another one. */
export function trailIdOf(arn: string, createdAtMs: number): string {
  return `${arn}@${createdAtMs}`;
}

const none: readonly TrailRoute[] = [];

/** Whether changes have to do with which trails log in which accounts. */
export function changesTrails(changes: readonly StateChange[]): boolean {
  return changes.some(({ key }) => key.startsWith(trailPrefix) || key.startsWith(membershipPrefix));
}

/** What is in state under these prefixes is what a fold folds; who watches the trails watches both. */
export const foldedPrefixes: readonly string[] = [trailPrefix, membershipPrefix];

/** The fold of what the state says now. */
export function foldOfState(state: {
  list<T>(prefix: string): readonly { readonly key: string; readonly value: T }[];
}): SavedTrails {
  const fold = new TrailFold();
  fold.apply(foldedPrefixes.flatMap((prefix) => state.list(prefix)));
  return fold.save();
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
    ...(trail.organizationId === undefined ? {} : { organizationId: trail.organizationId }),
  };
}
