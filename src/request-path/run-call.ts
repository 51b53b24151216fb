// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { AccessNeed } from '../identity/access.js';
import { type AccountDocument, accountKey } from '../identity/account-documents.js';
import { toForeignUserIdentity } from '../identity/foreign-user-identity.js';
import type { Principal } from '../identity/principal.js';
import { isOfConsole, toUserIdentity } from '../identity/user-identity.js';
import type { Clock } from '../ports/clock.js';
import {
  type EventLog,
  LogFullError,
  type LoggedRecord,
  type RecordBundle,
  StaleRevisionError,
} from '../ports/event-log.js';
import { EventStoreBusyError } from '../ports/event-store.js';
import type { OperatorLog } from '../ports/operator-log.js';
import { StateOverlay } from '../ports/state-overlay.js';
import type { StateStore } from '../ports/state-store.js';
import { buildWholeRecord } from '../record/build-record.js';
import { categoryOfOperation } from '../record/category.js';
import { deletedObjectRecords } from '../record/deleted-objects.js';
import { contextBytesMax, type EnrichmentDemand, type EnrichmentSelection } from '../record/event-context.js';
import { recordTexts } from '../record/record-texts.js';
import {
  isCut,
  largeRecordBytesMax,
  withinLargeSizeLimits,
  withinSizeLimits,
} from '../record/size-limits.js';
import { toJson } from '../record/to-json.js';
import type { CloudTrailRecord } from '../record/types.js';
import type { AuditNotes, Call, Service } from '../services/service.js';
import type { DataEventSelection } from '../trails/data-event-selection.js';
import type { WireRequest } from '../wire/http.js';
import type { OperationModel } from '../wire/service-model.js';
import { WireError } from '../wire/wire-error.js';
import { authorizeCall, authorizeNeeds } from './authorize-call.js';
import { CallEnrichment } from './call-enrichment.js';
import type { ChangeTurns, Turn } from './change-turns.js';
import { throttledError } from './throttled.js';

/** A call with somebody proven to make it, ready to run. */
export interface ReadyCall {
  readonly service: Service;
  readonly operation: OperationModel;
  readonly request: WireRequest;
  readonly principal: Principal;
  readonly accountId: string;
  readonly region: string;
  /**
   * What the protocol read; undefined when the request could not be read, and, where `readAgain` is there, while the entry
   * waits for the disk: then nothing holds on to what is many times as large as the request's bytes.
   */
  input: Readonly<Record<string, unknown>> | undefined;
  /** Brings a large input back, for another attempt. */
  readonly readAgain?: (() => ReadyCall['input']) | undefined;
  /** Why no handler is asked (unreadable, incomplete): an audit fact all the same. */
  readonly refusal: WireError | undefined;
}

export interface RunCallDependencies {
  readonly eventLog: EventLog;
  readonly stateStore: StateStore;
  readonly turns: ChangeTurns;
  readonly clock: Clock;
  readonly log: OperatorLog;
  /** Which data events are recorded; without it none are. */
  readonly dataEvents?: DataEventSelection;
  /** What event data stores want to have in events beside the record; without it none does. */
  readonly enrichments?: EnrichmentSelection;
  readonly onRecorded: (category: string, count: number) => void;
}

type Output = Readonly<Record<string, unknown>>;
type Outcome = { readonly output: Output } | { readonly error: WireError };

/**
 * Runs a call's handler and appends its record with its state changes as one entry; resolves to the output only when
 * that is durable (invariant 1). Throws the WireError that the caller is to see; that too only when it is recorded.
 */
export async function runCall(call: ReadyCall, deps: RunCallDependencies): Promise<Output> {
  let isAgain = false;
  const outcome = await deps.turns
    .run((turn) => {
      if (isAgain && call.readAgain !== undefined) call.input = call.readAgain();
      isAgain = true;
      return runOnce(call, turn, deps);
    })
    .catch((error: unknown) => {
      throw appendFailure(error, call, deps);
    });
  if ('error' in outcome) throw outcome.error;
  return outcome.output;
}

