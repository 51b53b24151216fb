// SPDX-License-Identifier: Apache-2.0
import type { ContextValues } from '../identity/policy/request-context.js';
import { organizationOf } from '../identity/service-control-policies.js';
import type { Call } from '../services/service.js';

/** Who calls, from where, on what state: all that a decision needs of a call. */
export type Asking = Pick<Call, 'principal' | 'accountId' | 'region' | 'request' | 'receivedAtMs' | 'state'>;

/**
 * The global condition keys that every call has, whatever it does; those of the principal come with the principal. Calls
 * come over the network and never from within a VPC, so `aws:SourceVpc`, `aws:SourceVpce` and `aws:VpcSourceIp` are absent,
 * as is `aws:CalledVia`: what Cairn's services do for a caller they ask for in their own words.
 * Source: IAM User Guide, "AWS global condition context keys".
 */
export function callContext({ principal, region, request, receivedAtMs }: Asking): ContextValues {
  const { 'user-agent': userAgent, referer } = request.headers;
  return {
    'aws:CurrentTime': new Date(receivedAtMs).toISOString(),
    'aws:EpochTime': String(Math.floor(receivedAtMs / 1000)),
    'aws:SecureTransport': String(request.tls !== undefined),
    'aws:RequestedRegion': region,
    'aws:ViaAWSService': 'false',
    ...(principal.kind === 'service' ? {} : { 'aws:SourceIp': request.sourceIp }),
    ...(userAgent === undefined ? {} : { 'aws:UserAgent': userAgent }),
    ...(referer === undefined ? {} : { 'aws:Referer': referer }),
  };
}

/** The keys that follow from whose the resource is. Source: the same page, "Properties of the resource". */
export function resourceContext(accountId: string, state: Asking['state']): ContextValues {
  const { context } = organizationOf(accountId, state);
  return {
    'aws:ResourceAccount': accountId,
    'aws:ResourceOrgID': context['aws:PrincipalOrgID'],
    'aws:ResourceOrgPaths': context['aws:PrincipalOrgPaths'],
  };
}
