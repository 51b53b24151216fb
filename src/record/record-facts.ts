// SPDX-License-Identifier: Apache-2.0
import { type DataResource, dataResourcesOf } from './data-resources.js';

/**
 * What many records have in common, of all that selectors of their category can test; the rest is left out, so that records
 * do not differ by it. Sources: CloudTrail API Reference, "AdvancedFieldSelector", "EventSelector".
 */
export interface RecordKind {
  readonly eventSource: string | undefined;
  readonly eventName: string | undefined;
  readonly eventType: string | undefined;
  /** Network activity only, as is the next one. */
  readonly errorCode: string | undefined;
  readonly vpcEndpointId: string | undefined;
  /** `false` also for records without the member: what may have changed something counts as a write. */
  readonly readOnly: 'true' | 'false';
  readonly sessionCredentialFromConsole: 'true' | undefined;
  /** Of the data resources, in their order; none for management events. */
  readonly resourceTypes: readonly string[];
}

/** What selectors test of one record. */
export interface RecordFacts extends RecordKind {
  readonly userArn: string | undefined;
  /** By the places of `resourceTypes`. */
  readonly resourceArns: readonly (string | undefined)[];
}

/** The members of a record that its facts come from, whatever their types are. */
export interface FactMembers {
  readonly eventSource?: unknown;
  readonly eventName?: unknown;
  readonly eventType?: unknown;
  readonly errorCode?: unknown;
  readonly vpcEndpointId?: unknown;
  readonly readOnly?: unknown;
  readonly sessionCredentialFromConsole?: unknown;
  readonly userIdentity?: unknown;
  readonly resources?: unknown;
}

export function factsOf(members: FactMembers, category: string): RecordFacts {
  const eventSource = textOf(members.eventSource);
  const isOfNetwork = category === 'NetworkActivity';
  const resources: readonly DataResource[] =
    category === 'Management' ? [] : dataResourcesOf(members.resources, () => eventSource);
  const identity = members.userIdentity;
  return {
    eventSource,
    eventName: textOf(members.eventName),
    eventType: textOf(members.eventType),
    errorCode: isOfNetwork ? textOf(members.errorCode) : undefined,
    vpcEndpointId: isOfNetwork ? textOf(members.vpcEndpointId) : undefined,
    readOnly: isTrue(members.readOnly) ? 'true' : 'false',
    sessionCredentialFromConsole: isTrue(members.sessionCredentialFromConsole) ? 'true' : undefined,
    resourceTypes: resources.map(({ type }) => type),
    userArn:
      typeof identity === 'object' && identity !== null
        ? textOf((identity as { readonly arn?: unknown }).arn)
        : undefined,
    resourceArns: resources.map(({ arn }) => arn),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Records have `true` or, of old, `"true"`. */
function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}

/**
 * Facts as they go through the log. Values are separated by spaces; one that a record lacks is empty, an empty one is `%`.
 */
export interface WrittenFacts {
  /** A `RecordKind`: the same for all records of the kind, so that who sorts them knows what to do by looking it up. */
  readonly factsKind: string;
  /** `userArn ARN ARN …` */
  readonly factsOwn: string;
}

export function writeFacts(facts: RecordFacts): WrittenFacts {
  const { eventSource, eventName, eventType, errorCode, vpcEndpointId } = facts;
  const flags = (facts.readOnly === 'true' ? 'r' : 'w') + (facts.sessionCredentialFromConsole ? 'c' : '');
  let factsKind = `${encode(eventSource)} ${encode(eventName)} ${encode(eventType)} ${encode(errorCode)} ${encode(vpcEndpointId)} ${flags}`;
  for (const type of facts.resourceTypes) factsKind += ` ${encode(type)}`;
  let factsOwn = encode(facts.userArn);
  for (const arn of facts.resourceArns) factsOwn += ` ${encode(arn)}`;
  return { factsKind, factsOwn };
}

export function readKind(kind: string): RecordKind {
  const [eventSource, eventName, eventType, errorCode, vpcEndpointId, flags = '', ...types] = kind.split(' ');
  return {
    eventSource: decode(eventSource),
    eventName: decode(eventName),
    eventType: decode(eventType),
    errorCode: decode(errorCode),
    vpcEndpointId: decode(vpcEndpointId),
    readOnly: flags.startsWith('r') ? 'true' : 'false',
    sessionCredentialFromConsole: flags.endsWith('c') ? 'true' : undefined,
    resourceTypes: types.map((type) => decode(type) ?? ''),
  };
}

export function readUserArn(own: string): string | undefined {
  const end = own.indexOf(' ');
  return decode(end < 0 ? own : own.slice(0, end));
}

/** The ARNs behind the user's. */
export function readResourceArns(own: string): (string | undefined)[] {
  const arns: (string | undefined)[] = [];
  for (let at = own.indexOf(' '); at >= 0; ) {
    const next = own.indexOf(' ', at + 1);
    arns.push(decode(next < 0 ? own.slice(at + 1) : own.slice(at + 1, next)));
    at = next;
  }
  return arns;
}

const percent = 0x25;
const space = 0x20;
const separators = /[% ]/g;
const codes: Readonly<Record<string, string>> = { '%': '%25', ' ': '%20' };

function encode(value: string | undefined): string {
  if (value === undefined) return '';
  if (value === '') return '%';
  return hasSeparator(value) ? value.replace(separators, (sign) => codes[sign] as string) : value;
}

/** Most values have none, and are short: this is several times faster than to ask the expression. */
function hasSeparator(value: string): boolean {
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code === percent || code === space) return true;
  }
  return false;
}

function decode(value: string | undefined): string | undefined {
  if (value === undefined || value === '') return undefined;
  if (!value.includes('%')) return value;
  return value === '%' ? '' : value.replace(/%2[05]/g, (code) => signs[code] as string);
}

const signs: Readonly<Record<string, string>> = { '%25': '%', '%20': ' ' };
