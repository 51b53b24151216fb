// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../../ports/clock.js';
import { type EventLog, StaleRevisionError } from '../../ports/event-log.js';
import { StateOverlay } from '../../ports/state-overlay.js';
import type { StateStore } from '../../ports/state-store.js';
import { SigninError } from '../../signin/signin-error.js';
import { type SigninEvent, signinRecord, toLoggedRecord } from '../../signin/signin-record.js';
import type { SigninRequest } from '../../signin/signin-request.js';

/** What a step comes to. */
export interface SigninStep<Answer> {
  readonly answer: Answer;
  readonly events?: readonly SigninEvent[];
  /** What it wrote does not count. */
  readonly isDiscarded?: boolean;
}

export interface RunSigninDependencies {
  readonly eventLog: Pick<EventLog, 'append'>;
  readonly stateStore: StateStore;
  readonly clock: Clock;
  readonly onRecorded: (category: string, count: number) => void;
}

/** Runs of a step whose state was changed by somebody faster. */
const attemptsMax = 20;
const waitMsMax = 50;

/**
 * Runs a step of signing in and appends its records with its changes as one entry; resolves only when that is durable.
 * A step that met a change of somebody else's runs again on fresh state.
 */
export async function runSignin<Answer>(
  request: SigninRequest,
  deps: RunSigninDependencies,
  step: (state: StateOverlay) => Promise<SigninStep<Answer>> | SigninStep<Answer>,
): Promise<Answer> {
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const state = new StateOverlay(deps.stateStore);
    const done = await step(state);
    try {
      await append(done, state, request, deps);
      return done.answer;
    } catch (error) {
      if (!(error instanceof StaleRevisionError)) throw error;
      if (attempt > 2) await setTimeout(Math.random() * waitMsMax);
    }
  }
  throw new SigninError('Conflict', 409, 'Another request is changing the same session. Please try again.');
}

async function append(
  { events = [], isDiscarded = false }: SigninStep<unknown>,
  state: StateOverlay,
  request: SigninRequest,
  { eventLog, clock, onRecorded }: RunSigninDependencies,
): Promise<void> {
  const records = events.map((event) =>
    toLoggedRecord(signinRecord(event, request, { eventId: randomUUID(), eventTimeMs: clock.now() })),
  );
  const changes = isDiscarded ? [] : state.changes();
  if (records.length === 0 && changes.length === 0) return;
  await eventLog.append({ kind: 'call', records, changes });
  for (const { category } of records) onRecorded(category, 1);
}
