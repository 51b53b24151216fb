// SPDX-License-Identifier: Apache-2.0

export type LogGroupClass = 'STANDARD' | 'INFREQUENT_ACCESS' | 'DELIVERY';

/** A log group as it is kept in state under `logGroupKey`. Times in ms since the epoch. */
export interface LogGroupDocument {
  /** Names this group for good; its streams and events hang on it, so that one made anew under the name is empty. */
  readonly id: string;
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly createdAtMs: number;
  readonly logGroupClass: LogGroupClass;
  /** Absent: events are kept for ever. */
  readonly retentionDays?: number;
  readonly deletionProtected?: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

/** A log stream as it is kept in state under `logStreamKey`. How many events it has, and of when, the store knows. */
export interface LogStreamDocument {
  readonly id: string;
  readonly name: string;
  readonly createdAtMs: number;
}

export const logGroupPrefix = 'log-group/';
export const logStreamPrefix = 'log-stream/';

export function logGroupsOf(accountId: string, region: string): string {
  return `${logGroupPrefix}${accountId}/${region}/`;
}

export function logGroupKey(accountId: string, region: string, name: string): string {
  return logGroupsOf(accountId, region) + name;
}

export function logStreamsOf(groupId: string): string {
  return `${logStreamPrefix}${groupId}/`;
}

/** The parts of a stream's key: whose stream it is. */
export function groupIdOfStreamKey(key: string): string {
  return key.slice(logStreamPrefix.length, key.indexOf('/', logStreamPrefix.length));
}

export function logGroupArn({
  accountId,
  region,
  name,
}: Pick<LogGroupDocument, 'accountId' | 'region' | 'name'>): string {
  return `arn:aws:logs:${region}:${accountId}:log-group:${name}`;
}

export function logStreamArn(group: LogGroupDocument, streamName: string): string {
  return `${logGroupArn(group)}:log-stream:${streamName}`;
}

const groupArnForm =
  /^arn:aws[a-z-]*:logs:(?<region>[a-z0-9-]+):(?<accountId>\d{12}):log-group:(?<name>[.\-_/#A-Za-z0-9]{1,512})(?<star>:\*)?$/;

export interface LogGroupArn {
  readonly region: string;
  readonly accountId: string;
  readonly name: string;
  /** It ended in `:*`. */
  readonly hasStar: boolean;
}

/** `arn:aws:logs:us-east-1:111122223333:log-group:NAME`, with or without `:*`; undefined for everything else. */
export function parseLogGroupArn(text: string): LogGroupArn | undefined {
  const parts = groupArnForm.exec(text)?.groups;
  if (parts === undefined) return undefined;
  const { region, accountId, name, star } = parts as Record<'region' | 'accountId' | 'name', string> & {
    star?: string;
  };
  return { region, accountId, name, hasStar: star !== undefined };
}
