// SPDX-License-Identifier: Apache-2.0
import type { LoggedRecord } from '../../ports/event-log.js';
import { type RecordKind, readKind, readResourceArns, readUserArn } from '../../record/record-facts.js';
import type { Clause, CompiledSelectors, KindTest } from './compile-selectors.js';
import { ConditionIndex, type Conditions } from './condition-index.js';
import { factsOfRecord } from './facts-of-record.js';

/** Kinds of records whose verdicts are kept, for each category; beyond it all are forgotten and judged anew. */
export const plansMax = 2_000;

/** A kind that is longer is judged anew every time: somebody makes names up, and would fill our memory with them. */
export const plannedKindLengthMax = 512;

/** Whoever may get records. */
export interface Asker<T> {
  readonly asker: T;
  readonly selectors: CompiledSelectors;
  /** Records that the asker does not get, whatever its selectors say. */
  readonly admits?: KindTest;
}

/**
 * Tells who gets a record, for all askers at once.
 *
 * What selectors test is mostly the same for thousands of records, so the answer is kept for each kind of record, and is
 * one look-up. Where ARNs decide, what was kept says which conditions are left, and an ARN is compared with those of all
 * askers in one go.
 */
export class SelectorMatcher<T> {
  readonly #categories = new Map<string, CategoryMatcher<T>>();

  constructor(askers: readonly Asker<T>[]) {
    const categories = new Set(askers.flatMap(({ selectors }) => [...selectors.keys()]));
    for (const category of categories) this.#categories.set(category, new CategoryMatcher(askers, category));
  }

  /** Those who get the record, in the order in which they were given. The list may be the same one for many records. */
  select(record: LoggedRecord): readonly T[] {
    return this.#categories.get(record.category)?.select(record) ?? nobody;
  }
}

const nobody: readonly never[] = [];

/** What is left to be decided for one asker and one kind: any of these selects. */
interface OpenClause {
  /** A place in the index of users; undefined where the user does not matter. */
  readonly user: number | undefined;
  /** Places in the index of ARNs, for each resource of the kind; undefined where they do not matter. */
  readonly arns: readonly (readonly number[])[] | undefined;
}

interface Plan<T> {
  /** Those who get every record of the kind; all of them where nothing is open. */
  readonly certain: readonly T[];
  /** In the order of askers, certain ones too; undefined where nothing is open. */
  readonly steps:
    | readonly { readonly asker: T; readonly open: readonly OpenClause[] | 'certain' }[]
    | undefined;
  readonly needsUser: boolean;
  readonly needsArns: boolean;
}

class CategoryMatcher<T> {
  readonly #askers: readonly (Pick<Asker<T>, 'asker' | 'admits'> & { readonly clauses: readonly Clause[] })[];
  /** Who gets all records of the category; undefined where it depends on the record. */
  readonly #always: readonly T[] | undefined;
  readonly #plans = new Map<string, Plan<T>>();
  readonly #users = new LazyIndex();
  readonly #arns = new LazyIndex();

