// SPDX-License-Identifier: Apache-2.0
import type { LoggedRecord } from '../../../ports/event-log.js';
import type { AdvancedSelector, BasicSelector, FieldSelector, TrailSelectors } from '../trail-selectors.js';

type Members = Record<string, unknown>;

/**
 * Whether selectors select a record, by the words of the documentation and with nothing in mind but being right: the
 * record is parsed for every question. Sources: API Reference, "EventSelector", "DataResource", "AdvancedFieldSelector"; User
 * Guide, "Filtering data events by using advanced event selectors".
 */
export function selectsByTheBook(selectors: TrailSelectors, record: LoggedRecord): boolean {
  const event = JSON.parse(record.json) as Members;
  return selectors.kind === 'basic'
    ? selectors.selectors.some((selector) => basicSelects(selector, event, record.category))
    : selectors.selectors.some((selector) => advancedSelects(selector, event, record.category));
}

function basicSelects(selector: BasicSelector, event: Members, category: string): boolean {
  const isRead = event.readOnly === true || event.readOnly === 'true';
  if (selector.readWriteType === 'ReadOnly' && !isRead) return false;
  if (selector.readWriteType === 'WriteOnly' && isRead) return false;
  if (category === 'Management') {
    if (!selector.includeManagementEvents) return false;
    return !selector.excludeManagementEventSources.includes(event.eventSource as string);
  }
  if (category !== 'Data') return false;
  for (const { type, values } of selector.dataResources) {
    for (const value of values) {
      for (const resource of resourcesOf(event)) {
        if (resource.type !== type) continue;
        if (['arn:aws:s3', 'arn:aws:s3:::', 'arn:aws:lambda', 'arn:aws:dynamodb'].includes(value))
          return true;
        if (type === 'AWS::S3::Object' ? resource.arn?.startsWith(value) : resource.arn === value)
          return true;
      }
    }
  }
  return false;
}

function advancedSelects(selector: AdvancedSelector, event: Members, category: string): boolean {
  const conditions = (field: string) => selector.fieldSelectors.filter((each) => each.field === field);
  const identity = typeof event.userIdentity === 'object' ? ((event.userIdentity ?? {}) as Members) : {};
  const isRead = event.readOnly === true || event.readOnly === 'true';
  const console = event.sessionCredentialFromConsole;
  const values: Members = {
    eventCategory: category,
    eventName: event.eventName,
    eventSource: event.eventSource,
    eventType: event.eventType,
    errorCode: event.errorCode,
    vpcEndpointId: event.vpcEndpointId,
    readOnly: isRead ? 'true' : 'false',
    sessionCredentialFromConsole: console === true || console === 'true' ? 'true' : undefined,
    'userIdentity.arn': identity.arn,
  };
  for (const [field, value] of Object.entries(values)) {
    if (!conditions(field).every((condition) => holds(condition, value))) return false;
  }
  if (conditions('resources.type').length === 0) return true;
  return resourcesOf(event).some(
    (resource) =>
      conditions('resources.type').every((condition) => holds(condition, resource.type)) &&
      conditions('resources.ARN').every((condition) => holds(condition, resource.arn)),
  );
}

function holds(condition: FieldSelector, value: unknown): boolean {
  const text = typeof value === 'string' ? value : undefined;
  const meets = (values: readonly string[] | undefined, how: (text: string, value: string) => boolean) =>
    text !== undefined && (values ?? []).some((each) => how(text, each));
  const equals = (a: string, b: string) => a === b;
  const starts = (a: string, b: string) => a.startsWith(b);
  const ends = (a: string, b: string) => a.endsWith(b);
  if (meets(condition.notEquals, equals)) return false;
  if (meets(condition.notStartsWith, starts)) return false;
  if (meets(condition.notEndsWith, ends)) return false;
  if (!condition.equals && !condition.startsWith && !condition.endsWith) return true;
  return (
    meets(condition.equals, equals) || meets(condition.startsWith, starts) || meets(condition.endsWith, ends)
  );
}

function resourcesOf(event: Members): { type: string; arn: string | undefined }[] {
  const found: { type: string; arn: string | undefined }[] = [];
  let bucket: string | undefined;
  for (const entry of Array.isArray(event.resources) ? (event.resources as unknown[]) : []) {
    if (typeof entry !== 'object' || entry === null) continue;
    const { type, ARN, ARNPrefix } = entry as Members;
    const arn = ARN ?? ARNPrefix;
    const text = typeof arn === 'string' ? arn : undefined;
    if (type === 'AWS::S3::Bucket') bucket ??= text;
    else if (typeof type === 'string') found.push({ type, arn: text });
  }
  if (found.length > 0) return found;
  const types: Record<string, string> = {
    'cloudtrail-data.amazonaws.com': 'AWS::CloudTrail::Channel',
    'dynamodb.amazonaws.com': 'AWS::DynamoDB::Table',
    'lambda.amazonaws.com': 'AWS::Lambda::Function',
    's3.amazonaws.com': 'AWS::S3::Object',
    'sns.amazonaws.com': 'AWS::SNS::Topic',
    'sqs.amazonaws.com': 'AWS::SQS::Queue',
  };
  const source = event.eventSource;
  if (typeof source !== 'string' || !Object.hasOwn(types, source)) return [];
  return [{ type: types[source] as string, arn: bucket === undefined ? undefined : `${bucket}/` }];
}
