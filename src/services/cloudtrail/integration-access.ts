// SPDX-License-Identifier: Apache-2.0

import { type ChannelDocument, channelArn, channelKey } from '../../event-data-stores/channel.js';
import { type DashboardDocument, dashboardArn, dashboardKey } from '../../event-data-stores/dashboard.js';
import { storedPolicy } from '../../event-data-stores/store-policy.js';
import type { AccessNeed } from '../../identity/access.js';
import type { ContextValues } from '../../identity/policy/request-context.js';
import { isArn, parseCloudTrailArn } from '../../trails/cloudtrail-arn.js';
import type { Call } from '../service.js';
import { meantChannelArn } from './channels/find-channel.js';

/** Members by which calls about channels, imports and dashboards name what they are about. */
export interface IntegrationInput {
  readonly Name?: string;
  readonly Channel?: string;
  readonly DashboardId?: string;
  readonly Destinations?: readonly ({ readonly Location?: string } | string)[];
  readonly Tags?: readonly TagInput[];
  readonly TagsList?: readonly TagInput[];
  readonly ImportSource?: { readonly S3?: { readonly S3BucketAccessRoleArn?: string } };
}

interface TagInput {
  readonly Key?: string;
  readonly Value?: string;
}

/** Actions that know no resource. Source: Service Authorization Reference, "AWS CloudTrail". */
const onNothing: ReadonlySet<string> = new Set([
  'GetImport',
  'ListChannels',
  'ListDashboards',
  'ListImportFailures',
  'ListImports',
  'SearchSampleQueries',
  'StopImport',
]);

/** What calls about channels, imports, dashboards and sample queries need; undefined for every other operation. */
export function integrationAccess(
  operation: string,
  input: IntegrationInput,
  call: Call,
): readonly AccessNeed[] | undefined {
  const action = `cloudtrail:${operation}`;
  if (onNothing.has(operation)) return [{ action, resource: '*' }];
  switch (operation) {
    case 'CreateChannel':
      return creating(action, [newChannel(call), ...storesOf(input)], input);
    case 'UpdateChannel':
    case 'GetChannel':
    case 'DeleteChannel': {
      const resource = meantChannelArn(input.Channel, call);
      return [{ action, resource, context: channelTags(resource, call) }];
    }
    case 'CreateDashboard':
      return creating(action, [dashboardArn({ ...call, name: input.Name ?? '' })], input);
    case 'UpdateDashboard':
    case 'GetDashboard':
    case 'DeleteDashboard':
    case 'StartDashboardRefresh': {
      return [onDashboard(action, meantDashboardArn(input.DashboardId, call), call)];
    }
    case 'StartImport':
      return [{ action, resource: '*' }, ...passedRole(input)];
    default:
      return undefined;
  }
}

/** Its id is made when it is. */
function newChannel(call: Call): string {
  return channelArn({ ...call, id: '*' });
}

function storesOf({ Destinations = [] }: IntegrationInput): string[] {
  return Destinations.map((each) => (typeof each === 'string' ? each : (each.Location ?? '')));
}

/** Tags of something new take the permission to set them. */
function creating(action: string, resources: readonly string[], input: IntegrationInput): AccessNeed[] {
  const tags = input.Tags ?? input.TagsList ?? [];
  const context = requestTags(tags);
  const needs = resources.map((resource): AccessNeed => ({ action, resource, context }));
  if (tags.length === 0) return needs;
  return [...needs, { action: 'cloudtrail:AddTags', resource: resources[0] as string, context }];
}

/**
 * Who gives CloudTrail a role must be allowed to pass it: or an import would be a way to a role's permissions.
 * Source: IAM User Guide, "Grant a user permissions to pass a role to an AWS service".
 */
function passedRole({ ImportSource: source }: IntegrationInput): AccessNeed[] {
  const role = source?.S3?.S3BucketAccessRoleArn;
  if (role === undefined || role === '') return [];
  const context = { 'iam:PassedToService': 'cloudtrail.amazonaws.com' };
  return [{ action: 'iam:PassRole', resource: role, context }];
}

/** The ARN of the dashboard that a name or an ARN means. */
function meantDashboardArn(nameOrArn: string | undefined, call: Call): string {
  const named = nameOrArn ?? '';
  const parts = isArn(named) ? parseCloudTrailArn(named) : undefined;
  if (parts?.kind === 'dashboard') return dashboardArn(parts);
  return isArn(named) ? named : dashboardArn({ ...call, name: named });
}

function channelTags(arn: string, call: Call): ContextValues {
  const parts = parseCloudTrailArn(arn);
  if (parts === undefined) return {};
  const { accountId, region, name: id } = parts;
  return resourceTags(call.state.get<ChannelDocument>(channelKey({ accountId, region, id }))?.tags);
}

/**
 * CloudTrail itself refreshes a dashboard when its policy lets it, in the dashboard's name. Source: CloudTrail User Guide,
 * "Resource-based policy example for a dashboard".
 */
function onDashboard(action: string, resource: string, call: Call): AccessNeed {
  const parts = parseCloudTrailArn(resource);
  const found = parts === undefined ? undefined : call.state.get<DashboardDocument>(dashboardKey(parts));
  const source =
    call.principal.kind === 'service'
      ? { 'aws:SourceArn': resource, 'aws:SourceAccount': call.accountId }
      : {};
  return {
    action,
    resource,
    resourceAccountId: parts?.accountId ?? call.accountId,
    resourcePolicyIs: 'sufficient',
    ...(found?.resourcePolicy === undefined ? {} : { resourcePolicy: storedPolicy(found.resourcePolicy) }),
    context: { ...resourceTags(found?.tags), ...source },
  };
}

function resourceTags(tags: Readonly<Record<string, string>> = {}): ContextValues {
  const pairs = Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value]);
  return Object.fromEntries(pairs) as Record<string, string>;
}

function requestTags(tags: readonly TagInput[]): ContextValues {
  if (tags.length === 0) return {};
  const pairs = tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value ?? '']);
  return {
    ...(Object.fromEntries(pairs) as Record<string, string>),
    'aws:TagKeys': tags.map(({ Key = '' }) => Key),
  };
}
