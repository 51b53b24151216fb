// SPDX-License-Identifier: Apache-2.0
import type { AdvancedEventSelector } from '@aws-sdk/client-cloudtrail';
import { categoriesProblem, selectorsPerStoreMax } from '../../../event-data-stores/store-rules.js';
import { readAdvancedSelectors } from '../../../trails/selectors/advanced-selectors.js';
import { SelectorFault } from '../../../trails/selectors/selector-fault.js';
import type { AdvancedSelector } from '../../../trails/selectors/trail-selectors.js';
import { WireError } from '../../../wire/wire-error.js';

/** Advanced selectors as a store keeps them. Throws InvalidEventSelectorsException. */
export function readStoreSelectors(inputs: readonly AdvancedEventSelector[]): readonly AdvancedSelector[] {
  if (inputs.length > selectorsPerStoreMax)
    throw invalid(`An event data store can have up to ${selectorsPerStoreMax} advanced event selectors.`);
  const selectors = read(inputs);
  const problem = categoriesProblem({ selectors });
  if (problem !== undefined) throw invalid(problem);
  return selectors;
}

function read(inputs: readonly AdvancedEventSelector[]): readonly AdvancedSelector[] {
  try {
    return readAdvancedSelectors(inputs, 'eventDataStore');
  } catch (error) {
    if (error instanceof SelectorFault) throw invalid(error.message, { cause: error });
    throw error;
  }
}

function invalid(message: string, options?: ErrorOptions): WireError {
  return new WireError('InvalidEventSelectorsException', message, options);
}
