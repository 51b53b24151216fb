// SPDX-License-Identifier: Apache-2.0
import { MalformedPolicyError } from '../policy/malformed-policy-error.js';
import { parsePolicy } from '../policy/parse-policy.js';
import type { Policy } from '../policy/policy.js';

/** Operations of policies that members may be given. Source: Organizations User Guide, "Supported actions for delegated administrators". */
const delegatableActions: ReadonlySet<string> = new Set([
  'attachpolicy',
  'createpolicy',
  'deletepolicy',
  'detachpolicy',
  'disablepolicytype',
  'enablepolicytype',
  'tagresource',
  'untagresource',
  'updatepolicy',
]);

interface Problem {
  readonly reason:
    | 'INVALID_RESOURCE_POLICY_JSON'
    | 'UNSUPPORTED_ACTION_IN_RESOURCE_POLICY'
    | 'INVALID_PRINCIPAL';
  readonly message: string;
}

/** What is wrong with an organization's resource policy; undefined when nothing is. */
export function resourcePolicyProblem(content: string): Problem | undefined {
  let policy: Policy;
  try {
    policy = parsePolicy(content, 'resource');
  } catch (error) {
    if (!(error instanceof MalformedPolicyError)) throw error;
    return { reason: 'INVALID_RESOURCE_POLICY_JSON', message: error.message };
  }
  if (policy.statements.some(({ principals }) => principals === undefined))
    return { reason: 'INVALID_PRINCIPAL', message: 'Every statement must have a Principal.' };
  for (const { actions, effect } of policy.statements) {
    const wrong = actions.patterns.find(({ source }) => !isDelegatable(source));
    if (effect === 'Allow' && (actions.inverted || wrong !== undefined))
      return {
        reason: 'UNSUPPORTED_ACTION_IN_RESOURCE_POLICY',
        message: `The resource policy has an action that cannot be delegated: ${wrong?.source.slice(0, 128) ?? 'NotAction'}.`,
      };
  }
  return undefined;
}

/** Reading, and the policies' operations; a wildcard stands for those of them that it matches. */
function isDelegatable(action: string): boolean {
  const [service, name = ''] = action.toLowerCase().split(':');
  if (service !== 'organizations') return false;
  return /^(describe|list)/.test(name) || name.includes('*') || delegatableActions.has(name);
}

const compiled = new Map<string, Policy | 'unreadable'>();
/** Each text is some kilobytes; there is one an organization. */
const compiledMax = 100;

/** Compiled once for each text. */
export function compiledResourcePolicy(content: string): Policy | 'unreadable' {
  const known = compiled.get(content);
  if (known !== undefined) return known;
  let policy: Policy | 'unreadable';
  try {
    policy = parsePolicy(content, 'resource');
  } catch (error) {
    if (!(error instanceof MalformedPolicyError)) throw error;
    policy = 'unreadable';
  }
  if (compiled.size >= compiledMax) compiled.clear();
  compiled.set(content, policy);
  return policy;
}