/** One try. Throws only what kept its entry from the log. */
async function runOnce(call: ReadyCall, turn: Turn, deps: RunCallDependencies): Promise<Outcome> {
  const state = new StateOverlay(deps.stateStore);
  const needs = deps.enrichments === undefined ? undefined : [];
  const audit: Notes = { resources: [], additionalEventData: {}, needs, state };
  const outcome = await outcomeOf(call, { state, audit }, deps);
  try {
    await append(call, outcome, audit, { state, turn }, deps);
  } catch (error) {
    discard(outcome);
    throw error;
  }
  return outcome;
}

/** A handler's notes, and what the record is enriched by where somebody wants it. */
interface Notes extends AuditNotes {
  /** Everything that the call asked to be allowed; undefined where nobody ever wants it. */
  readonly needs: AccessNeed[] | undefined;
  /** As the call sees it. */
  readonly state: Call['state'];
  /** Made when first asked for: of most calls it never is. */
  enrichment?: CallEnrichment;
}

async function outcomeOf(
  call: ReadyCall,
  own: { readonly state: Call['state']; readonly audit: Notes },
  deps: RunCallDependencies,
): Promise<Outcome> {
  if (call.refusal !== undefined) return { error: call.refusal };
  const { request, principal, accountId, region, operation, service } = call;
  const handler = service.handlers[operation.name];
  if (handler === undefined) return { error: notImplemented(call) };
  const { requestId, receivedAtMs } = request;
  const asking = { principal, accountId, region, request, receivedAtMs, state: own.state };
  const decisions = authorizeCall(service, asking, own.audit.needs);
  const context: Call = { requestId, ...asking, ...own, ...decisions };
  try {
    authorizeNeeds(service, operation.name, call.input ?? {}, context);
    return { output: ((await handler(call.input ?? {}, context)) ?? {}) as Output };
  } catch (thrown) {
    return { error: toWireError(service.translateError?.(thrown) ?? thrown, call, deps.log) };
  }
}

function notImplemented({ operation, service }: ReadyCall): WireError {
  const message = `${operation.name} of ${service.eventSource} is not implemented by Cairn yet.`;
  return new WireError('NotImplemented', message, { status: 501 });
}

/** What a handler threw as an answer: its own words, or, for a bug of ours, nothing but that there was one. */
function toWireError(error: unknown, call: ReadyCall, log: OperatorLog): WireError {
  if (error instanceof WireError) return error;
  if (error instanceof LogFullError || error instanceof EventStoreBusyError)
    return throttledError(call.service.model);
  const { requestId } = call.request;
  log.error({ err: error, requestId, operation: call.operation.name }, 'a call failed by a fault of ours');
  return internalFailure(call);
}

function internalFailure(call: ReadyCall): WireError {
  const code = call.service.model.id === 's3' ? 'InternalError' : 'InternalFailure';
  return new WireError(code, 'We encountered an internal error. Please try again.', { status: 500 });
}

function appendFailure(error: unknown, call: ReadyCall, deps: RunCallDependencies): WireError {
  if (error instanceof LogFullError) return throttledError(call.service.model);
  if (error instanceof StaleRevisionError) {
    const message = 'Another request is changing the same resource. Please try again.';
    return call.service.model.id === 's3'
      ? new WireError('OperationAborted', message, { status: 409 })
      : new WireError('ConflictException', message, { status: 400 });
  }
  deps.log.error(
    { err: error, requestId: call.request.requestId },
    'an entry could not be appended to the event log',
  );
  return internalFailure(call);
}

/** A body that will not be sent holds a file open. */
function discard(outcome: Outcome): void {
  if (!('output' in outcome)) return;
  for (const value of Object.values(outcome.output)) {
    if (value instanceof Readable) value.destroy();
  }
}

