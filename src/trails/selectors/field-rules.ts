// SPDX-License-Identifier: Apache-2.0
import { excludableSources } from './basic-selectors.js';
import type { SelectorOperator } from './trail-selectors.js';

/** What the selectors belong to: the two allow different fields. */
export type SelectorOwner = 'trail' | 'eventDataStore';

/** How one field may be used in the selectors of one category. */
export interface FieldRule {
  readonly operators: readonly SelectorOperator[];
  readonly isRequired?: true;
  /** At most so many values; unlimited when absent. */
  readonly valuesMax?: number;
  /** What is wrong with a value, as the end of a sentence; undefined for a good one. */
  readonly valueProblem?: (value: string, operator: SelectorOperator) => string | undefined;
}

export type FieldRules = Readonly<Record<string, FieldRule>>;

export const selectorOperators: readonly SelectorOperator[] = [
  'equals',
  'startsWith',
  'endsWith',
  'notEquals',
  'notStartsWith',
  'notEndsWith',
];

const oneOf =
  (...allowed: readonly string[]) =>
  (value: string): string | undefined =>
    allowed.includes(value) ? undefined : `must be ${allowed.join(' or ')}`;

const any: FieldRule = { operators: selectorOperators };
const eventCategory: FieldRule = { operators: ['equals'], isRequired: true, valuesMax: 1 };
const readOnly: FieldRule = { operators: ['equals'], valuesMax: 1, valueProblem: oneOf('true', 'false') };
const fromConsole: FieldRule = {
  operators: ['equals', 'notEquals'],
  valuesMax: 1,
  valueProblem: oneOf('true'),
};

/** Types of the services below are known to the last one; those of other services only by their form. */
const knownResourceTypes: Readonly<Record<string, readonly string[]>> = {
  CloudTrail: ['Channel'],
  DynamoDB: ['Stream', 'Table'],
  Lambda: ['Function'],
  S3: ['AccessPoint', 'Object'],
  S3Express: ['Object'],
  S3ObjectLambda: ['AccessPoint'],
  S3Outposts: ['Object'],
  SNS: ['PlatformEndpoint', 'Topic'],
  SQS: ['Queue'],
};

/**
 * AWS adds resource types by the month, so a type of a service that is not known here passes by its form. A misspelled type
 * of a usual service would select nothing, unnoticed: that is refused.
 * Source: CloudTrail User Guide, "Logging data events" (resources.type value).
 */
function resourceTypeProblem(type: string): string | undefined {
  const [, service, resource] = /^AWS::([A-Za-z0-9]+)::([A-Za-z0-9]+)$/.exec(type) ?? [];
  if (service === undefined || resource === undefined)
    return 'must be a resource type such as AWS::S3::Object';
  const known = knownResourceTypes[service];
  return known === undefined || known.includes(resource)
    ? undefined
    : `is no resource type that has data events; ${service} has ${known.map((each) => `AWS::${service}::${each}`).join(', ')}`;
}

/** "If you use Equals or NotEquals, the value must exactly match the ARN of a valid resource": AdvancedFieldSelector. */
function resourceArnProblem(value: string, operator: SelectorOperator): string | undefined {
  if (operator !== 'equals' && operator !== 'notEquals') return undefined;
  return /^arn:[a-z-]+:[a-z0-9-]+:/.test(value) ? undefined : 'must be the ARN of a resource';
}

function eventSourceProblem(value: string): string | undefined {
  return /^[a-z0-9.-]+\.amazonaws\.com$/.test(value)
    ? undefined
    : 'must be an event source such as s3.amazonaws.com';
}

const management: FieldRules = {
  eventCategory,
  eventSource: {
    operators: ['notEquals'],
    valueProblem: oneOf(...excludableSources),
  },
  readOnly,
};

const managementInStores: FieldRules = {
  eventCategory,
  eventName: any,
  eventSource: any,
  eventType: any,
  readOnly,
  sessionCredentialFromConsole: fromConsole,
  'userIdentity.arn': any,
};

const data: FieldRules = {
  ...managementInStores,
  'resources.type': {
    operators: ['equals'],
    isRequired: true,
    valuesMax: 1,
    valueProblem: resourceTypeProblem,
  },
  'resources.ARN': { operators: selectorOperators, valueProblem: resourceArnProblem },
};

const networkActivityInStores: FieldRules = {
  eventCategory,
  // Several sources need a selector each.
  eventSource: { operators: ['equals'], isRequired: true, valuesMax: 1, valueProblem: eventSourceProblem },
  eventName: any,
  errorCode: { operators: ['equals'], valuesMax: 1, valueProblem: oneOf('VpceAccessDenied') },
  vpcEndpointId: any,
};

const categoryAlone: FieldRules = { eventCategory };

/**
 * The fields that selectors of a category may use, by whose selectors they are.
 * Source: CloudTrail API Reference, "AdvancedEventSelector" and "AdvancedFieldSelector"; User Guide, "Filtering data events
 * by using advanced event selectors" and "Logging network activity events" (userIdentity.arn there "for trails only").
 */
export const fieldRules: Readonly<Record<SelectorOwner, Readonly<Record<string, FieldRules>>>> = {
  trail: {
    Management: management,
    Data: data,
    NetworkActivity: { ...networkActivityInStores, 'userIdentity.arn': any },
  },
  eventDataStore: {
    Management: managementInStores,
    Data: data,
    NetworkActivity: networkActivityInStores,
    Insight: categoryAlone,
    ConfigurationItem: categoryAlone,
    Evidence: categoryAlone,
    ActivityAuditLog: categoryAlone,
  },
};
