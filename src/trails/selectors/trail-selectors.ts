// SPDX-License-Identifier: Apache-2.0

/** A basic event selector, every member filled in. Source: CloudTrail API Reference, "EventSelector". */
export interface BasicSelector {
  readonly readWriteType: 'All' | 'ReadOnly' | 'WriteOnly';
  readonly includeManagementEvents: boolean;
  readonly dataResources: readonly { readonly type: string; readonly values: readonly string[] }[];
  readonly excludeManagementEventSources: readonly string[];
}

export type SelectorOperator =
  | 'equals'
  | 'startsWith'
  | 'endsWith'
  | 'notEquals'
  | 'notStartsWith'
  | 'notEndsWith';

/** Source: CloudTrail API Reference, "AdvancedFieldSelector". */
export type FieldSelector = { readonly field: string } & {
  readonly [Operator in SelectorOperator]?: readonly string[];
};

export interface AdvancedSelector {
  readonly name?: string;
  readonly fieldSelectors: readonly FieldSelector[];
}

/** A trail has selectors of one kind: putting the one takes the other away. */
export type TrailSelectors =
  | { readonly kind: 'basic'; readonly selectors: readonly BasicSelector[] }
  | { readonly kind: 'advanced'; readonly selectors: readonly AdvancedSelector[] };
