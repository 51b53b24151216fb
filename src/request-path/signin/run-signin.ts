// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../ports/clock.js';
import { type EventLog, StaleRevisionError } from '../../ports/event-log.js';
import { StateOverlay } from '../../ports/state-overlay.js';
import type { StateStore } from '../../ports/state-store.js';
import { SigninError } from '../../signin/signin-error.js';
import { type SigninEvent, signinRecord, toLoggedRecord } from '../../signin/signin-record.js';
import type { SigninRequest } from '../../signin/signin-request.js';
import type { ChangeTurns, Turn } from '../change-turns.js';

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
  readonly turns: ChangeTurns;
  readonly clock: Clock;
  readonly onRecorded: (category: string, count: number) => void;
}

/**
 * Runs a step of signing in and appends its records with its changes as one entry; resolves only when that is durable.
 * A step that met a change of somebody else's runs again on fresh state.
 */
export async function runSignin<Answer>(
  request: SigninRequest,
  deps: RunSigninDependencies,
  step: (state: StateOverlay) => Promise<SigninStep<Answer>> | SigninStep<Answer>,
): Promise<Answer> {
  const once = async (turn: Turn) => {
    const state = new StateOverlay(deps.stateStore);
    const done = await step(state);
    await append(done, { state, turn }, request, deps);
    return done.answer;
  };
  return deps.turns.run(once).catch((error: unknown) => {
    if (!(error instanceof StaleRevisionError)) throw error;
    const message = 'Another request is changing the same session. Please try again.';
    throw new SigninError('Conflict', 409, message);
  });
}

async function append(
  { events = [], isDiscarded = false }: SigninStep<unknown>,
  { state, turn }: { readonly state: StateOverlay; readonly turn: Turn },
  request: SigninRequest,
  { eventLog, clock, onRecorded }: RunSigninDependencies,
): Promise<void> {
  const records = events.map((event) =>
    toLoggedRecord(signinRecord(event, request, { eventId: randomUUID(), eventTimeMs: clock.now() })),
  );
  const changes = isDiscarded ? [] : state.changes();
  turn.claim(changes);
  if (records.length === 0 && changes.length === 0) return;
  await eventLog.append({ kind: 'call', records, changes });
  for (const { category } of records) onRecorded(category, 1);
}
