// SPDX-License-Identifier: Apache-2.0
import type { LoggedRecord } from '../../ports/event-log.js';
import { readDataResourceValue } from './data-resource-value.js';
import { type FieldTest, fieldTest, startsWithOne } from './field-test.js';
import { factsOf, type RecordFacts, type TextField } from './record-facts.js';
import type { AdvancedSelector, BasicSelector, FieldSelector, TrailSelectors } from './trail-selectors.js';

type RecordTest = (facts: RecordFacts) => boolean;

/** Selectors of one trail, ready to be asked tens of thousands of times a second. */
export interface CompiledSelectors {
  selects(record: LoggedRecord): boolean;
  /** False when no event of the category can ever be selected. */
  mayWant(category: string): boolean;
}

/**
 * The selectors, compiled once for each object that holds them. The fold of trails makes a new object for every change of
 * a trail, and state values are never changed in place, so the object stands for what it says.
 */
export function compiledSelectors(selectors: TrailSelectors): CompiledSelectors {
  let compiled = cache.get(selectors);
  if (compiled === undefined) {
    compiled = compile(selectors);
    cache.set(selectors, compiled);
  }
  return compiled;
}

const cache = new WeakMap<TrailSelectors, CompiledSelectors>();

/** Selects without looking at the record. */
const always: RecordTest = () => true;

function compile(selectors: TrailSelectors): CompiledSelectors {
  const tests =
    selectors.kind === 'basic'
      ? selectors.selectors.flatMap(basicTests)
      : selectors.selectors.map(advancedTest);
  const byCategory = new Map<string, readonly RecordTest[]>();
  for (const [category, test] of tests) {
    const others = byCategory.get(category) ?? [];
    byCategory.set(category, test === always || others[0] === always ? [always] : [...others, test]);
  }
  return {
    selects: (record) => {
      const ofCategory = byCategory.get(record.category);
      if (ofCategory === undefined) return false;
      if (ofCategory[0] === always) return true;
      const facts = factsOf(record);
      for (const test of ofCategory) if (test(facts)) return true;
      return false;
    },
    mayWant: (category) => byCategory.has(category),
  };
}

function basicTests(selector: BasicSelector): [category: string, test: RecordTest][] {
  const readWrite = readWriteTest(selector.readWriteType);
  return [
    ...(selector.includeManagementEvents
      ? [['Management', managementTest(selector, readWrite)] as const]
      : []),
    ...(selector.dataResources.some(({ values }) => values.length > 0)
      ? [['Data', dataTest(selector, readWrite)] as const]
      : []),
  ].map(([category, test]) => [category, test]);
}

function readWriteTest(type: BasicSelector['readWriteType']): RecordTest {
  if (type === 'All') return always;
  const wanted = type === 'ReadOnly' ? 'true' : 'false';
  return (facts) => facts.readOnly() === wanted;
}

function managementTest({ excludeManagementEventSources }: BasicSelector, readWrite: RecordTest): RecordTest {
  if (excludeManagementEventSources.length === 0) return readWrite;
  const excluded = new Set<string | undefined>(excludeManagementEventSources);
  return (facts) => readWrite(facts) && !excluded.has(facts.text('eventSource'));
}

function dataTest({ dataResources }: BasicSelector, readWrite: RecordTest): RecordTest {
  const byType = new Map<string, FieldTest>();
  for (const type of new Set(dataResources.map((each) => each.type))) {
    byType.set(
      type,
      arnTest(
        type,
        dataResources.flatMap((each) => (each.type === type ? each.values : [])),
      ),
    );
  }
  return (facts) =>
    readWrite(facts) && facts.dataResources().some(({ type, arn }) => byType.get(type)?.(arn) === true);
}

function arnTest(type: string, values: readonly string[]): FieldTest {
  const meanings = values.map((value) => readDataResourceValue(type, value));
  if (meanings.some(({ match }) => match === 'all')) return () => true;
  const arnsBy = (match: string) =>
    meanings.flatMap((each) => (each.match === match && 'arn' in each ? each.arn : []));
  const exact = new Set(arnsBy('exact'));
  const startsSo = startsWithOne(arnsBy('prefix'));
  return (arn) => arn !== undefined && (exact.has(arn) || startsSo(arn));
}

const textFields: ReadonlySet<string> = new Set<TextField>([
  'eventName',
  'eventSource',
  'eventType',
  'errorCode',
  'vpcEndpointId',
]);

function advancedTest({ fieldSelectors }: AdvancedSelector): [category: string, test: RecordTest] {
  const category = fieldSelectors.find(({ field }) => field === 'eventCategory')?.equals?.[0] ?? '';
  const tests = [...fieldSelectors.filter(isOfRecord).map(memberTest), ...resourceTests(fieldSelectors)];
  const [first] = tests;
  if (first === undefined) return [category, always];
  return [category, tests.length === 1 ? first : (facts) => tests.every((test) => test(facts))];
}

function isOfRecord({ field }: FieldSelector): boolean {
  return field !== 'eventCategory' && !field.startsWith('resources.');
}

function memberTest(selector: FieldSelector): RecordTest {
  const test = fieldTest(selector);
  const { field } = selector;
  if (textFields.has(field)) return (facts) => test(facts.text(field as TextField));
  if (field === 'readOnly') return (facts) => test(facts.readOnly());
  if (field === 'sessionCredentialFromConsole') return (facts) => test(facts.fromConsole());
  if (field === 'userIdentity.arn') return (facts) => test(facts.userArn());
  // Selectors were checked before they were kept: only a newer version could have kept another field.
  throw new Error(`a selector tests the field ${field}, which this version does not know`);
}

/** Type and ARN are of one and the same resource. */
function resourceTests(fieldSelectors: readonly FieldSelector[]): RecordTest[] {
  const ofType = fieldSelectors.find(({ field }) => field === 'resources.type');
  const ofArn = fieldSelectors.find(({ field }) => field === 'resources.ARN');
  if (ofType === undefined) return [];
  const typeTest = fieldTest(ofType);
  const arnOk = ofArn === undefined ? () => true : fieldTest(ofArn);
  return [(facts) => facts.dataResources().some(({ type, arn }) => typeTest(type) && arnOk(arn))];
}
