// SPDX-License-Identifier: Apache-2.0
import { isArn, parseCloudTrailArn } from '../../trails/cloudtrail-arn.js';
import { trailsSeenBy } from '../../trails/organization-trails.js';
import { type TrailDocument, trailArn, trailKey } from '../../trails/trail.js';
import { trailNameProblem } from '../../trails/trail-name.js';
import { isVisibleIn } from '../../trails/visible-trails.js';
import { WireError } from '../../wire/wire-error.js';
import type { Call } from '../service.js';
import { isOfCallersOrganization, verifyMayChange } from './organization-caller.js';

function trailNotFound(arn: string, accountId: string): WireError {
  return new WireError('TrailNotFoundException', `Unknown trail: ${arn} for the user: ${accountId}`);
}

export function verifyTrailName(name: string | undefined): string {
  const problem = trailNameProblem(name ?? '');
  if (problem !== undefined) throw new WireError('InvalidTrailNameException', problem);
  return name as string;
}

/** A name or an ARN as the ARN that it means in this call's Region, with what AWS refuses of either. */
function toTrailArn(nameOrArn: string | undefined, call: Call): NamedTrail {
  const { accountId, region } = call;
  if (nameOrArn === undefined || !isArn(nameOrArn)) {
    const name = verifyTrailName(nameOrArn);
    return { arn: trailArn(accountId, region, name), accountId, region, name };
  }
  const parts = parseCloudTrailArn(nameOrArn);
  if (parts === undefined || parts.kind !== 'trail') {
    throw new WireError('CloudTrailARNInvalidException', `The ARN ${nameOrArn} is not a valid trail ARN.`);
  }
  const { accountId: owner, region: home } = parts;
  const name = verifyTrailName(parts.name);
  if (owner !== accountId && !isShared(trailKey(owner, home, name), call)) {
    const message = `AccountID in ARN is wrong, you can only access resources with AccountID ${accountId}.`;
    throw new WireError('CloudTrailARNInvalidException', message);
  }
  return { arn: nameOrArn, accountId: owner, region: home, name };
}

interface NamedTrail {
  readonly arn: string;
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
}

/** Members name the trails of their organization by ARN only: a name means a trail of their own. */
function isShared(key: string, call: Call): boolean {
  const trail = call.state.get<TrailDocument>(key);
  return trail !== undefined && isOfCallersOrganization(trail, call);
}

/**
 * The trail that a reading call names: by name at home only, by ARN also from another Region when the trail is
 * multi-Region. Source: CloudTrail API Reference, "GetTrailStatus" (Name).
 */
export function resolveForReading(nameOrArn: string | undefined, call: Call): TrailDocument {
  const trail = resolveAnywhere(nameOrArn, call);
  if (!isVisibleIn(trail, call.region)) throw trailNotFound(trail.arn, call.accountId);
  return trail;
}

/** The trail that a name means in this Region, or an ARN in whichever it names. */
export function resolveAnywhere(nameOrArn: string | undefined, call: Call): TrailDocument {
  const { arn, accountId, region, name } = toTrailArn(nameOrArn, call);
  const trail = call.state.get<TrailDocument>(trailKey(accountId, region, name));
  if (trail === undefined) throw trailNotFound(arn, call.accountId);
  return trail;
}

/** The trail that a changing call names. Only its home Region may change it. */
export function resolveAtHome(nameOrArn: string | undefined, call: Call): TrailDocument {
  const { arn, accountId, region, name } = toTrailArn(nameOrArn, call);
  const trail = call.state.get<TrailDocument>(trailKey(accountId, region, name)) ?? shadowNamed(name, call);
  if (trail === undefined) throw trailNotFound(arn, call.accountId);
  verifyMayChange(trail, call);
  if (trail.homeRegion !== call.region) {
    const message = `The trail ${trail.arn} was created in another Region. Call this operation from its home Region: ${trail.homeRegion}.`;
    throw new WireError('InvalidHomeRegionException', message);
  }
  return trail;
}

/** A multi-Region trail of another Region that shows here under a name, or one of the organization. */
function shadowNamed(
  name: string,
  call: Pick<Call, 'state' | 'accountId' | 'region'>,
): TrailDocument | undefined {
  const trails = trailsSeenBy(call.state, call.accountId);
  return trails.find((trail) => trail.name === name && isVisibleIn(trail, call.region));
}

/**
 * The ARN that policies are asked about: that of the trail that a call would reach. One trail may be written in several ways
 * (its name, an ARN of another partition, the ARN that it would have in another of its Regions), and a Deny of its ARN has to
 * hold for all of them.
 */
export function meantTrailArn(nameOrArn: string, call: Pick<Call, 'state' | 'accountId' | 'region'>): string {
  const parts = isArn(nameOrArn)
    ? parseCloudTrailArn(nameOrArn)
    : { ...call, kind: 'trail', name: nameOrArn };
  if (parts?.kind !== 'trail') return nameOrArn;
  const { accountId, region, name } = parts;
  const trail = call.state.get<TrailDocument>(trailKey(accountId, region, name)) ?? shadowNamed(name, call);
  return trail?.arn ?? trailArn(accountId, region, name);
}

export function keyOf(trail: TrailDocument): string {
  return trailKey(trail.accountId, trail.homeRegion, trail.name);
}
