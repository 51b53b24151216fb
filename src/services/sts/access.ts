// SPDX-License-Identifier: Apache-2.0
import type { AccessNeed } from '../../identity/access.js';
import type { Call } from '../service.js';

type Needs = (input: never, call: Call) => readonly AccessNeed[] | undefined;

const nothing: Needs = () => [];
/** The handler asks, because it knows the role and its trust policy. */
const asksItself: Needs = () => undefined;
const onEverything =
  (action: string): Needs =>
  () => [{ action, resource: '*' }];

/** Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS Security Token Service". */
const needs: Readonly<Record<string, Needs>> = {
  AssumeRole: asksItself,
  AssumeRoleWithSAML: asksItself,
  AssumeRoleWithWebIdentity: asksItself,
  AssumeRoot: asksItself,
  DecodeAuthorizationMessage: onEverything('sts:DecodeAuthorizationMessage'),
  GetAccessKeyInfo: onEverything('sts:GetAccessKeyInfo'),
  // Works even where a policy denies it. Source: STS API Reference, "GetCallerIdentity".
  GetCallerIdentity: nothing,
  GetDelegatedAccessToken: onEverything('sts:GetDelegatedAccessToken'),
  GetFederationToken: asksItself,
  // Policies cannot control it. Source: IAM User Guide, "Permissions for GetSessionToken".
  GetSessionToken: nothing,
  GetWebIdentityToken: asksItself,
};

/** What a call of STS needs to be allowed (`Service.access`). */
export function stsAccess(operation: string, input: never, call: Call): readonly AccessNeed[] | undefined {
  return needs[operation]?.(input, call);
}
