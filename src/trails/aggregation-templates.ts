// SPDX-License-Identifier: Apache-2.0

/** Source: CloudTrail API Reference, "AggregationConfiguration" (Templates). */
export const aggregationTemplates = ['API_ACTIVITY', 'RESOURCE_ACCESS', 'USER_ACTIONS'] as const;

export type AggregationTemplate = (typeof aggregationTemplates)[number];
