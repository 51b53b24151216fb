// SPDX-License-Identifier: Apache-2.0
import type { ContextValues } from '../identity/policy/request-context.js';
import { organizationOf } from '../identity/service-control-policies.js';
import type { Call } from '../services/service.js';

/** Who calls, from where, on what state: all that a decision needs of a call. */
export type Asking = Pick<Call, 'principal' | 'accountId' | 'region' | 'request' | 'receivedAtMs' | 'state'>;

/**
 * The global condition keys that every call has, whatever it does; those of the principal come with the principal. Calls
 * come over the network and never from within a VPC, so `aws:SourceVpc`, `aws:SourceVpce` and `aws:VpcSourceIp` are absent.
 * `aws:CalledVia` is there for what a service does for a caller in another service's words (Athena reading objects).
 * Source: IAM User Guide, "AWS global condition context keys".
 */
export function callContext({ principal, region, request, receivedAtMs }: Asking): ContextValues {
  const { 'user-agent': userAgent, referer } = request.headers;
  return {
    'aws:CurrentTime': new Date(receivedAtMs).toISOString(),
    'aws:EpochTime': String(Math.floor(receivedAtMs / 1000)),
    'aws:SecureTransport': String(request.tls !== undefined),
    'aws:RequestedRegion': region,
    ...viaContext(request.invokedBy),
    ...(principal.kind === 'service' ? {} : { 'aws:SourceIp': request.sourceIp }),
    ...(userAgent === undefined ? {} : { 'aws:UserAgent': userAgent }),
    ...(referer === undefined ? {} : { 'aws:Referer': referer }),
  };
}

/** Source: the same page, "aws:CalledVia", "aws:CalledViaFirst", "aws:CalledViaLast", "aws:ViaAWSService". */
function viaContext(service: string | undefined): ContextValues {
  if (service === undefined) return { 'aws:ViaAWSService': 'false' };
  return {
    'aws:ViaAWSService': 'true',
    'aws:CalledVia': [service],
    'aws:CalledViaFirst': service,
    'aws:CalledViaLast': service,
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
