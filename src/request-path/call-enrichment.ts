// SPDX-License-Identifier: Apache-2.0
import type { AccessNeed } from '../identity/access.js';
import { principalContext, RequestContext } from '../identity/policy/request-context.js';
import { principalAccountId } from '../identity/principal.js';
import { principalPolicies } from '../identity/principal-policies.js';
import {
  type EnrichmentDemand,
  eventContextOf,
  type KnownContext,
  type ResourceTags,
} from '../record/event-context.js';
import type { RecordResource } from '../record/types.js';
import type { Service } from '../services/service.js';
import { type Asking, callContext, resourceContext } from './call-context.js';

/** A call, with what it asked to be allowed. */
interface AskedNeeds {
  readonly service: Pick<Service, 'resourceTags'>;
  readonly asking: Asking;
  readonly needs: readonly AccessNeed[];
}

const resourceTag = 'aws:ResourceTag/';
const requestTag = 'aws:RequestTag/';

/** What all events of one call may have as their context; the objects of DeleteObjects are a thousand events. */
const callBytesMax = 8 * 1024 * 1024;

/**
 * The event context of a call's records. The condition keys are those that the call was authorised with. Another account's
 * copy of an event has the tags of its own resources, and nothing of who called.
 * Source: CloudTrail User Guide, "Enrich CloudTrail events by adding resource tag keys and IAM global condition keys".
 */
export class CallEnrichment {
  readonly #asked: AskedNeeds;
  #requestKeys: KnownContext['request'] | undefined;
  #bytesLeft = callBytesMax;

  /**
   * @param state as the call sees it
   * @param needs everything that the call asked to be allowed
   */
  constructor(
    call: Omit<Asking, 'state' | 'receivedAtMs'> & { readonly service: Pick<Service, 'resourceTags'> },
    state: Asking['state'],
    needs: readonly AccessNeed[],
  ) {
    const { service, principal, accountId, region, request } = call;
    const { receivedAtMs } = request;
    const asking = { principal, accountId, region, request, receivedAtMs, state };
    this.#asked = { service, asking, needs };
  }

  /**
   * @param accountId whose copy of the event it is
   * @param ofResourcesAlone leave out the tags of whatever else the call was about
   * @returns JSON; undefined where nothing is wanted
   */
  contextFor(
    accountId: string,
    demand: EnrichmentDemand,
    resources: readonly RecordResource[],
    ofResourcesAlone: boolean,
  ): string | undefined {
    if (this.#bytesLeft <= 0 || (demand.requestKeys.length === 0 && demand.tagKeys.length === 0))
      return undefined;
    const isOwn = accountId === this.#asked.asking.accountId;
    const tagged = demand.tagKeys.length === 0 ? [] : tagsOf(this.#asked, accountId, resources);
    const arns = new Set(resources.map(({ ARN: arn }) => arn));
    const context = eventContextOf(
      {
        request: isOwn ? this.#keys() : noKeys,
        resources: ofResourcesAlone ? tagged.filter(({ arn }) => arns.has(arn)) : tagged,
      },
      demand,
    );
    const json = JSON.stringify(context);
    this.#bytesLeft -= json.length;
    return json;
  }

  #keys(): KnownContext['request'] {
    this.#requestKeys ??= requestKeysOf(this.#asked);
    return this.#requestKeys;
  }
}

const noKeys: KnownContext['request'] = new Map();

/** Condition keys in lower case. Of a call with several needs what the first says of its resource counts. */
function requestKeysOf({ asking, needs }: AskedNeeds): KnownContext['request'] {
  const { principal, state, receivedAtMs } = asking;
  const owner = needs[0]?.resourceAccountId ?? principalAccountId(principal) ?? asking.accountId;
  const context = new RequestContext(
    callContext(asking),
    resourceContext(owner, state),
    needs[0]?.context ?? {},
    principalPolicies(principal, state).context ?? {},
    principalContext(principal, receivedAtMs),
  );
  return new Map(context.entries());
}

function tagsOf(
  { service, asking, needs }: AskedNeeds,
  accountId: string,
  resources: readonly RecordResource[],
): ResourceTags[] {
  const found = new Map<string, Record<string, string>>();
  for (const need of needs) {
    if ((need.resourceAccountId ?? asking.accountId) !== accountId) continue;
    const arn = need.resource.includes('*') ? arnMadeBy(need, resources) : need.resource;
    const prefix = need.resource.includes('*') ? requestTag : resourceTag;
    const tags = tagsIn(need, prefix);
    if (arn !== undefined && Object.keys(tags).length > 0) found.set(arn, tags);
  }
  for (const { ARN: arn, accountId: owner } of resources) {
    if (arn === undefined || found.has(arn) || (owner !== undefined && owner !== accountId)) continue;
    const tags = service.resourceTags?.(arn, asking.state);
    if (tags !== undefined && Object.keys(tags).length > 0) found.set(arn, { ...tags });
  }
  return Array.from(found, ([arn, tags]) => ({ arn, tags }));
}

/** What a call made that asked for leave by a pattern, or by `*`: the one resource of the record that can be meant. */
function arnMadeBy({ resource }: AccessNeed, resources: readonly RecordResource[]): string | undefined {
  const start = resource.slice(0, resource.indexOf('*'));
  const fitting = resources.filter(({ ARN: arn }) => arn?.startsWith(start) === true);
  return fitting.length === 1 ? fitting[0]?.ARN : undefined;
}

function tagsIn({ context = {} }: AccessNeed, prefix: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(context).flatMap(([key, value]) =>
      key.startsWith(prefix) && typeof value === 'string' ? [[key.slice(prefix.length), value]] : [],
    ),
  );
}
