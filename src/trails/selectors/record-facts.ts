// SPDX-License-Identifier: Apache-2.0
import type { LoggedRecord } from '../../ports/event-log.js';
import { type DataResource, dataResourcesOf } from './data-resources.js';
import { MemberScan, type ScanEnd } from './member-scan.js';

/** Fields of a record that selectors test, whose members are texts of the same name. */
export type TextField = 'eventName' | 'eventSource' | 'eventType' | 'errorCode' | 'vpcEndpointId';

/** What selectors want to know of a record. */
export interface RecordFacts {
  text(field: TextField): string | undefined;
  /** `false` also for records without the member: what may have changed something counts as a write. */
  readOnly(): 'true' | 'false';
  fromConsole(): 'true' | undefined;
  userArn(): string | undefined;
  dataResources(): readonly DataResource[];
}

/** From where each member is found soonest in a record: parameters and answer of the call lie between the two. */
const members = {
  eventName: 'front',
  eventSource: 'front',
  errorCode: 'front',
  userIdentity: 'front',
  eventType: 'back',
  readOnly: 'back',
  resources: 'back',
  sessionCredentialFromConsole: 'back',
  vpcEndpointId: 'back',
} as const satisfies Record<string, ScanEnd>;

const ids = Object.fromEntries(Object.keys(members).map((name, id) => [name, id])) as Readonly<
  Record<keyof typeof members, number>
>;

/**
 * Facts of one record at a time, each found when it is first asked for, for all trails together: no part of the record's text
 * is gone over twice, and the members that are objects are parsed only for selectors that test them.
 */
class ScannedFacts implements RecordFacts {
  readonly #record = new MemberScan(members);
  readonly #identity = new MemberScan({ arn: 'front' });
  /** By the ids of members; null is not asked for yet. */
  readonly #texts = new Array<string | undefined | null>(Object.keys(members).length).fill(null);
  #userArn: string | undefined;
  #isUserKnown = false;
  #resources: readonly DataResource[] | undefined;

  reset(json: string): void {
    this.#record.reset(json);
    this.#texts.fill(null);
    this.#isUserKnown = false;
    this.#resources = undefined;
  }

  text(field: TextField): string | undefined {
    const id = ids[field];
    const known = this.#texts[id];
    if (known !== null) return known;
    const text = this.#record.string(id);
    this.#texts[id] = text;
    return text;
  }

  readOnly(): 'true' | 'false' {
    return isTrue(this.#record.text(ids.readOnly)) ? 'true' : 'false';
  }

  fromConsole(): 'true' | undefined {
    return isTrue(this.#record.text(ids.sessionCredentialFromConsole)) ? 'true' : undefined;
  }

  userArn(): string | undefined {
    if (!this.#isUserKnown) {
      const identity = this.#record.text(ids.userIdentity);
      this.#identity.reset(identity ?? '');
      this.#userArn = this.#identity.string(0);
      this.#isUserKnown = true;
    }
    return this.#userArn;
  }

  dataResources(): readonly DataResource[] {
    if (this.#resources === undefined) {
      const text = this.#record.text(ids.resources);
      const resources: unknown = text === undefined ? [] : JSON.parse(text);
      this.#resources = dataResourcesOf(resources, () => this.text('eventSource'));
    }
    return this.#resources;
  }
}

/** Records have `true` or, of old, `"true"`. */
function isTrue(text: string | undefined): boolean {
  return text === 'true' || text === '"true"';
}

const facts = new ScannedFacts();
let known: LoggedRecord | undefined;

/**
 * The facts of a record. They hold until another record's are asked for: a record is put to all selectors in turn, then
 * comes the next, so remembering one is all that is needed.
 */
export function factsOf(record: LoggedRecord): RecordFacts {
  if (record !== known) {
    facts.reset(record.json);
    known = record;
  }
  return facts;
}
