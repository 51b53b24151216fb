// SPDX-License-Identifier: Apache-2.0
import type { RecordKind } from '../../record/record-facts.js';
import { ConditionIndex, type Conditions } from './condition-index.js';
import { readDataResourceValue } from './data-resource-value.js';
import type { AdvancedSelector, BasicSelector, FieldSelector, TrailSelectors } from './trail-selectors.js';

export type KindTest = (kind: RecordKind) => boolean;

/** Resources that select: of a type, and with an ARN that meets the condition; `always` where the type is all that counts. */
export interface ResourceCase {
  readonly isOfType: (type: string) => boolean;
  readonly arn: Conditions | 'always';
}

/** One way to be selected: all that it names must hold. */
export interface Clause {
  /** What is the same for many records. */
  readonly kind: readonly KindTest[];
  readonly userArn?: Conditions;
  /** Absent: whatever the record is about. Else one of its resources must be one of these cases. */
  readonly resource?: readonly ResourceCase[];
}

/** Selectors in the form that `SelectorMatcher` takes: by category, any clause selects. */
export type CompiledSelectors = ReadonlyMap<string, readonly Clause[]>;

/** Without selectors a trail logs all management events. */
const withoutSelectors: CompiledSelectors = new Map([['Management', [{ kind: [] }]]]);

/**
 * The selectors, compiled once for each object that holds them. The fold of trails makes a new object for every change of
 * a trail, and state values are never changed in place, so the object stands for what it says.
 */
export function compiledSelectors(selectors: TrailSelectors | undefined): CompiledSelectors {
  if (selectors === undefined) return withoutSelectors;
  let compiled = cache.get(selectors);
  if (compiled === undefined) {
    compiled = compile(selectors);
    cache.set(selectors, compiled);
  }
  return compiled;
}

const cache = new WeakMap<TrailSelectors, CompiledSelectors>();

function compile(selectors: TrailSelectors): CompiledSelectors {
  const clauses =
    selectors.kind === 'basic'
      ? selectors.selectors.flatMap(basicClauses)
      : selectors.selectors.map(advancedClause);
  const byCategory = new Map<string, Clause[]>();
  for (const [category, clause] of clauses)
    byCategory.set(category, [...(byCategory.get(category) ?? []), clause]);
  return byCategory;
}

function basicClauses(selector: BasicSelector): [category: string, clause: Clause][] {
  const kind = readWriteTests(selector.readWriteType);
  const clauses: [category: string, clause: Clause][] = [];
  if (selector.includeManagementEvents)
    clauses.push(['Management', { kind: [...kind, ...exclusions(selector.excludeManagementEventSources)] }]);
  if (selector.dataResources.some(({ values }) => values.length > 0))
    clauses.push(['Data', { kind, resource: dataResourceCases(selector) }]);
  return clauses;
}

function readWriteTests(type: BasicSelector['readWriteType']): KindTest[] {
  if (type === 'All') return [];
  const wanted = type === 'ReadOnly' ? 'true' : 'false';
  return [({ readOnly }) => readOnly === wanted];
}

function exclusions(sources: readonly string[]): KindTest[] {
  if (sources.length === 0) return [];
  const excluded = new Set<string | undefined>(sources);
  return [({ eventSource }) => !excluded.has(eventSource)];
}

function dataResourceCases({ dataResources }: BasicSelector): ResourceCase[] {
  const types = new Set(dataResources.map(({ type }) => type));
  return Array.from(types, (type) => {
    const values = dataResources.flatMap((each) => (each.type === type ? each.values : []));
    return { isOfType: (other) => other === type, arn: arnCondition(type, values) };
  });
}

function arnCondition(type: string, values: readonly string[]): ResourceCase['arn'] {
  const meanings = values.map((value) => readDataResourceValue(type, value));
  if (meanings.some(({ match }) => match === 'all')) return 'always';
  const arnsBy = (match: string) =>
    meanings.flatMap((each) => (each.match === match && 'arn' in each ? each.arn : []));
  return { equals: arnsBy('exact'), startsWith: arnsBy('prefix') };
}

function advancedClause({ fieldSelectors }: AdvancedSelector): [category: string, clause: Clause] {
  const one = (field: string) => fieldSelectors.find((each) => each.field === field);
  const userArn = one('userIdentity.arn');
  const type = one('resources.type');
  const clause: Clause = {
    kind: fieldSelectors.filter(({ field }) => !isOfEach.has(field)).map(kindTest),
    ...(userArn === undefined ? {} : { userArn }),
    ...(type === undefined ? {} : { resource: [resourceCase(type, one('resources.ARN'))] }),
  };
  return [one('eventCategory')?.equals?.[0] ?? '', clause];
}

/** Fields that differ from record to record, and the category, by which clauses are sorted. */
const isOfEach: ReadonlySet<string> = new Set([
  'eventCategory',
  'userIdentity.arn',
  'resources.type',
  'resources.ARN',
]);

const kindFields: ReadonlySet<string> = new Set([
  'eventName',
  'eventSource',
  'eventType',
  'errorCode',
  'vpcEndpointId',
  'readOnly',
  'sessionCredentialFromConsole',
] satisfies (keyof RecordKind)[]);

type KindField = Exclude<keyof RecordKind, 'resourceTypes'>;

function kindTest(selector: FieldSelector): KindTest {
  const { field } = selector;
  // Selectors were checked before they were kept: only a newer version could have kept another field.
  if (!kindFields.has(field))
    throw new Error(`a selector tests the field ${field}, which this version does not know`);
  const passes = conditionTest(selector);
  return (kind) => passes(kind[field as KindField]);
}

/** Type and ARN are of one and the same resource. */
function resourceCase(ofType: FieldSelector, ofArn: FieldSelector | undefined): ResourceCase {
  return { isOfType: conditionTest(ofType), arn: ofArn ?? 'always' };
}

function conditionTest(conditions: Conditions): (value: string | undefined) => boolean {
  const index = new ConditionIndex([conditions]);
  return (value) => {
    index.look(value);
    return index.passes(0);
  };
}
