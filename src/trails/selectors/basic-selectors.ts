// SPDX-License-Identifier: Apache-2.0
import { readDataResourceValue, verifyDataResourceType } from './data-resource-value.js';
import { SelectorFault } from './selector-fault.js';
import type { BasicSelector } from './trail-selectors.js';

/** Source: CloudTrail User Guide, "Quotas in AWS CloudTrail". */
const basicSelectorsMax = 5;
/** Of all selectors of a trail together; values that mean every resource do not count. Source: the same page. */
const dataResourcesMax = 250;

/** An event selector as it comes in. */
export interface BasicSelectorInput {
  readonly ReadWriteType?: string | undefined;
  readonly IncludeManagementEvents?: boolean | undefined;
  readonly DataResources?: readonly DataResourceInput[] | undefined;
  readonly ExcludeManagementEventSources?: readonly string[] | undefined;
}

interface DataResourceInput {
  readonly Type?: string | undefined;
  readonly Values?: readonly string[] | undefined;
}

const readWriteTypes: ReadonlySet<string> = new Set(['All', 'ReadOnly', 'WriteOnly']);
/** Management events of these sources can be left out, and of no others. Also true of advanced selectors on trails. */
export const excludableSources: ReadonlySet<string> = new Set(['kms.amazonaws.com', 'rdsdata.amazonaws.com']);

/** The selector that a trail has until it is given others. */
export const defaultSelector: BasicSelector = {
  readWriteType: 'All',
  includeManagementEvents: true,
  dataResources: [],
  excludeManagementEventSources: [],
};

/**
 * Basic selectors with every member filled in. Throws SelectorFault.
 * Source: CloudTrail API Reference, "EventSelector", "DataResource", "InvalidEventSelectorsException".
 */
export function readBasicSelectors(inputs: readonly BasicSelectorInput[]): BasicSelector[] {
  if (inputs.length === 0 || inputs.length > basicSelectorsMax) {
    throw new SelectorFault(
      `A trail can have 1 to ${basicSelectorsMax} event selectors; ${inputs.length} were specified.`,
    );
  }
  const selectors = inputs.map(readBasicSelector);
  const resources = selectors.flatMap(({ dataResources }) => dataResources.flatMap(countedValues));
  if (resources.length > dataResourcesMax) {
    throw new SelectorFault(
      `A trail can have up to ${dataResourcesMax} data resources across all event selectors; ${resources.length} were specified.`,
    );
  }
  return selectors;
}

/** True when every management event is selected, and nothing else: what a trail has that was given no selectors. */
export function isDefaultSelector(selectors: readonly BasicSelector[]): boolean {
  return selectors.length === 1 && JSON.stringify(selectors[0]) === JSON.stringify(defaultSelector);
}

function readBasicSelector(input: BasicSelectorInput): BasicSelector {
  const readWriteType = input.ReadWriteType ?? 'All';
  if (!readWriteTypes.has(readWriteType)) {
    throw new SelectorFault(
      `Value ${readWriteType} for ReadWriteType is invalid. It can be All, ReadOnly or WriteOnly.`,
    );
  }
  const selector: BasicSelector = {
    readWriteType: readWriteType as BasicSelector['readWriteType'],
    includeManagementEvents: input.IncludeManagementEvents ?? true,
    dataResources: (input.DataResources ?? []).map(readDataResource),
    excludeManagementEventSources: input.ExcludeManagementEventSources ?? [],
  };
  verifyExcluded(selector);
  if (!selector.includeManagementEvents && selector.dataResources.length === 0) {
    throw new SelectorFault(
      'An event selector must include management events or specify data resources; this one selects nothing.',
    );
  }
  return selector;
}

/** A type without values is taken, as recorded events show, and selects nothing. */
function readDataResource(input: DataResourceInput): BasicSelector['dataResources'][number] {
  const [type, values] = [input.Type ?? '', input.Values ?? []];
  verifyDataResourceType(type);
  for (const value of values) readDataResourceValue(type, value);
  return { type, values };
}

/** "You cannot change AWS KMS event logging settings" without management events: User Guide, "Logging management events". */
function verifyExcluded({ excludeManagementEventSources: sources, includeManagementEvents }: BasicSelector) {
  for (const source of sources) {
    if (!excludableSources.has(source)) {
      throw new SelectorFault(
        `Value ${source} for ExcludeManagementEventSources is invalid. It can be ${[...excludableSources].join(' or ')}.`,
      );
    }
  }
  if (new Set(sources).size !== sources.length)
    throw new SelectorFault('ExcludeManagementEventSources holds a value twice.');
  if (sources.length > 0 && !includeManagementEvents) {
    throw new SelectorFault(
      'ExcludeManagementEventSources can only be specified when IncludeManagementEvents is true.',
    );
  }
}

function countedValues({ type, values }: BasicSelector['dataResources'][number]): readonly string[] {
  return values.filter((value) => readDataResourceValue(type, value).match !== 'all');
}