async function append(
  call: ReadyCall,
  outcome: Outcome,
  audit: Notes,
  own: { readonly state: StateOverlay; readonly turn: Turn },
  deps: RunCallDependencies,
): Promise<void> {
  const begun = beginAppend(call, outcome, audit, own, deps);
  if (begun === undefined) return;
  await begun.durable;
  for (const [category, count] of begun.counts) deps.onRecorded(category, count);
}

/**
 * Not asynchronous, and the events leave the notes: waiting for the disk takes long, and events of applications are many, so
 * nothing is to hold on to them meanwhile.
 */
function beginAppend(
  call: ReadyCall,
  outcome: Outcome,
  audit: Notes,
  { state, turn }: { readonly state: StateOverlay; readonly turn: Turn },
  deps: RunCallDependencies,
): { readonly durable: Promise<unknown>; readonly counts: ReadonlyMap<string, number> } | undefined {
  const changes = 'error' in outcome ? [] : state.changes();
  turn.claim(changes);
  const bundle = 'error' in outcome ? undefined : audit.events;
  delete audit.events;
  const records = recordsOf(call, outcome, audit, deps);
  if (call.readAgain !== undefined) call.input = undefined;
  if (records.length === 0 && changes.length === 0 && bundle === undefined) return undefined;
  const counts = countsOf(records, bundle);
  const entry = {
    kind: 'call',
    records,
    changes,
    ...(bundle === undefined ? undefined : { bundle }),
  } as const;
  return { durable: deps.eventLog.append(entry), counts };
}

function countsOf(
  records: readonly LoggedRecord[],
  bundle: RecordBundle | undefined,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { category } of records) counts.set(category, (counts.get(category) ?? 0) + 1);
  if (bundle !== undefined)
    counts.set(bundle.category, (counts.get(bundle.category) ?? 0) + bundle.textBytes.length);
  return counts;
}

/**
 * Every management event, and the data events that some selector asks for: of all others not even the record is built.
 * What other accounts have a part in is in their history too: one record an account, an eventID each, one sharedEventID.
 * Source: CloudTrail User Guide, "CloudTrail record contents for management, data, and network activity events"
 * (sharedEventID, recipientAccountId).
 */
function recordsOf(
  call: ReadyCall,
  outcome: Outcome,
  audit: Notes,
  deps: RunCallDependencies,
): LoggedRecord[] {
  const others = [...(audit.sharedWith ?? [])].filter((accountId) => accountId !== call.accountId);
  if (others.length === 0) return recordsFor(call.accountId, call, outcome, audit, deps);
  const shared = new SharedEventIds();
  return [call.accountId, ...others].flatMap((accountId) =>
    recordsFor(accountId, call, outcome, audit, deps, shared),
  );
}

/** What nobody in particular tried in vain fills nobody's history: it is in the security log, which is bounded. */
export function isStrangersTry(
  { principal, service, operation }: Pick<ReadyCall, 'principal' | 'service' | 'operation'>,
  { code }: Pick<WireError, 'code'>,
): boolean {
  if (principal.kind !== 'anonymous') return false;
  return code === 'AccessDenied' || categoryOfOperation(service.eventSource, operation.name) === 'Management';
}

