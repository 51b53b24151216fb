// SPDX-License-Identifier: Apache-2.0
import { readAdvancedSelectors } from '../src/trails/selectors/advanced-selectors.js';
import { readBasicSelectors } from '../src/trails/selectors/basic-selectors.js';
import type { TrailSelectors } from '../src/trails/selectors/trail-selectors.js';
import type { TrailRoute } from '../src/trails/trail-fold.js';
import { benchAccountId } from './generate-events.js';
import { benchRegion } from './select-records.js';

export function basic(...inputs: Parameters<typeof readBasicSelectors>[0]): TrailSelectors {
  return { kind: 'basic', selectors: readBasicSelectors(inputs) };
}

export function advanced(...fieldSelectors: object[][]): TrailSelectors {
  const inputs = fieldSelectors.map((FieldSelectors) => ({ FieldSelectors }));
  return { kind: 'advanced', selectors: readAdvancedSelectors(inputs, 'trail') };
}

export const dataOfObjects = [
  { Field: 'eventCategory', Equals: ['Data'] },
  { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
];
export const management = { Field: 'eventCategory', Equals: ['Management'] };

export function routesOf(selectors: readonly (TrailSelectors | undefined)[]): TrailRoute[] {
  return selectors.map((each, index) => ({
    arn: `arn:aws:cloudtrail:${benchRegion}:${benchAccountId}:trail/trail-${index}`,
    accountId: benchAccountId,
    homeRegion: benchRegion,
    createdAtMs: index,
    bucket: 'logs',
    isMultiRegion: true,
    includeGlobal: true,
    isLogging: true,
    ...(each === undefined ? {} : { selectors: each }),
  }));
}
