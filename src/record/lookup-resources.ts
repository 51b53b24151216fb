// SPDX-License-Identifier: Apache-2.0
import { MemberTable } from './member-table.js';
import { byPrefix, type RuleTable, type ServiceRules } from './resource-rules.js';
import { ec2IdTypes, ec2Rules } from './resource-rules-ec2.js';
import { identityRules } from './resource-rules-identity.js';
import { managementRules } from './resource-rules-management.js';
import { storageRules } from './resource-rules-storage.js';
import type { JsonValue } from './types.js';

/**
 * The `Resources` of LookupEvents: resources that a call's parameters and answer name, then those of the record's own
 * `resources` element, by ARN. One thing may so appear by name and by ARN, as in AWS's answers.
 * Sources: LookupEvents API Reference (Resource), the user guide's list of resource types that the event history
 * supports, and recorded answers.
 */
export interface LookupResource {
  readonly type?: string;
  readonly name?: string;
}

/** A call may name thousands (TerminateInstances takes 1,000 ids); more than this are not looked up by anybody. */
export const lookupResourcesMax = 1000;

/** One compiled rule: the top-level member, the path below it, and the type. */
interface Rule {
  readonly member: number;
  readonly path: readonly string[];
  readonly type: string;
}

interface CompiledRules {
  readonly request: readonly Rule[];
  readonly response: readonly Rule[];
  readonly only: ((eventName: string) => boolean) | undefined;
}

/** Reads one top-level member of requestParameters or responseElements; undefined where there is none. */
export type MemberReader = (member: number) => JsonValue | undefined;

const allRules: RuleTable = { ...ec2Rules, ...identityRules, ...storageRules, ...managementRules };

function topMembers(side: 'request' | 'response'): MemberTable {
  const paths = Object.values(allRules).flatMap((rules) =>
    [rules].flat().flatMap((one: ServiceRules) => Object.keys(one[side] ?? {})),
  );
  return new MemberTable(paths.map((path) => splitPath(path)[0]!));
}

/** The members of requestParameters and of responseElements that some rule looks at. */
export const requestMembers = topMembers('request');
export const responseMembers = topMembers('response');

const compiled = new Map<string, readonly CompiledRules[]>(
  Object.entries(allRules).map(([eventSource, rules]) => [
    eventSource,
    [rules].flat().map((one: ServiceRules) => ({
      request: compile(one.request, requestMembers),
      response: compile(one.response, responseMembers),
      only: one.only,
    })),
  ]),
);

function compile(paths: Readonly<Record<string, string>> = {}, table: MemberTable): readonly Rule[] {
  return Object.entries(paths).map(([path, type]) => {
    const [top, ...rest] = splitPath(path);
    return { member: table.findName(top!), path: rest, type };
  });
}

/** `a[].b` → a, [], b */
function splitPath(path: string): string[] {
  return path.replaceAll('[]', '.[]').split('.');
}

export interface CallParts {
  readonly eventSource: string;
  readonly eventName: string;
  readonly request: MemberReader;
  readonly response: MemberReader;
  /** The record's `resources` element as parsed, whatever it is. */
  readonly recordResources: () => JsonValue | undefined;
}

const none: readonly LookupResource[] = [];

export function lookupResourcesOf(call: CallParts): readonly LookupResource[] {
  const found = new FoundResources();
  for (const rules of compiled.get(call.eventSource) ?? []) {
    if (rules.only !== undefined && !rules.only(call.eventName)) continue;
    applyRules(rules.request, call.request, found);
    applyRules(rules.response, call.response, found);
  }
  addRecordResources(call.recordResources(), found);
  return found.list ?? none;
}

class FoundResources {
  list: LookupResource[] | undefined;

  add(type: string | undefined, name: string): void {
    this.list ??= [];
    if (name === '' || this.list.length >= lookupResourcesMax) return;
    if (this.list.some((one) => one.name === name && one.type === type)) return;
    this.list.push(type === undefined ? { name } : { type, name });
  }
}

function applyRules(rules: readonly Rule[], read: MemberReader, found: FoundResources): void {
  for (const rule of rules) {
    const value = read(rule.member);
    if (value !== undefined) addAt(value, rule.path, 0, rule.type, found);
  }
}

function addAt(
  value: JsonValue | undefined,
  path: readonly string[],
  at: number,
  type: string,
  found: FoundResources,
): void {
  if (at === path.length) addNames(value, type, found);
  else if (path[at] === '[]') {
    if (Array.isArray(value)) for (const element of value) addAt(element, path, at + 1, type, found);
  } else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    if (Object.hasOwn(value, path[at]!)) addAt(value[path[at]!], path, at + 1, type, found);
  }
}

function addNames(value: JsonValue | undefined, type: string, found: FoundResources): void {
  if (typeof value === 'string')
    found.add(type === byPrefix ? ec2IdTypes[value.slice(0, value.indexOf('-'))] : type, value);
  else if (Array.isArray(value))
    for (const one of value) if (typeof one === 'string') addNames(one, type, found);
}

function addRecordResources(resources: JsonValue | undefined, found: FoundResources): void {
  if (!Array.isArray(resources)) return;
  for (const one of resources) {
    if (typeof one !== 'object' || one === null || Array.isArray(one)) continue;
    // S3 data events on many objects give an `ARNPrefix` in place of the ARN.
    const name = firstString(one.ARN, one.arn, one.ARNPrefix);
    if (name !== undefined) found.add(firstString(one.type, one.resourceType), name);
  }
}

function firstString(...values: (JsonValue | undefined)[]): string | undefined {
  for (const value of values) if (typeof value === 'string') return value;
  return undefined;
}