/** The records of one account. */
function recordsFor(
  accountId: string,
  call: ReadyCall,
  outcome: Outcome,
  audit: Notes,
  deps: RunCallDependencies,
  shared?: SharedEventIds,
): LoggedRecord[] {
  const { dataEvents } = deps;
  const category = categoryOfOperation(call.service.eventSource, call.operation.name);
  if (category === 'Management') {
    if ('error' in outcome && isStrangersTry(call, outcome.error)) return [];
  } else if (dataEvents?.mayWant(accountId, category) !== true) return [];
  const whole = recordOf(accountId, call, outcome, audit, deps, shared?.at(0));
  const record = withinSizeLimits(whole);
  const events = category === 'Management' ? [record] : withDeletedObjects(record, call, outcome, shared);
  const logged = events.map((each) => toLogged(each, accountId));
  const demand = deps.enrichments?.demandOf(accountId, category);
  const enriched =
    demand === undefined
      ? logged
      : logged.map((each, at) => ({ ...each, ...extras(events[at] as CloudTrailRecord, at === 0, demand) }));
  return category === 'Management' ? enriched : enriched.filter((each) => dataEvents?.wants(each));

  function extras(event: CloudTrailRecord, isOfCall: boolean, wanted: EnrichmentDemand) {
    audit.enrichment ??= new CallEnrichment(call, audit.state, audit.needs ?? []);
    const eventContext = audit.enrichment.contextFor(accountId, wanted, event.resources ?? [], !isOfCall);
    return {
      ...(eventContext === undefined ? undefined : { eventContext }),
      ...(wanted.isLarge && isOfCall && isCut(whole, event)
        ? { largeJson: toJson(withinLargeSizeLimits(whole, largeRecordBytesMax - contextBytesMax)) }
        : undefined),
    };
  }
}

function withDeletedObjects(
  record: CloudTrailRecord,
  call: ReadyCall,
  outcome: Outcome,
  shared: SharedEventIds | undefined,
): CloudTrailRecord[] {
  if (!('output' in outcome) || call.operation.name !== 'DeleteObjects') return [record];
  const deleted = deletedObjectRecords(record, { input: call.input, output: outcome.output }, randomUUID);
  if (shared === undefined) return [record, ...deleted];
  return [record, ...deleted.map((each, at) => ({ ...each, sharedEventID: shared.at(at + 1) }))];
}

/** The ids by which the accounts' copies of each event of one call are known as one. */
class SharedEventIds {
  readonly #ids: string[] = [];

  at(index: number): string {
    this.#ids[index] ??= randomUUID();
    return this.#ids[index];
  }
}

function toLogged(record: CloudTrailRecord, accountId: string): LoggedRecord {
  return { accountId, region: record.awsRegion, category: record.eventCategory, ...recordTexts(record) };
}

/** The alias of a root's account, as it is before the call: CreateAccountAlias itself is still made without one. */
function rootAliasOf(principal: Principal, stateStore: Pick<StateStore, 'get'>): string | undefined {
  if (principal.kind !== 'root') return undefined;
  return stateStore.get<AccountDocument>(accountKey(principal.accountId))?.value.alias;
}

function recordOf(
  accountId: string,
  call: ReadyCall,
  outcome: Outcome,
  audit: Notes,
  { clock, stateStore }: Pick<RunCallDependencies, 'clock' | 'stateStore'>,
  sharedEventId: string | undefined,
): CloudTrailRecord {
  const { request, service, operation, principal } = call;
  const isOwn = accountId === call.accountId;
  return buildWholeRecord({
    eventId: randomUUID(),
    requestId: request.requestId,
    eventTimeMs: clock.now(),
    eventSource: service.eventSource,
    eventName: operation.name,
    region: call.region,
    accountId,
    userIdentity: {
      ...(isOwn
        ? toUserIdentity(principal, rootAliasOf(principal, stateStore))
        : toForeignUserIdentity(principal)),
      ...(request.invokedBy === undefined ? {} : { invokedBy: request.invokedBy }),
    },
    // Of a call that a service makes for somebody the record has the service's name, as AWS writes it.
    sourceIp: request.invokedBy ?? request.sourceIp,
    userAgent: request.headers['user-agent'] ?? '',
    host: request.headers.host ?? '',
    tls: request.tls,
    input: call.input,
    output: 'output' in outcome ? outcome.output : undefined,
    ...('error' in outcome ? { error: outcome.error } : {}),
    notes: audit,
    shapes: { input: operation.input, output: operation.output, uri: operation.http?.uri },
    apiVersion: service.model.apiVersion,
    sharedEventId,
    isOfConsole: isOfConsole(principal),
  });
}
