// SPDX-License-Identifier: Apache-2.0
import type { AccessDecision, AccessNeed } from '../identity/access.js';
import type { Principal } from '../identity/principal.js';
import type { RecordBundle } from '../ports/event-log.js';
import type { StateEntry } from '../ports/state-store.js';
import type { JsonObject, RecordResource } from '../record/types.js';
import type { WireRequest } from '../wire/http.js';
import type { ServiceModel } from '../wire/service-model.js';

/**
 * State as one call sees it: reads come from the folded state (and from the call's own writes), writes are kept and
 * travel in the same log entry as the call's record, each expecting the revision that the call read. When another
 * call was faster, the handler is run again from the start, so it must not have other effects.
 */
export interface CallState {
  get<T>(key: string): T | undefined;
  list<T>(prefix: string, options?: { readonly after?: string; readonly limit?: number }): StateEntry<T>[];
  put(key: string, value: unknown): void;
  delete(key: string): void;
}

/** What a handler tells the record beyond what follows from input and output. All of it is optional. */
export interface AuditNotes {
  resources: RecordResource[];
  additionalEventData: JsonObject;
  /** Instead of the record's view of the input. */
  requestParameters?: JsonObject | null;
  /** Instead of the record's view of the output. */
  responseElements?: JsonObject | null;
  /** Other accounts whose resource or role the call is about: the record is in their trails too, under one sharedEventID. */
  sharedWith?: Set<string>;
  /** Events that the call brings, besides being one (PutAuditEvents): they are appended with it when it succeeds. */
  events?: RecordBundle;
}

export interface Call {
  readonly requestId: string;
  /** ms since the epoch. */
  readonly receivedAtMs: number;
  readonly principal: Principal;
  /** The account that the call is made in: the principal's; for an anonymous caller the resource owner's. */
  readonly accountId: string;
  /** The Region that the call is made in. */
  readonly region: string;
  readonly request: WireRequest;
  readonly state: CallState;
  readonly audit: AuditNotes;
  /** Whether the caller may do something, by all policies that have a say. */
  readonly decide: (need: AccessNeed) => AccessDecision;
  /** The same; throws the service's access-denied error, in AWS's words, when not. */
  readonly authorize: (need: AccessNeed) => void;
}

// biome-ignore lint/suspicious/noExplicitAny: each service types its handlers by the SDK's own input and output types
export type Handler<Input = any, Output = any> = (input: Input, call: Call) => Promise<Output> | Output;

export interface ParityNote {
  /** What of the operation is missing; the operation counts as "partly". */
  readonly missing: string;
}

/** A large body of a proven caller, before it is read. */
export interface LargeBody {
  readonly operation: string;
  /** What the request's address and headers say of the input. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly bytes: Uint8Array;
  readonly accountId: string;
  readonly region: string;
  /** ms since the epoch. */
  readonly receivedAtMs: number;
}

/** In whose account and Region an unsigned call is made, and by whom; without a principal: by nobody in particular. */
export interface UnsignedCaller {
  readonly accountId: string;
  readonly region: string;
  readonly principal?: Principal;
}

/** A service front: which operations it answers and how they are recorded. Thin: check, call the domain, shape the answer. */
export interface Service {
  readonly model: ServiceModel;
  /** `cloudtrail.amazonaws.com` */
  readonly eventSource: string;
  readonly handlers: Readonly<Record<string, Handler>>;
  /**
   * What a call needs to be allowed, before its handler is asked: all of it. Undefined: the handler asks by itself
   * (`call.authorize`), because only it can name the resource. An empty list: everybody may (`sts:GetCallerIdentity`).
   * Absent for the whole service: every handler asks by itself. A test walks all operations of all services.
   */
  readonly access?: (operation: string, input: never, call: Call) => readonly AccessNeed[] | undefined;
  /** The code of its access-denied error where it is not the protocol's usual one. */
  readonly accessDeniedCode?: string;
  /** Operations that are served, but not wholly. */
  readonly partly?: Readonly<Record<string, ParityNote>>;
  /**
   * The account of the resource that an unsigned request names, when it may come in without a signature (public
   * objects); undefined refuses it.
   */
  readonly anonymousAccount?: (
    operation: string,
    input: unknown,
    state: Pick<CallState, 'get'>,
  ) => string | undefined;
  /**
   * For calls of the query protocol that need no signature (confirmation links): the account and the Region that such a
   * call is made in. Undefined refuses it; a WireError refuses it in the service's words, without a record.
   */
  readonly unsigned?: (
    operation: string,
    input: object,
    state: Pick<CallState, 'get'>,
    nowMs: number,
    request: WireRequest,
  ) => UnsignedCaller | undefined | Promise<UnsignedCaller>;
  /** Tags of a resource that access needs do not bring as `aws:ResourceTag/…`: for enriched events alone. */
  readonly resourceTags?: (
    arn: string,
    state: Pick<CallState, 'get'>,
  ) => Readonly<Record<string, string>> | undefined;
  /**
   * Reads a large body beside the main thread. It resolves to the whole input, complete as the model wants it, or to the bytes,
   * where they are to be read as usual after all; undefined: they are read as usual. It may take the bytes away.
   */
  readonly readBeside?: (
    body: LargeBody,
  ) =>
    | Promise<{ readonly input: Readonly<Record<string, unknown>> } | { readonly bytes: Uint8Array }>
    | undefined;
  /** Turns an error of a port into the service's own words; what it does not know it gives back. */
  readonly translateError?: (error: unknown) => unknown;
}
