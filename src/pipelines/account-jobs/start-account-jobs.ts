// SPDX-License-Identifier: Apache-2.0
import {
  type MembershipDocument,
  membershipKey,
  membershipPrefix,
} from '../../identity/organization-documents.js';
import {
  type AccountCreationDocument,
  accountCreationKey,
  accountCreationPrefix,
} from '../../identity/organizations/account-creations.js';
import type { RandomText } from '../../identity/organizations/organization-ids.js';
import type { Clock } from '../../ports/clock.js';
import { type EventLog, StaleRevisionError } from '../../ports/event-log.js';
import type { OperatorLog } from '../../ports/operator-log.js';
import { StateOverlay } from '../../ports/state-overlay.js';
import type { StateStore } from '../../ports/state-store.js';
import { closeAccountJob, closureDetails } from './close-account-job.js';
import { createAccountJob, creationDetails, organizationOf } from './create-account-job.js';
import { type ResultFacts, resultRecord } from './result-record.js';

export interface AccountJobsOptions {
  readonly eventLog: EventLog;
  readonly stateStore: StateStore;
  readonly clock: Clock;
  readonly log: OperatorLog;
  readonly random: RandomText;
  /** A UUID, never the same twice. */
  readonly newId: () => string;
}

export interface AccountJobs {
  /** Does what is wanted now; rejects when it could not. */
  runNow(): Promise<void>;
  /** Ends a run under way between two jobs. */
  stop(): Promise<void>;
}

/** A run that failed (the log is full, say) is done again after this time. */
const retryMs = 5_000;

/** Starts doing what CreateAccount and CloseAccount have asked for: at once, and whenever more is asked. See README.md. */
export function startAccountJobs(options: AccountJobsOptions): AccountJobs {
  const jobs = new RunningAccountJobs(options);
  jobs.wake();
  return jobs;
}

class RunningAccountJobs implements AccountJobs {
  readonly #options: AccountJobsOptions;
  readonly #unwatch: readonly (() => void)[];
  #turn: Promise<void> = Promise.resolve();
  #isWaiting = false;
  #isStopping = false;
  #retry: NodeJS.Timeout | undefined;

  constructor(options: AccountJobsOptions) {
    this.#options = options;
    this.#unwatch = [accountCreationPrefix, membershipPrefix].map((prefix) =>
      options.stateStore.watch(prefix, () => this.wake()),
    );
  }

  /** One run at a time; however often it is asked for meanwhile, one more follows. */
  wake(): void {
    if (this.#isWaiting || this.#isStopping) return;
    this.#isWaiting = true;
    void this.runNow().catch((err: unknown) => {
      this.#options.log.error({ err }, 'accounts could not be made or closed; it is tried again');
      this.#retry ??= setTimeout(() => {
        this.#retry = undefined;
        this.wake();
      }, retryMs).unref();
    });
  }

  runNow(): Promise<void> {
    const run = this.#turn.then(() => {
      this.#isWaiting = false;
      return this.#run();
    });
    this.#turn = run.catch(() => {});
    return run;
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const unwatch of this.#unwatch) unwatch();
    clearTimeout(this.#retry);
    await this.#turn;
  }

  async #run(): Promise<void> {
    const { stateStore } = this.#options;
    for (const { value } of stateStore.list<AccountCreationDocument>(accountCreationPrefix))
      if (value.state === 'IN_PROGRESS' && !this.#isStopping)
        await this.#unlessStale(() => this.#create(value));
    for (const { value } of stateStore.list<MembershipDocument>(membershipPrefix))
      if (value.status === 'PENDING_CLOSURE' && !this.#isStopping)
        await this.#unlessStale(() => this.#close(value));
  }

  /** Somebody was faster: the job is looked at anew with the next run, which the other's change has asked for. */
  async #unlessStale(job: () => Promise<void>): Promise<void> {
    try {
      await job();
    } catch (error) {
      if (!(error instanceof StaleRevisionError)) throw error;
      this.wake();
    }
  }

  /** Read anew, as other jobs were waited for since. */
  async #create({ organizationId, id }: AccountCreationDocument): Promise<void> {
    const { stateStore, clock, random } = this.#options;
    const state = new StateOverlay(stateStore);
    const creation = state.get<AccountCreationDocument>(accountCreationKey(organizationId, id));
    const organization = creation && organizationOf(creation, state);
    if (creation?.state !== 'IN_PROGRESS' || organization === undefined) return;
    const nowMs = clock.now();
    const ended = createAccountJob(creation, organization, state, { nowMs, random });
    await this.#append(state, {
      nowMs,
      eventName: 'CreateAccountResult',
      accountId: organization.managementAccountId,
      details: creationDetails(ended),
    });
  }

  async #close({ accountId }: MembershipDocument): Promise<void> {
    const { stateStore, clock } = this.#options;
    const state = new StateOverlay(stateStore);
    const member = state.get<MembershipDocument>(membershipKey(accountId));
    if (member?.status !== 'PENDING_CLOSURE') return;
    const nowMs = clock.now();
    closeAccountJob(member, state);
    await this.#append(state, {
      nowMs,
      eventName: 'CloseAccountResult',
      accountId: member.managementAccountId,
      details: closureDetails(member, state, nowMs),
    });
  }

  async #append(state: StateOverlay, facts: Omit<ResultFacts, 'eventId'>): Promise<void> {
    const { eventLog, newId } = this.#options;
    const record = resultRecord({ eventId: newId(), ...facts });
    await eventLog.append({ kind: 'call', records: [record], changes: state.changes() });
  }
}
