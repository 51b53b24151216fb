// SPDX-License-Identifier: Apache-2.0
import type { EventLog } from '../ports/event-log.js';
import type { OperatorLog } from '../ports/operator-log.js';
import type { StateChange, StateStore } from '../ports/state-store.js';
import { accessKeyKey } from './access-keys.js';
import { accessKeyLastUsedKey, type LastUsedDocument, roleKey, roleLastUsedKey } from './iam-documents.js';
import type { SignedPrincipal } from './principal.js';

/** How often what was noted is written. AWS's own answers may be hours old. */
const flushEveryMs = 10_000;
/** A key that is used all the time, in the same way, is written no more often than this. */
const sameUseMs = 60_000;
/** Keys and roles that wait to be written; beyond, their next use is noted after the next flush. */
const pendingMax = 10_000;
/** Changes of one log entry. */
const changesMax = 500;

interface Noted extends LastUsedDocument {
  /** State key of what was used: gone, its use is not written any more. */
  readonly owner: string;
}

export interface LastUsedDependencies {
  readonly eventLog: Pick<EventLog, 'append'>;
  readonly stateStore: Pick<StateStore, 'get'>;
  readonly log: OperatorLog;
}

/**
 * When access keys and roles were last used. Calls only leave a note in memory; notes are written now and then, without a
 * record, in entries of their own: nothing noted, nothing written, so that an idle server is at rest. A note that cannot be
 * written (a full log) is dropped: what was used is used again.
 */
export class LastUsed {
  readonly #deps: LastUsedDependencies;
  readonly #pending = new Map<string, Noted>();
  readonly #timer: NodeJS.Timeout;
  #flushing: Promise<void> = Promise.resolve();

  constructor(deps: LastUsedDependencies) {
    this.#deps = deps;
    this.#timer = setInterval(() => void this.flush(), flushEveryMs);
    this.#timer.unref();
  }

  /** @param serviceName as GetAccessKeyLastUsed has it: `s3` */
  note(principal: SignedPrincipal, region: string, serviceName: string, atMs: number): void {
    const used = usedBy(principal);
    if (used === undefined) return;
    const known = this.#pending.get(used.key);
    if (known === undefined && this.#pending.size >= pendingMax) return;
    if (known !== undefined && known.atMs > atMs) return;
    this.#pending.set(used.key, { owner: used.owner, atMs, region, serviceName });
  }

  /** Writes what was noted. Never rejects. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#write());
    return this.#flushing;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  async #write(): Promise<void> {
    const changes = Array.from(this.#pending, ([key, noted]) => this.#changeOf(key, noted)).flat();
    this.#pending.clear();
    for (let at = 0; at < changes.length; at += changesMax) {
      try {
        await this.#deps.eventLog.append({
          kind: 'call',
          records: [],
          changes: changes.slice(at, at + changesMax),
        });
      } catch (error) {
        this.#deps.log.warn({ err: error }, 'the last use of access keys and roles could not be written');
        return;
      }
    }
  }

  #changeOf(key: string, { owner, ...value }: Noted): StateChange[] {
    const { stateStore } = this.#deps;
    if (stateStore.get(owner) === undefined) return [];
    const before = stateStore.get<LastUsedDocument>(key)?.value;
    const isSame = before?.region === value.region && before.serviceName === value.serviceName;
    const ageMs = before === undefined ? Number.POSITIVE_INFINITY : value.atMs - before.atMs;
    return ageMs <= 0 || (isSame && ageMs < sameUseMs) ? [] : [{ key, value }];
  }
}

/** Long-lived keys and roles; sessions of users are not among what IAM reports. */
function usedBy(principal: SignedPrincipal): { readonly key: string; readonly owner: string } | undefined {
  const { accountId, accessKeyId } = principal;
  if (principal.kind === 'assumedRole') {
    const { roleName } = principal;
    return { key: roleLastUsedKey(accountId, roleName), owner: roleKey(accountId, roleName) };
  }
  if (principal.session !== undefined) return undefined;
  return { key: accessKeyLastUsedKey(accessKeyId), owner: accessKeyKey(accessKeyId) };
}
