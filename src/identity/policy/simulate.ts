// SPDX-License-Identifier: Apache-2.0
import type { AccessQuestion, MatchedStatement, NamedPolicy, PrincipalPolicies } from '../access.js';
import type { Principal } from '../principal.js';
import { compiledPolicy } from './compiled-policy.js';
import { resourcePolicyType, weigh } from './decide-access.js';
import { gatherVerdicts, type Verdicts } from './gather-verdicts.js';
import type { MatchRequest } from './match-statement.js';
import { missingContextKeys } from './missing-context-keys.js';
import { type ContextValues, principalContext, RequestContext } from './request-context.js';
import { type StatementPosition, statementPositions } from './statement-positions.js';

/** A policy that takes part, and what answers call it. */
export interface SimulatedPolicy {
  /** `PolicyInputList.1`, the name of an inline policy, of a managed one, … */
  readonly id: string;
  readonly type: 'user' | 'group' | 'role' | 'aws-managed' | 'user-managed' | 'resource' | 'none';
  /** JSON text that `parsePolicy` took. */
  readonly document: string;
}

export interface Simulation {
  readonly identity: readonly SimulatedPolicy[];
  readonly boundary?: SimulatedPolicy;
  /** As `principalPolicies` collects them; empty or absent: not subject to any. */
  readonly serviceControl?: PrincipalPolicies['serviceControl'];
  readonly resourcePolicy?: SimulatedPolicy;
  /** The account that the resource belongs to; absent: the caller's. */
  readonly resourceAccountId?: string;
  /** Who calls; absent: nobody in particular, and no key follows from it. */
  readonly caller?: Principal;
  /** What is given wins over what follows from the caller. */
  readonly context: ContextValues;
}

/** One action on one resource. */
export interface SimulatedDecision {
  readonly action: string;
  readonly resource: string;
  readonly decision: 'allowed' | 'explicitDeny' | 'implicitDeny';
  /** An explicit Deny is named alone. */
  readonly matchedStatements: readonly SimulatedStatement[];
  /** Keys that statements about this action and resource ask for and that are not given. */
  readonly missingContextKeys: readonly string[];
  /** Absent: no SCP has a say. */
  readonly allowedByOrganizations?: boolean;
  /** Absent: there is no boundary. */
  readonly allowedByBoundary?: boolean;
}

export interface SimulatedStatement extends StatementPosition {
  readonly policyId: string;
  readonly policyType: SimulatedPolicy['type'];
}

/**
 * What the real evaluation says to an action on a resource under the given policies. Source: IAM API Reference,
 * "SimulateCustomPolicy", "EvaluationResult".
 */
export function simulate(simulation: Simulation, action: string, resource: string): SimulatedDecision {
  const named = nameAll(simulation);
  const question = toQuestion(simulation, named, action, resource);
  const request = toRequest(simulation, question);
  const verdicts = gatherVerdicts(question, request, resourcePolicyType(question));
  const decision = weigh(question, verdicts);
  const matched = decision.isAllowed ? decision.allowedBy.filter(isGrant) : decision.matched;
  return {
    action,
    resource,
    decision: decision.isAllowed ? 'allowed' : `${decision.effect}Deny`,
    matchedStatements: matched.flatMap((statement) => toStatement(statement, named)),
    missingContextKeys: missingContextKeys(
      named.map(({ policy }) => policy),
      request,
    ),
    ...detailsOf(simulation, verdicts),
  };
}

/** What a boundary allows decides nothing by itself. */
function isGrant({ policyType }: MatchedStatement): boolean {
  return policyType !== 'permissions boundary';
}

interface Named extends NamedPolicy {
  readonly source: SimulatedPolicy;
  readonly use: 'identity' | 'boundary' | 'resource';
}

/** Ids may be given twice: within a simulation every policy has a name of its own. */
function nameAll({ identity, boundary, resourcePolicy }: Simulation): Named[] {
  const all = [
    ...identity.map((source) => ({ source, use: 'identity' as const })),
    ...(boundary === undefined ? [] : [{ source: boundary, use: 'boundary' as const }]),
    ...(resourcePolicy === undefined ? [] : [{ source: resourcePolicy, use: 'resource' as const }]),
  ];
  return all.map(({ source, use }, index) => {
    const policy = compiledPolicy(source.document, use === 'resource' ? 'resource' : 'identity');
    return { source, use, policy, name: use === 'resource' ? resourceName : String(index) };
  });
}

/** What gathered verdicts call the one policy on the resource. */
const resourceName = 'resource';

function toQuestion(
  { serviceControl = [], resourceAccountId, caller }: Simulation,
  named: readonly Named[],
  action: string,
  resource: string,
): AccessQuestion {
  const of = (use: Named['use']) => named.filter((one) => one.use === use);
  const [boundary] = of('boundary');
  const [onResource] = of('resource');
  const policies = {
    identity: of('identity'),
    serviceControl,
    ...(boundary === undefined ? {} : { boundary }),
  };
  return {
    principal: caller ?? nobodyIn(resourceAccountId),
    policies,
    action,
    resource,
    ...(resourceAccountId === undefined ? {} : { resourceAccountId }),
    ...(onResource === undefined ? {} : { resourcePolicy: onResource.policy }),
  };
}

/** A user of the resource's account whom no policy can name. */
function nobodyIn(accountId = ''): Principal {
  return { kind: 'user', accountId, userName: '', userId: '', arn: '', accessKeyId: '' };
}

function toRequest({ caller, context, boundary }: Simulation, question: AccessQuestion): MatchRequest {
  const { action, resource, principal } = question;
  const ofCaller = caller === undefined ? {} : principalContext(caller);
  return {
    principal,
    action: action.toLowerCase(),
    resource,
    context: new RequestContext(ofCaller, context),
    isBounded: boundary !== undefined,
  };
}

function toStatement(matched: MatchedStatement, named: readonly Named[]): SimulatedStatement[] {
  const from = named.find(({ name }) => name === matched.policyName);
  // SCPs are not among the policies that are given.
  if (from === undefined || matched.policyType === 'service control policy') return [];
  const position = positionsOf(from.source)[matched.statementIndex];
  if (position === undefined) return [];
  return [{ policyId: from.source.id, policyType: from.source.type, ...position }];
}

/** Found once for a policy, however many of its statements match how many actions. */
const foundPositions = new WeakMap<SimulatedPolicy, readonly StatementPosition[]>();

function positionsOf(policy: SimulatedPolicy): readonly StatementPosition[] {
  const found = foundPositions.get(policy) ?? statementPositions(policy.document);
  foundPositions.set(policy, found);
  return found;
}

function detailsOf(
  { serviceControl = [], boundary }: Simulation,
  { denies, byServiceControl, byBoundary }: Verdicts,
): Pick<SimulatedDecision, 'allowedByOrganizations' | 'allowedByBoundary'> {
  const isDenied = (type: MatchedStatement['policyType']) =>
    denies.some(({ policyType }) => policyType === type);
  return {
    ...(serviceControl.length === 0
      ? {}
      : { allowedByOrganizations: byServiceControl && !isDenied('service control policy') }),
    ...(boundary === undefined ? {} : { allowedByBoundary: byBoundary && !isDenied('permissions boundary') }),
  };
}