  constructor(askers: readonly Asker<T>[], category: string) {
    this.#askers = askers
      .map(({ selectors, ...asker }) => ({ ...asker, clauses: selectors.get(category) ?? [] }))
      .filter(({ clauses }) => clauses.length > 0);
    for (const { clauses } of this.#askers) {
      for (const { userArn, resource = [] } of clauses) {
        if (userArn !== undefined) this.#users.add(userArn);
        for (const { arn } of resource) if (arn !== 'always') this.#arns.add(arn);
      }
    }
    const isSimple = this.#askers.every(
      ({ admits, clauses }) => admits === undefined && clauses.some(isUnconditional),
    );
    if (isSimple) this.#always = this.#askers.map(({ asker }) => asker);
  }

  select(record: LoggedRecord): readonly T[] {
    if (this.#always !== undefined) return this.#always;
    const { factsKind, factsOwn } = factsOfRecord(record);
    const plan = this.#planOf(factsKind);
    return plan.steps === undefined ? plan.certain : this.#decide(plan, plan.steps, factsOwn);
  }

  #planOf(kind: string): Plan<T> {
    const known = this.#plans.get(kind);
    if (known !== undefined) return known;
    const plan = this.#plan(readKind(kind));
    if (kind.length > plannedKindLengthMax) return plan;
    if (this.#plans.size >= plansMax) this.#plans.clear();
    this.#plans.set(kind, plan);
    return plan;
  }

  #plan(kind: RecordKind): Plan<T> {
    const steps = this.#askers.flatMap(({ asker, admits, clauses }) => {
      if (admits?.(kind) === false) return [];
      const open = this.#open(clauses, kind);
      return open.length === 0 ? [] : [{ asker, open: open.some(isDecided) ? ('certain' as const) : open }];
    });
    const open = steps.flatMap((step) => (step.open === 'certain' ? [] : step.open));
    return {
      certain: steps.filter((step) => step.open === 'certain').map(({ asker }) => asker),
      steps: open.length === 0 ? undefined : steps,
      needsUser: open.some(({ user }) => user !== undefined),
      needsArns: open.some(({ arns }) => arns !== undefined),
    };
  }

  /** The clauses that may still select a record of the kind, and what they still ask. */
  #open(clauses: readonly Clause[], kind: RecordKind): OpenClause[] {
    return clauses.flatMap((clause): OpenClause[] => {
      if (!clause.kind.every((test) => test(kind))) return [];
      const user = clause.userArn === undefined ? undefined : this.#users.idOf(clause.userArn);
      const { resource } = clause;
      if (resource === undefined) return [{ user, arns: undefined }];
      const cases = kind.resourceTypes.map((type) => resource.filter(({ isOfType }) => isOfType(type)));
      if (cases.every(({ length }) => length === 0)) return [];
      if (cases.flat().some(({ arn }) => arn === 'always')) return [{ user, arns: undefined }];
      return [
        {
          user,
          arns: cases.map((each) =>
            each.flatMap(({ arn }) => (arn === 'always' ? [] : this.#arns.idOf(arn))),
          ),
        },
      ];
    });
  }

  #decide(plan: Plan<T>, steps: NonNullable<Plan<T>['steps']>, own: string): readonly T[] {
    const users = this.#users.index;
    if (plan.needsUser) users.look(readUserArn(own));
    const arns = plan.needsArns ? readResourceArns(own) : nobody;
    // Nearly every record has one resource: it is looked at once for all.
    if (arns.length === 1) this.#arns.index.look(arns[0]);
    const found: T[] = [];
    for (const { asker, open } of steps) {
      if (open === 'certain' || this.#isAnyMet(open, arns)) found.push(asker);
    }
    return found;
  }

  #isAnyMet(open: readonly OpenClause[], arns: readonly (string | undefined)[]): boolean {
    for (const clause of open) {
      if (clause.user !== undefined && !this.#users.index.passes(clause.user)) continue;
      if (clause.arns === undefined || this.#isArnMet(clause.arns, arns)) return true;
    }
    return false;
  }

  #isArnMet(conditions: readonly (readonly number[])[], arns: readonly (string | undefined)[]): boolean {
    const { index } = this.#arns;
    for (let i = 0; i < conditions.length; i++) {
      const ids = conditions[i]!;
      if (ids.length === 0) continue;
      if (arns.length > 1) index.look(arns[i]);
      for (const id of ids) if (index.passes(id)) return true;
    }
    return false;
  }
}

/** Made when it is first asked: a change of trails costs nothing where no event is judged by ARNs before the next one. */
class LazyIndex {
  readonly #ids = new Map<Conditions, number>();
  #index: ConditionIndex | undefined;

  add(conditions: Conditions): void {
    if (!this.#ids.has(conditions)) this.#ids.set(conditions, this.#ids.size);
  }

  idOf(conditions: Conditions): number {
    return this.#ids.get(conditions)!;
  }

  get index(): ConditionIndex {
    this.#index ??= new ConditionIndex([...this.#ids.keys()]);
    return this.#index;
  }
}

function isUnconditional({ kind, userArn, resource }: Clause): boolean {
  return kind.length === 0 && userArn === undefined && resource === undefined;
}

function isDecided({ user, arns }: OpenClause): boolean {
  return user === undefined && arns === undefined;
}
