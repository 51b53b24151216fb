// SPDX-License-Identifier: Apache-2.0
import type { LoggedRecord } from '../../ports/event-log.js';
import { factsOf, type WrittenFacts, writeFacts } from '../../record/record-facts.js';
import { MemberScan, type ScanEnd } from './member-scan.js';

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

type Member = keyof typeof members;

const ids = Object.fromEntries(Object.keys(members).map((name, id) => [name, id])) as Readonly<
  Record<Member, number>
>;
const record = new MemberScan(members);
const identity = new MemberScan({ arn: 'front' });

let known: LoggedRecord | undefined;
let knownFacts: WrittenFacts = { factsKind: '', factsOwn: '' };

/**
 * The facts of a record. Records of older versions, and few others, come without: theirs are made from the JSON, without
 * parsing more of it than must be, and are kept until another record's are asked for.
 */
export function factsOfRecord(logged: LoggedRecord): WrittenFacts {
  if (hasFacts(logged)) return logged;
  if (logged !== known) {
    knownFacts = scanFacts(logged);
    known = logged;
  }
  return knownFacts;
}

function hasFacts(logged: LoggedRecord): logged is LoggedRecord & WrittenFacts {
  return logged.factsKind !== undefined && logged.factsOwn !== undefined;
}

function scanFacts({ json, category }: LoggedRecord): WrittenFacts {
  record.reset(json);
  identity.reset(record.text(ids.userIdentity) ?? '');
  const isOfNetwork = category === 'NetworkActivity';
  const facts = factsOf(
    {
      eventSource: record.string(ids.eventSource),
      eventName: record.string(ids.eventName),
      eventType: record.string(ids.eventType),
      errorCode: isOfNetwork ? record.string(ids.errorCode) : undefined,
      vpcEndpointId: isOfNetwork ? record.string(ids.vpcEndpointId) : undefined,
      readOnly: isTrue('readOnly'),
      sessionCredentialFromConsole:
        mayHave(json, 'sessionCredentialFromConsole') && isTrue('sessionCredentialFromConsole'),
      userIdentity: { arn: identity.string(0) },
      resources: category === 'Management' ? undefined : resources(),
    },
    category,
  );
  return writeFacts(facts);
}

/** Few records have the member, and to find that it is not there the whole record would have to be gone over. */
function mayHave(json: string, member: Member): boolean {
  // A name may be written with escapes.
  return json.includes(`"${member}"`) || json.includes('\\u');
}

function isTrue(member: Member): boolean {
  const text = record.text(ids[member]);
  return text === 'true' || text === '"true"';
}

function resources(): unknown {
  const text = record.text(ids.resources);
  return text === undefined ? undefined : JSON.parse(text);
}
