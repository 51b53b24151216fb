// SPDX-License-Identifier: Apache-2.0
import type { AccessNeed } from '../../identity/access.js';
import type { ContextValues } from '../../identity/policy/request-context.js';
import { isArn, parseCloudTrailArn } from '../../trails/cloudtrail-arn.js';
import { type TrailDocument, trailArn, trailKey } from '../../trails/trail.js';
import type { Call, Service } from '../service.js';
import { type IntegrationInput, integrationAccess } from './integration-access.js';
import { type LakeInput, lakeAccess, onResource } from './lake-access.js';
import { meantTrailArn } from './resolve-trail.js';

/** Members by which calls name trails, roles and tags. */
interface TrailInput {
  readonly Name?: string;
  readonly TrailName?: string;
  readonly TrailARN?: string;
  readonly EventDataStore?: string;
  readonly ResourceId?: string;
  readonly ResourceIdList?: readonly string[];
  readonly TagsList?: readonly { readonly Key?: string; readonly Value?: string }[];
  readonly CloudWatchLogsRoleArn?: string;
  readonly IsOrganizationTrail?: boolean;
}

/** Source: CloudTrail API Reference, "ListTags" (ResourceIdList). */
const resourcesMax = 20;

/** Actions that know no resource. Source: Service Authorization Reference, "AWS CloudTrail". */
const onNothing: ReadonlySet<string> = new Set([
  'DeregisterOrganizationDelegatedAdmin',
  'DescribeTrails',
  'ListPublicKeys',
  'ListTrails',
  'LookupEvents',
  'RegisterOrganizationDelegatedAdmin',
]);

/**
 * What every call of CloudTrail needs. Whether a trail of another account may be meant the handlers know: a trail has no
 * policy of its own, so here only the caller's are asked.
 */
export const cloudtrailAccess: NonNullable<Service['access']> = (operation, input: TrailInput, call) => {
  const integration = integrationAccess(operation, input as IntegrationInput, call);
  if (integration !== undefined) return integration;
  const lake = lakeAccess(operation, input as LakeInput, call);
  if (lake !== undefined) return lake.needs;
  const action = `cloudtrail:${operation}`;
  if (onNothing.has(operation)) return [{ action, resource: '*' }];
  const meant = (name: string): string =>
    operation === 'CreateTrail' && !isArn(name)
      ? trailArn(call.accountId, call.region, name)
      : meantTrailArn(name, call);
  const needs = resourcesOf(input, call)
    .map(meant)
    .map((resource): AccessNeed => {
      const kind = parseCloudTrailArn(resource)?.kind;
      const need: AccessNeed =
        kind === undefined || kind === 'trail'
          ? { action, resource, context: resourceTags(resource, call) }
          : onResource(action, resource, call);
      return { ...need, context: { ...need.context, ...requestTags(input) } };
    });
  if (operation !== 'CreateTrail' && operation !== 'UpdateTrail') return needs;
  return [...needs, ...tagging(operation, input, needs), ...passedRole(input)];
};

function resourcesOf(input: TrailInput, call: Call): readonly string[] {
  const listed = input.ResourceIdList ?? [];
  // More of them than a call may name the handler refuses.
  if (listed.length > 0) return listed.slice(0, resourcesMax);
  const named = input.Name ?? input.TrailName ?? input.TrailARN ?? input.ResourceId;
  if (named === undefined && input.EventDataStore !== undefined)
    return [storeArn(input.EventDataStore, call)];
  return [named ?? ''];
}

function storeArn(store: string, { accountId, region }: Call): string {
  return isArn(store) ? store : `arn:aws:cloudtrail:${region}:${accountId}:eventdatastore/${store}`;
}

/** Tags of a new trail take the permission to set them. Source: CloudTrail User Guide, "Granting permissions for CloudTrail administration". */
function tagging(
  operation: string,
  { TagsList: tags = [] }: TrailInput,
  needs: readonly AccessNeed[],
): AccessNeed[] {
  if (operation !== 'CreateTrail' || tags.length === 0) return [];
  return needs.map((need) => ({ ...need, action: 'cloudtrail:AddTags' }));
}

/**
 * Who gives CloudTrail a role must be allowed to pass it: or a trail would be a way to a role's permissions.
 * Source: IAM User Guide, "Grant a user permissions to pass a role to an AWS service".
 */
function passedRole({ CloudWatchLogsRoleArn: role }: TrailInput): AccessNeed[] {
  if (role === undefined || role === '') return [];
  const context = { 'iam:PassedToService': 'cloudtrail.amazonaws.com' };
  return [{ action: 'iam:PassRole', resource: role, context }];
}

function resourceTags(arn: string, call: Call): ContextValues {
  const [, region, accountId, name] =
    /^arn:[^:]*:cloudtrail:([a-z0-9-]+):(\d{12}):trail\/(.{1,128})$/.exec(arn) ?? [];
  if (region === undefined || accountId !== call.accountId || name === undefined) return {};
  const trail = call.state.get<TrailDocument>(trailKey(accountId, region, name));
  const pairs = Object.entries(trail?.tags ?? {}).map(([key, value]) => [`aws:ResourceTag/${key}`, value]);
  return Object.fromEntries(pairs) as Record<string, string>;
}

function requestTags({ TagsList: tags }: TrailInput): ContextValues {
  if (tags === undefined) return {};
  const pairs = tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value ?? '']);
  return {
    ...(Object.fromEntries(pairs) as Record<string, string>),
    'aws:TagKeys': tags.map(({ Key = '' }) => Key),
  };
}
