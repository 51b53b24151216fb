// SPDX-License-Identifier: Apache-2.0
import type {
  ListPoliciesGrantingServiceAccessRequest,
  ListPoliciesGrantingServiceAccessResponse,
  PolicyGrantingServiceAccess,
} from '@aws-sdk/client-iam';
import { parsePolicy } from '../../../identity/policy/parse-policy.js';
import { matchPolicyText } from '../../../identity/policy/policy-text.js';
import type { Handler } from '../../service.js';
import { InputRules } from '../shared/input-rules.js';
import { itemSource, pageOf } from '../shared/page-of.js';
import { type HangingPolicy, openEntityByArn, policiesOf } from './policies-of.js';

/** Source: IAM API Reference, "ListPoliciesGrantingServiceAccess" (ServiceNamespaces). */
const namespacesMax = 200;

/** Which policies of somebody allow anything of a service, whatever denies, boundaries and organizations say. */
export const listPoliciesGrantingServiceAccess: Handler<
  ListPoliciesGrantingServiceAccessRequest,
  ListPoliciesGrantingServiceAccessResponse
> = (input, { state, accountId }) => {
  const namespaces = input.ServiceNamespaces ?? [];
  new InputRules()
    .list('serviceNamespaces', namespaces, namespacesMax, { min: 1, max: 64, pattern: String.raw`[\w-]*` })
    .verify();
  const entity = openEntityByArn(state, accountId, 'arn', input.Arn ?? '');
  const policies = policiesOf(state, accountId, entity);
  const { items, end } = pageOf(
    itemSource(Array.from(new Set(namespaces)), (namespace) => namespace),
    input,
  );
  return {
    PoliciesGrantingServiceAccess: items.map((namespace) => ({
      ServiceNamespace: namespace,
      Policies: policies.filter(({ text }) => grants(text, namespace)).map(toAnswer),
    })),
    ...end,
  };
};

/** Whether a statement allows some action of the service, on whatever resource and condition. */
function grants(text: string, namespace: string): boolean {
  const { statements } = parsePolicy(text, 'identity', { isStored: true });
  return statements.some(({ effect, actions: { inverted, patterns } }) => {
    if (effect !== 'Allow') return false;
    const vendors = patterns.map(({ source }) => source.split(':', 1)[0]?.toLowerCase() ?? '');
    const isOfService = vendors.map((vendor) => vendor === '*' || vendor === namespace.toLowerCase());
    // What NotAction leaves out is less than a whole service, unless it says so.
    return inverted
      ? !patterns.some((pattern) => matchesWholeService(pattern, namespace))
      : isOfService.includes(true);
  });
}

function matchesWholeService(pattern: Parameters<typeof matchPolicyText>[0], namespace: string): boolean {
  return (
    matchPolicyText(pattern, `${namespace}:*`, () => undefined, true) === 'yes' && /\*$/.test(pattern.source)
  );
}

function toAnswer({ name, arn, kind, entityName }: HangingPolicy): PolicyGrantingServiceAccess {
  if (arn !== undefined) return { PolicyName: name, PolicyType: 'MANAGED', PolicyArn: arn };
  const EntityType = ({ user: 'USER', group: 'GROUP', role: 'ROLE' } as const)[kind];
  return { PolicyName: name, PolicyType: 'INLINE', EntityType, EntityName: entityName };
}
