// SPDX-License-Identifier: Apache-2.0
import { setImmediate } from 'node:timers/promises';
import type { EvaluationResult, ResourceSpecificResult, SimulatePolicyResponse } from '@aws-sdk/client-iam';
import { type SimulatedDecision, type Simulation, simulate } from '../../../identity/policy/simulate.js';
import { principalAccountId } from '../../../identity/principal.js';
import { invalidInput } from '../shared/iam-error.js';
import { pageOf } from '../shared/page-of.js';
import { accountInArn, ownerAccount, type SimulationInput } from './simulation-input.js';

/** So many characters of policies are gone over in one call at most: what is beyond goes to further pages. */
const charactersMax = 8_000_000;
/** So many of them in one piece, some ten milliseconds: then others have their turn. */
const charactersAtOnce = 100_000;

/** Every action on every resource; one result an action. Source: IAM API Reference, "SimulateCustomPolicy". */
export async function runSimulation(
  simulation: Simulation,
  input: SimulationInput,
): Promise<SimulatePolicyResponse> {
  const actions = (input.ActionNames ?? []).map((action, at) => ({
    action,
    place: String(at).padStart(7, '0'),
  }));
  const resources = input.ResourceArns?.length ? input.ResourceArns : ['*'];
  const room = actionsMax(simulation, resources.length);
  const { items, end } = pageOf(
    (after, count) =>
      actions
        .filter(({ place }) => after === undefined || place > after)
        .slice(0, Math.min(count, room + 1))
        .map((item) => ({ item, place: item.place })),
    // A page size that cannot be is refused as it was asked.
    input.MaxItems !== undefined && input.MaxItems > 1000
      ? input
      : { ...input, MaxItems: Math.min(input.MaxItems ?? 100, room) },
  );
  const owner = ownerAccount(input.ResourceOwner);
  const takeTurns = turnTaker(charactersOf(simulation));
  const EvaluationResults: EvaluationResult[] = [];
  for (const { action } of items) {
    const decisions: Decision[] = [];
    for (const resource of resources) {
      decisions.push(decisionOn(simulation, action, resource, owner));
      await takeTurns();
    }
    EvaluationResults.push(resultOf(action, resources, decisions));
  }
  return { EvaluationResults, ...end };
}

function charactersOf({ identity, boundary, resourcePolicy }: Simulation): number {
  const policies = [...identity, ...[boundary, resourcePolicy].filter((policy) => policy !== undefined)];
  return policies.reduce((sum, { document }) => sum + document.length, 1);
}

/** Throws InvalidInput when not even one action can be weighed. */
function actionsMax(simulation: Simulation, resourceCount: number): number {
  const actions = Math.floor(charactersMax / (charactersOf(simulation) * resourceCount));
  if (actions < 1)
    throw invalidInput('The simulation includes too many resources for policies of this size.');
  return actions;
}

/** To be awaited after each decision: lets others have their turn now and then. */
function turnTaker(characters: number): () => Promise<void> {
  let gone = 0;
  return async () => {
    gone += characters;
    if (gone < charactersAtOnce) return;
    gone = 0;
    await setImmediate();
  };
}

interface Decision extends SimulatedDecision {
  /** The resource is of another account than the caller. */
  readonly isForeign: boolean;
}

function decisionOn(
  simulation: Simulation,
  action: string,
  resource: string,
  owner: string | undefined,
): Decision {
  const resourceAccountId = accountInArn(resource) ?? owner;
  const ofResource = resourceAccountId === undefined ? simulation : { ...simulation, resourceAccountId };
  return { ...simulate(ofResource, action, resource), isForeign: isForeign(ofResource) };
}

function resultOf(
  action: string,
  resources: readonly string[],
  decisions: readonly Decision[],
): EvaluationResult {
  const [only] = decisions;
  const isOfAll = resources.length === 1 && resources[0] === '*';
  const organizations = only?.allowedByOrganizations;
  return {
    EvalActionName: action,
    EvalResourceName: decisions.length === 1 ? only?.resource : '*',
    EvalDecision: together(decisions),
    MatchedStatements: decisions.length === 1 && only !== undefined ? statementsOf(only) : [],
    MissingContextValues: isOfAll ? [...(only?.missingContextKeys ?? [])] : [],
    ...(organizations === undefined
      ? {}
      : { OrganizationsDecisionDetail: { AllowedByOrganizations: organizations } }),
    ...(isOfAll && only !== undefined ? boundaryDetail(only) : {}),
    ...(isOfAll || decisions.some((decision) => decision.isForeign) ? {} : { EvalDecisionDetails: {} }),
    ...(isOfAll ? {} : { ResourceSpecificResults: decisions.map(toSpecificResult) }),
  };
}

function isForeign({ resourceAccountId, caller }: Simulation): boolean {
  return (
    caller !== undefined &&
    resourceAccountId !== undefined &&
    resourceAccountId !== principalAccountId(caller)
  );
}

/** Of several resources: allowed is what is allowed on all of them. */
function together(decisions: readonly SimulatedDecision[]): SimulatedDecision['decision'] {
  const has = (decision: SimulatedDecision['decision']) => decisions.some((one) => one.decision === decision);
  if (has('explicitDeny')) return 'explicitDeny';
  return has('implicitDeny') ? 'implicitDeny' : 'allowed';
}

function toSpecificResult(decision: SimulatedDecision): ResourceSpecificResult {
  return {
    EvalResourceName: decision.resource,
    EvalResourceDecision: decision.decision,
    MatchedStatements: statementsOf(decision),
    MissingContextValues: [...decision.missingContextKeys],
    ...boundaryDetail(decision),
  };
}

function boundaryDetail({ allowedByBoundary }: SimulatedDecision) {
  return allowedByBoundary === undefined
    ? {}
    : { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: allowedByBoundary } };
}

function statementsOf({ matchedStatements }: SimulatedDecision) {
  return matchedStatements.map(({ policyId, policyType, start, end }) => ({
    SourcePolicyId: policyId,
    SourcePolicyType: policyType,
    StartPosition: { Line: start.line, Column: start.column },
    EndPosition: { Line: end.line, Column: end.column },
  }));
}
