// SPDX-License-Identifier: Apache-2.0
import type { Command } from 'commander';
import type { EventCategory } from '../ports/event-log.js';
import type { LookupAttribute, LookupQuery } from '../ports/event-store.js';
import { CommandError } from './command-error.js';

/** The filters that `lookup` and `tail` share; several mean AND. */
export interface FilterFlags {
  readonly user?: string;
  readonly name?: string;
  readonly source?: string;
  readonly resource?: string;
  readonly resourceType?: string;
  readonly accessKey?: string;
  readonly eventId?: string;
  readonly readOnly?: string;
  readonly category?: string;
  readonly region?: string;
  readonly account?: string;
}

const categories: readonly EventCategory[] = ['Management', 'Data', 'NetworkActivity', 'Insight'];

const usageExitCode = 2;

export function addFilters(command: Command): Command {
  return command
    .option('--user <name>', 'who: a user, a role session, root, or a service')
    .option('--name <event>', 'the event name, e.g. CreateBucket')
    .option('--source <service>', 'the event source, e.g. s3.amazonaws.com or s3')
    .option('--resource <name>', 'a resource by name, id or ARN')
    .option('--resource-type <type>', 'a resource type, e.g. AWS::S3::Bucket')
    .option('--access-key <id>', 'an access key id')
    .option('--event-id <id>', 'one event')
    .option('--read-only <true|false>', 'only calls that read, or only those that change something')
    .option('--category <category>', `one of ${categories.join(', ')} (all)`)
    .option('--region <region>', 'one Region (all)')
    .option('--account <id>', "an account's history (the main account's)");
}

/** Throws CommandError for a value that cannot be meant. */
export function toFilter(
  flags: FilterFlags,
  mainAccountId: string,
): Pick<LookupQuery, 'accountId' | 'region' | 'attributes' | 'category'> {
  const attributes: { key: LookupAttribute; value: string }[] = [];
  const add = (key: LookupAttribute, value: string | undefined): void => {
    if (value === undefined) return;
    if (value === '') throw new CommandError(`the value for ${key} is empty`, usageExitCode);
    attributes.push({ key, value });
  };
  add('Username', flags.user);
  add('EventName', flags.name);
  add(
    'EventSource',
    flags.source === undefined || flags.source.includes('.') || flags.source === ''
      ? flags.source
      : `${flags.source}.amazonaws.com`,
  );
  add('ResourceName', flags.resource);
  add('ResourceType', flags.resourceType);
  add('AccessKeyId', flags.accessKey);
  add('EventId', flags.eventId);
  add('ReadOnly', readOnlyOf(flags.readOnly));
  const category = categoryOf(flags.category);
  return {
    accountId: accountOf(flags.account) ?? mainAccountId,
    ...(flags.region !== undefined && { region: flags.region }),
    attributes,
    ...(category !== undefined && { category }),
  };
}

export function accountOf(text: string | undefined): string | undefined {
  if (text === undefined || /^\d{12}$/.test(text)) return text;
  throw new CommandError(`--account: an account id has 12 digits, not "${text}"`, usageExitCode);
}

function readOnlyOf(text: string | undefined): string | undefined {
  const value = text?.toLowerCase();
  if (value === undefined || value === 'true' || value === 'false') return value;
  throw new CommandError(`--read-only: true or false, not "${text}"`, usageExitCode);
}

function categoryOf(text: string | undefined): EventCategory | undefined {
  if (text === undefined) return undefined;
  const category = categories.find((one) => one.toLowerCase() === text.toLowerCase());
  if (category !== undefined) return category;
  throw new CommandError(`--category: one of ${categories.join(', ')}, not "${text}"`, usageExitCode);
}
