// SPDX-License-Identifier: Apache-2.0
import type { ContextEntry } from '@aws-sdk/client-iam';
import { type UserDocument, userArn } from '../../../identity/iam-documents.js';
import type { ContextValues } from '../../../identity/policy/request-context.js';
import type { UserPrincipal } from '../../../identity/principal.js';
import type { CallState } from '../../service.js';
import { findEntity } from '../shared/entity.js';
import { invalidInput } from '../shared/iam-error.js';
import { InputRules } from '../shared/input-rules.js';

/** What both simulations are asked with. */
export interface SimulationInput {
  readonly ActionNames: readonly string[] | undefined;
  readonly ResourceArns?: readonly string[] | undefined;
  readonly ResourcePolicy?: string | undefined;
  readonly ResourceOwner?: string | undefined;
  readonly CallerArn?: string | undefined;
  readonly ContextEntries?: readonly ContextEntry[] | undefined;
  readonly ResourceHandlingOption?: string | undefined;
  readonly PermissionsBoundaryPolicyInputList?: readonly string[] | undefined;
  readonly MaxItems?: number | undefined;
  readonly Marker?: string | undefined;
}

/** One action is weighed on so many resources in a call at most. */
const resourcesMax = 1000;

/** Throws ValidationError or InvalidInput. */
export function verifySimulationInput(input: SimulationInput): void {
  const actions = input.ActionNames ?? [];
  new InputRules()
    .list('actionNames', actions, undefined, { min: 3, max: 128 })
    .list('resourceArns', input.ResourceArns, undefined, { min: 1, max: 2048 })
    .text('resourceOwner', input.ResourceOwner, { min: 1, max: 2048 })
    .text('callerArn', input.CallerArn, { min: 1, max: 2048 })
    .text('resourceHandlingOption', input.ResourceHandlingOption, { min: 1, max: 64 })
    .verify();
  const wrong = actions.find((action) => !/^[A-Za-z0-9.-]+:[\w-]+$/.test(action));
  if (wrong !== undefined) throw invalidInput(`Invalid Action Name: ${wrong}`);
  if ((input.ResourceArns?.length ?? 0) > resourcesMax)
    throw invalidInput(`A simulation can include up to ${resourcesMax} resources.`);
  const notResource = input.ResourceArns?.find(
    (arn) => arn !== '*' && !/^arn:[^:]*(?::[^:]*){3}:./.test(arn),
  );
  if (notResource !== undefined) throw invalidInput(`Invalid Resource ARN: ${notResource}`);
  if ((input.PermissionsBoundaryPolicyInputList?.length ?? 0) > 1)
    throw invalidInput('A simulation can include only one permissions boundary.');
}

/** The account that owns what the ARN does not say: `arn:aws:iam::111122223333:root`. Throws InvalidInput. */
export function ownerAccount(resourceOwner: string | undefined): string | undefined {
  if (resourceOwner === undefined) return undefined;
  const accountId = /^arn:aws:iam::(\d{12}):root$/.exec(resourceOwner)?.[1];
  if (accountId === undefined) throw invalidInput(`Invalid Resource Owner: ${resourceOwner}`);
  return accountId;
}

/** The account in a resource's ARN. */
export function accountInArn(arn: string): string | undefined {
  const accountId = arn.split(':', 5)[4];
  return accountId !== undefined && /^\d{12}$/.test(accountId) ? accountId : undefined;
}

/** The user who is to be the caller; of another account only the ARN is known. Throws InvalidInput. */
export function callerByArn(state: Pick<CallState, 'get'>, accountId: string, arn: string): UserPrincipal {
  const [, account, name] =
    /^arn:aws:iam::(\d{12}):user\/(?:[\x21-\x7e]*\/)?([\w+=,.@-]{1,64})$/.exec(arn) ?? [];
  if (account === undefined || name === undefined) throw invalidInput(`Invalid Caller ARN: ${arn}`);
  const known = account === accountId ? findEntity(state, accountId, 'user', name) : undefined;
  if (known?.arn === arn) return userCaller(known.document);
  return { kind: 'user', accountId: account, userName: name, userId: '', arn, accessKeyId: '' };
}

export function userCaller(user: UserDocument): UserPrincipal {
  const { accountId, userName, userId } = user;
  return { kind: 'user', accountId, userName, userId, arn: userArn(user), accessKeyId: '' };
}

const keyTypes = ['string', 'numeric', 'boolean', 'ip', 'binary', 'date'].flatMap((type) => [
  type,
  `${type}List`,
]);
const isOfType: Readonly<Record<string, (value: string) => boolean>> = {
  numeric: (value) => value.trim() !== '' && Number.isFinite(Number(value)),
  boolean: (value) => /^(?:true|false)$/i.test(value),
  date: (value) => /^\d+$/.test(value) || !Number.isNaN(Date.parse(value)),
  ip: (value) => /^[0-9A-Fa-f:.]+(?:\/\d{1,3})?$/.test(value),
  binary: (value) => /^[A-Za-z0-9+/]*={0,2}$/.test(value),
};

/** Throws ValidationError, or InvalidInput for values that are none of their type. */
export function contextOfEntries(entries: readonly ContextEntry[] | undefined): ContextValues {
  const rules = new InputRules();
  (entries ?? []).forEach(({ ContextKeyName, ContextKeyType }, at) => {
    const member = `contextEntries.${at + 1}.member`;
    rules.text(`${member}.contextKeyName`, ContextKeyName, { min: 5, max: 256 });
    rules.oneOf(`${member}.contextKeyType`, ContextKeyType, keyTypes);
  });
  rules.verify();
  return Object.fromEntries((entries ?? []).map((entry) => [entry.ContextKeyName ?? '', valuesOf(entry)]));
}

function valuesOf({
  ContextKeyName = '',
  ContextKeyType = 'string',
  ContextKeyValues = [],
}: ContextEntry): string[] {
  const isOne = isOfType[ContextKeyType.replace(/List$/, '')] ?? (() => true);
  if (!ContextKeyValues.every(isOne))
    throw invalidInput(`Invalid value for context key ${ContextKeyName} of type ${ContextKeyType}.`);
  if (!ContextKeyType.endsWith('List') && ContextKeyValues.length > 1)
    throw invalidInput(`Context key ${ContextKeyName} of type ${ContextKeyType} can have only one value.`);
  return [...ContextKeyValues];
}
