// SPDX-License-Identifier: Apache-2.0

/**
 * What enriched events have beside the record: condition keys of the request, tags of who called and of what was called upon.
 * Sources: CloudTrail User Guide, "Enrich CloudTrail events by adding resource tag keys and IAM global condition keys"; the
 * names of the members as the queries in "Create CloudTrail Lake queries from natural language prompts" ask for them.
 */
export interface EventContext {
  /** `aws:ViaAWSService` → `false`; several values where the key has several. */
  readonly requestContext: Readonly<Record<string, string | readonly string[]>>;
  readonly tagContext: {
    readonly principalTags?: Tags;
    readonly resourceTags?: readonly ResourceTags[];
  };
}

type Tags = Readonly<Record<string, string>>;

export interface ResourceTags {
  readonly arn: string;
  readonly tags: Tags;
}

/** Names of the members from `eventContext` down, as records spell them. */
export const eventContextMembers = [
  'requestContext',
  'tagContext',
  'principalTags',
  'resourceTags',
  'arn',
  'tags',
] as const;

/** What somebody wants to have in events: both lists as PutEventConfiguration took them. */
export interface ContextKeys {
  /** Global condition keys; `aws:PrincipalTag/KEY` is a tag of who calls. */
  readonly requestKeys: readonly string[];
  /** Keys of tags of resources. */
  readonly tagKeys: readonly string[];
}

/** What the event data stores want that may take an account's events of a category, all of them together. */
export interface EnrichmentDemand extends ContextKeys {
  /** Some of them take events of up to 1 MB. */
  readonly isLarge: boolean;
}

export interface EnrichmentSelection {
  /** Undefined when nobody wants anything (nearly always). Costs one look-up. */
  demandOf(accountId: string, category: string): EnrichmentDemand | undefined;
}

/** Tags of hundreds of resources (DeleteObjects) are cut here: the last ones go. */
export const contextBytesMax = 256 * 1024;

/** Headers of the caller are values too (`aws:UserAgent`, `aws:Referer`): each is cut here, in UTF-16 units. */
export const valueLengthMax = 1024;

const principalTag = 'aws:principaltag/';

/** What is known of a call, condition keys in lower case. */
export interface KnownContext {
  readonly request: ReadonlyMap<string, readonly string[]>;
  readonly resources: readonly ResourceTags[];
}

/** What of it somebody wants, within `contextBytesMax`. */
export function eventContextOf(known: KnownContext, keys: ContextKeys): EventContext {
  const requestContext: [key: string, value: string | readonly string[]][] = [];
  const principalTags: [key: string, value: string][] = [];
  for (const key of keys.requestKeys) {
    const values = known.request.get(key.toLowerCase())?.map((value) => value.slice(0, valueLengthMax));
    const [first] = values ?? [];
    if (values === undefined || first === undefined) continue;
    if (key.toLowerCase().startsWith(principalTag))
      principalTags.push([key.slice(principalTag.length), first]);
    else requestContext.push([key, values.length === 1 ? first : values]);
  }
  const resourceTags = known.resources
    .map(({ arn, tags }) => ({ arn, tags: only(tags, keys.tagKeys) }))
    .filter(({ tags }) => Object.keys(tags).length > 0);
  return contextWith(
    Object.fromEntries(requestContext),
    Object.fromEntries(principalTags),
    withinBytes(resourceTags),
  );
}

/** The part of a wider context that is of some keys alone: what is in the log, for one event data store. */
export function narrowedContext(context: EventContext, { requestKeys, tagKeys }: ContextKeys): EventContext {
  const asked = new Set(requestKeys.map((key) => key.toLowerCase()));
  const { principalTags = {}, resourceTags = [] } = context.tagContext;
  return contextWith(
    Object.fromEntries(
      Object.entries(context.requestContext).filter(([key]) => asked.has(key.toLowerCase())),
    ),
    Object.fromEntries(
      Object.entries(principalTags).filter(([key]) => asked.has(`${principalTag}${key.toLowerCase()}`)),
    ),
    resourceTags
      .map(({ arn, tags }) => ({ arn, tags: only(tags, tagKeys) }))
      .filter(({ tags }) => Object.keys(tags).length > 0),
  );
}

/** The record's JSON with the context as its last member. */
export function withEventContext(recordJson: string, context: EventContext): string {
  const end = recordJson.lastIndexOf('}');
  return `${recordJson.slice(0, end)},"eventContext":${JSON.stringify(context)}}`;
}

function contextWith(
  requestContext: EventContext['requestContext'],
  principalTags: Tags,
  resourceTags: readonly ResourceTags[],
): EventContext {
  return {
    requestContext,
    tagContext: {
      ...(Object.keys(principalTags).length === 0 ? undefined : { principalTags }),
      ...(resourceTags.length === 0 ? undefined : { resourceTags }),
    },
  };
}

/** Tag keys are case-sensitive. */
function only(tags: Tags, keys: readonly string[]): Tags {
  return Object.fromEntries(
    keys.flatMap((key) => (Object.hasOwn(tags, key) ? [[key, tags[key] as string]] : [])),
  );
}

function withinBytes(resources: readonly ResourceTags[]): readonly ResourceTags[] {
  let bytes = 0;
  const end = resources.findIndex((each) => {
    bytes += Buffer.byteLength(JSON.stringify(each)) + 1;
    return bytes > contextBytesMax;
  });
  return end < 0 ? resources : resources.slice(0, end);
}
