// SPDX-License-Identifier: Apache-2.0
import {
  type GroupDocument,
  groupArn,
  groupKey,
  type PolicyAttachment,
  type RoleDocument,
  roleArn,
  roleKey,
  type UserDocument,
  userArn,
  userKey,
} from '../../../identity/iam-documents.js';
import type { CallState } from '../../service.js';
import { noSuchEntity } from './iam-error.js';
import { longNameRule, roleNameRule, type TextRule, verifyName } from './input-rules.js';

/** Whom policies hang on. */
export type EntityKind = PolicyAttachment['kind'];

export interface EntityDocuments {
  readonly user: UserDocument;
  readonly group: GroupDocument;
  readonly role: RoleDocument;
}

/** A user, group or role as it is in state. */
export interface Entity<Kind extends EntityKind = EntityKind> {
  readonly kind: Kind;
  readonly key: string;
  /** As its document spells it, whatever the request wrote. */
  readonly name: string;
  readonly id: string;
  readonly arn: string;
  readonly document: EntityDocuments[Kind];
}

interface KindFacts<Kind extends EntityKind> {
  readonly keyOf: (accountId: string, name: string) => string;
  readonly arnOf: (document: EntityDocuments[Kind]) => string;
  readonly nameOf: (document: EntityDocuments[Kind]) => string;
  readonly idOf: (document: EntityDocuments[Kind]) => string;
  readonly nameRule: TextRule;
}

const facts: { readonly [Kind in EntityKind]: KindFacts<Kind> } = {
  user: {
    keyOf: userKey,
    arnOf: userArn,
    nameOf: ({ userName }) => userName,
    idOf: ({ userId }) => userId,
    nameRule: longNameRule,
  },
  group: {
    keyOf: groupKey,
    arnOf: groupArn,
    nameOf: ({ groupName }) => groupName,
    idOf: ({ groupId }) => groupId,
    nameRule: longNameRule,
  },
  role: {
    keyOf: roleKey,
    arnOf: roleArn,
    nameOf: ({ roleName }) => roleName,
    idOf: ({ roleId }) => roleId,
    nameRule: roleNameRule,
  },
};

type ReadsState = Pick<CallState, 'get'>;

/** Undefined when there is none of that name. */
export function findEntity<Kind extends EntityKind>(
  state: ReadsState,
  accountId: string,
  kind: Kind,
  name: string,
): Entity<Kind> | undefined {
  const { keyOf, arnOf, nameOf, idOf } = facts[kind] as KindFacts<Kind>;
  // Longer than any name: no key of state.
  if (name.length > 128) return undefined;
  const key = keyOf(accountId, name);
  const document = state.get<EntityDocuments[Kind]>(key);
  if (document === undefined) return undefined;
  return { kind, key, document, name: nameOf(document), id: idOf(document), arn: arnOf(document) };
}

/** Throws ValidationError for what is no name, NoSuchEntity for a name that nobody has. */
export function openEntity<Kind extends EntityKind>(
  state: ReadsState,
  accountId: string,
  kind: Kind,
  name: string,
): Entity<Kind> {
  verifyName(`${kind}Name`, name, facts[kind].nameRule);
  const entity = findEntity(state, accountId, kind, name);
  if (entity === undefined) throw noSuchEntity(`The ${kind} with name ${name} cannot be found.`);
  return entity;
}

/** The member by which requests name an entity of a kind: `UserName`. */
export const nameMembers = { user: 'UserName', group: 'GroupName', role: 'RoleName' } as const;

/** What a request calls the entity of a kind that it is about. */
export function nameIn(kind: EntityKind, input: object): string {
  return String((input as Readonly<Record<string, unknown>>)[nameMembers[kind]] ?? '');
}
