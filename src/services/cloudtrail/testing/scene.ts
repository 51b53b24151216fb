// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import type {
  AddTagsResponse,
  CreateTrailResponse,
  DeleteTrailResponse,
  DescribeTrailsResponse,
  GetEventConfigurationResponse,
  GetEventSelectorsResponse,
  GetTrailResponse,
  GetTrailStatusResponse,
  ListTagsResponse,
  ListTrailsResponse,
  LookupEventsResponse,
  PutEventConfigurationResponse,
  PutEventSelectorsResponse,
  RemoveTagsResponse,
  StartLoggingResponse,
  StopLoggingResponse,
  UpdateTrailResponse,
} from '@aws-sdk/client-cloudtrail';
import type { BucketDocument } from '../../../buckets/bucket.js';
import { bucketKey } from '../../../buckets/bucket.js';
import { ManualClock } from '../../../ports/clock.js';
import type { EventStore, LookupPage, LookupQuery } from '../../../ports/event-store.js';
import type { TrailDeliveryStatus } from '../../../trails/delivery-status.js';
import { WireError } from '../../../wire/wire-error.js';
import type { AuditNotes, Handler } from '../../service.js';
import { fakeCall, MemoryCallState, testAccountId } from '../../testing/call.js';
import { type CloudTrailDependencies, createCloudTrailService } from '../cloudtrail-service.js';
import { cloudtrailModel } from '../model.js';

export const account = testAccountId;
export const nowMs = Date.parse('2026-11-21T10:00:00Z');

/** What each operation answers, by the SDK's types. */
export interface Answers {
  AddTags: AddTagsResponse;
  CreateTrail: CreateTrailResponse;
  DeleteTrail: DeleteTrailResponse;
  DescribeTrails: DescribeTrailsResponse;
  GetEventConfiguration: GetEventConfigurationResponse;
  GetEventSelectors: GetEventSelectorsResponse;
  GetTrail: GetTrailResponse;
  GetTrailStatus: GetTrailStatusResponse;
  ListTags: ListTagsResponse;
  ListTrails: ListTrailsResponse;
  LookupEvents: LookupEventsResponse;
  PutEventConfiguration: PutEventConfigurationResponse;
  PutEventSelectors: PutEventSelectorsResponse;
  RemoveTags: RemoveTagsResponse;
  StartLogging: StartLoggingResponse;
  StopLogging: StopLoggingResponse;
  UpdateTrail: UpdateTrailResponse;
}

/** CloudTrail over a state in memory: handlers are called as the request path calls them. */
export class CloudTrailScene {
  readonly state = new MemoryCallState();
  readonly clock = new ManualClock(nowMs);
  readonly queries: LookupQuery[] = [];
  readonly statuses = new Map<string, TrailDeliveryStatus>();
  page: LookupPage | Error = { events: [] };
  audit: AuditNotes = { resources: [], additionalEventData: {} };
  readonly #handlers;

  constructor(options: Partial<CloudTrailDependencies> = {}) {
    this.addBucket('logs');
    this.#handlers = createCloudTrailService({
      model: cloudtrailModel,
      eventStore: { lookup: (query: LookupQuery) => this.#lookup(query) } as unknown as EventStore,
      clock: this.clock,
      newId: randomUUID,
      lookupWindowMs: 90 * 86_400_000,
      deliveryStatus: (arn) => this.statuses.get(arn),
      ...options,
    }).handlers;
  }

  /** A bucket that lets CloudTrail in, unless told otherwise. */
  addBucket(name: string, facts: Partial<BucketDocument> = {}): void {
    const bucket: BucketDocument = {
      name,
      accountId: account,
      region: 'us-east-1',
      createdAtMs: 1,
      objectOwnership: 'BucketOwnerEnforced',
      policy: openPolicy(name),
      ...facts,
    };
    this.state.put(bucketKey(name), bucket);
  }

  handler(operation: string): Handler {
    const handler = this.#handlers[operation];
    if (handler === undefined) throw new Error(`there is no ${operation}`);
    return handler;
  }

  async call<Name extends keyof Answers>(
    operation: Name,
    input: object = {},
    { region = 'us-east-1', accountId = account } = {},
  ): Promise<Answers[Name]> {
    const call = fakeCall({ state: this.state, accountId, region, receivedAtMs: this.clock.now() });
    this.audit = call.audit;
    return this.#handlers[operation]?.(input, call);
  }

  /** The code and message of the error that a call ends with; the code must be one of the model's. */
  async refusal(
    operation: keyof Answers,
    input: object = {},
    where: { region?: string; accountId?: string } = {},
  ): Promise<[code: string, message: string]> {
    try {
      await this.call(operation, input, where);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      if (!cloudtrailModel.errors.has(error.code) && error.status === undefined)
        throw new Error(`${error.code} is not in the model`);
      return [error.code, error.message];
    }
    throw new Error(`${operation} was not refused`);
  }

  #lookup(query: LookupQuery): Promise<LookupPage> {
    this.queries.push(query);
    return this.page instanceof Error ? Promise.reject(this.page) : Promise.resolve(this.page);
  }
}

/** Lets CloudTrail write anywhere in the bucket. */
export function openPolicy(bucket: string): string {
  const allowed = { Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' } };
  const Statement = [
    { ...allowed, Action: 's3:GetBucketAcl', Resource: `arn:aws:s3:::${bucket}` },
    { ...allowed, Action: 's3:PutObject', Resource: `arn:aws:s3:::${bucket}/*` },
  ];
  return JSON.stringify({ Version: '2012-10-17', Statement });
}
