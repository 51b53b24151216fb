// SPDX-License-Identifier: Apache-2.0
import type { OrganizationDocument } from '../organization-documents.js';

/** Random characters of an alphabet, `length` of them. Handlers may be run again, and tests want ids that they know. */
export type RandomText = (length: number, alphabet: string) => string;

const digits = '0123456789';
const lowerLetters = 'abcdefghijklmnopqrstuvwxyz';
const lower = `${lowerLetters}${digits}`;

/** Source: Organizations API Reference, patterns of the data types' ids. */
export const newOrganizationId = (random: RandomText): string => `o-${random(10, lower)}`;
export const newRootId = (random: RandomText): string => `r-${random(4, lower)}`;
export const newPolicyId = (random: RandomText): string => `p-${random(8, lower)}`;
export const newHandshakeId = (random: RandomText): string => `h-${random(32, lower)}`;
export const newCreateAccountId = (random: RandomText): string => `car-${random(32, '0123456789abcdef')}`;
/** `ou-`, the root's characters, and some of its own. */
export const newUnitId = (rootId: string, random: RandomText): string =>
  `ou-${rootId.slice(2)}-${random(8, lower)}`;
/** The first digit is never 0: some tools take account ids for numbers. */
export const newAccountId = (random: RandomText): string => random(1, '123456789') + random(11, digits);

export const isAccountId = (id: string): boolean => /^\d{12}$/.test(id);
export const isRootId = (id: string): boolean => /^r-[0-9a-z]{4,32}$/.test(id);
export const isUnitId = (id: string): boolean => /^ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}$/.test(id);
export const isParentId = (id: string): boolean => isRootId(id) || isUnitId(id);
export const isTargetId = (id: string): boolean => isParentId(id) || isAccountId(id);
export const isPolicyId = (id: string): boolean => /^p-[0-9a-zA-Z_]{8,128}$/.test(id);
export const isHandshakeId = (id: string): boolean => /^h-[0-9a-z]{8,32}$/.test(id);
export const isCreateAccountId = (id: string): boolean => /^car-[a-z0-9]{8,32}$/.test(id);

type Owner = Pick<OrganizationDocument, 'organizationId' | 'managementAccountId'>;

/** All ARNs name the management account. Source: Service Authorization Reference, "AWS Organizations". */
const arn = ({ managementAccountId }: Owner, rest: string): string =>
  `arn:aws:organizations::${managementAccountId}:${rest}`;

export const organizationArn = (of: Owner): string => arn(of, `organization/${of.organizationId}`);
export const accountArn = (of: Owner, accountId: string): string =>
  arn(of, `account/${of.organizationId}/${accountId}`);
export const rootArn = (of: Owner, rootId: string): string => arn(of, `root/${of.organizationId}/${rootId}`);
export const unitArn = (of: Owner, unitId: string): string => arn(of, `ou/${of.organizationId}/${unitId}`);
export const handshakeArn = (of: Owner, action: string, id: string): string =>
  arn(of, `handshake/${of.organizationId}/${action.toLowerCase()}/${id}`);
export const resourcePolicyArn = (of: Owner, id: string): string =>
  arn(of, `resourcepolicy/${of.organizationId}/${id}`);
/** An organization has one resource policy; its id follows from the organization's. */
export const resourcePolicyId = ({ organizationId }: Pick<OrganizationDocument, 'organizationId'>): string =>
  `rp-${organizationId.slice(2)}`;

export function policyArn(of: Owner, type: string, id: string, isAwsManaged: boolean): string {
  const kind = type.toLowerCase();
  return isAwsManaged
    ? `arn:aws:organizations::aws:policy/${kind}/${id}`
    : arn(of, `policy/${of.organizationId}/${kind}/${id}`);
}

/** ARN of what an id names: root, unit or account. */
export function targetArn(of: Owner, id: string): string {
  if (isRootId(id)) return rootArn(of, id);
  return isUnitId(id) ? unitArn(of, id) : accountArn(of, id);
}
