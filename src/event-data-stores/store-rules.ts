// SPDX-License-Identifier: Apache-2.0
import type { AdvancedSelector } from '../trails/selectors/trail-selectors.js';
import type { BillingMode, EventDataStoreDocument } from './event-data-store.js';

/** Source: CloudTrail API Reference, "CreateEventDataStore" (RetentionPeriod, BillingMode). */
export const retentionDaysMin = 7;
const retentions: Readonly<Record<BillingMode, { readonly usual: number; readonly max: number }>> = {
  EXTENDABLE_RETENTION_PRICING: { usual: 366, max: 3653 },
  FIXED_RETENTION_PRICING: { usual: 2557, max: 2557 },
};

export function usualRetentionDays(billingMode: BillingMode): number {
  return retentions[billingMode].usual;
}

/** What is wrong with a retention period; undefined when nothing is. */
export function retentionProblem(days: number, billingMode: BillingMode): string | undefined {
  const { max } = retentions[billingMode];
  if (Number.isInteger(days) && days >= retentionDaysMin && days <= max) return undefined;
  return `RetentionPeriod must be an integer between ${retentionDaysMin} and ${max} when BillingMode is ${billingMode}.`;
}

/** Source: CloudTrail API Reference, "CreateEventDataStore" (AdvancedEventSelectors). */
export const selectorsPerStoreMax = 5;

/** What a store selects that was given nothing. Source: the same page: management events by default. */
export const defaultStoreSelectors: readonly AdvancedSelector[] = [
  {
    name: 'Default management events',
    fieldSelectors: [{ field: 'eventCategory', equals: ['Management'] }],
  },
];

/** Categories that may stand in one store together; every other one needs a store of its own. */
const ofCloudTrail: ReadonlySet<string> = new Set(['Management', 'Data', 'NetworkActivity']);

/** Categories whose events come in by themselves, so that their ingestion can be stopped. */
const live: ReadonlySet<string> = new Set([...ofCloudTrail, 'ConfigurationItem']);

/** The categories that the selectors of a store name. */
export function categoriesOf({ selectors }: Pick<EventDataStoreDocument, 'selectors'>): readonly string[] {
  const named = selectors.flatMap(({ fieldSelectors }) =>
    fieldSelectors.filter(({ field }) => field === 'eventCategory').flatMap(({ equals = [] }) => equals),
  );
  return [...new Set(named)];
}

export function holdsCloudTrailEvents(store: Pick<EventDataStoreDocument, 'selectors'>): boolean {
  return categoriesOf(store).every((category) => ofCloudTrail.has(category));
}

/** Source: CloudTrail API Reference, "StartEventDataStoreIngestion": which categories it is for. */
export function hasLiveIngestion(store: Pick<EventDataStoreDocument, 'selectors'>): boolean {
  return categoriesOf(store).every((category) => live.has(category));
}

/** What is wrong with a store's categories as a whole; undefined when nothing is. */
export function categoriesProblem(store: Pick<EventDataStoreDocument, 'selectors'>): string | undefined {
  const categories = categoriesOf(store);
  if (categories.length === 1 || holdsCloudTrailEvents(store)) return undefined;
  return `An event data store cannot hold events of the categories ${categories.join(', ')} together.`;
}
