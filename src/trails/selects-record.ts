// SPDX-License-Identifier: Apache-2.0
import type { LoggedRecord } from '../ports/event-log.js';
import { globalRegion, isGlobalService } from '../record/global-services.js';
import type { RecordKind } from '../record/record-facts.js';
import { compiledSelectors } from './selectors/compile-selectors.js';
import { type Asker, SelectorMatcher } from './selectors/selector-matcher.js';
import { type TrailRoute, trailIdOf } from './trail-fold.js';

/** Regions that an account's matchers are kept for; AWS has some 40. Beyond it all are made anew. */
export const matchedRegionsMax = 100;

/**
 * The trails, of those that log in one account, that get a record: of every Region or of the record's own, whose selectors
 * ask for it. Without selectors these are all management events, known by their category alone.
 *
 * @param routes as `TrailFold.logging` gives them: the same list until trails change, and never changed itself. What it takes
 * to match is kept as long as the list is.
 * @returns in the order of `routes`; not to be changed
 */
export function selectingTrails(routes: readonly TrailRoute[], record: LoggedRecord): readonly TrailRoute[] {
  return routes.length === 0 ? routes : matcherOf(routes).select(record);
}

const matchers = new WeakMap<readonly TrailRoute[], TrailMatcher>();
/** By one of an account's own trails: what it takes to match is kept while other accounts change theirs. */
const latest = new WeakMap<TrailRoute, TrailMatcher>();

function matcherOf(routes: readonly TrailRoute[]): TrailMatcher {
  const known = matchers.get(routes);
  if (known !== undefined) return known;
  const one = routes.find(({ organizationId }) => organizationId === undefined) ?? (routes[0] as TrailRoute);
  const last = latest.get(one);
  const matcher = last?.isOf(routes) === true ? last : new TrailMatcher(routes);
  latest.set(one, matcher);
  matchers.set(routes, matcher);
  return matcher;
}

class TrailMatcher {
  readonly #routes: readonly TrailRoute[];
  readonly #accountId: string | undefined;
  readonly #byRegion = new Map<string, SelectorMatcher<TrailRoute>>();
  /** The same, by the trails that it is for: most Regions have the same ones. */
  readonly #byRoutes = new Map<string, SelectorMatcher<TrailRoute>>();

  constructor(routes: readonly TrailRoute[]) {
    this.#routes = routes;
    // An organization trail logs in accounts that are not its owner's; which these are, the fold knows.
    const own = routes.filter(({ organizationId }) => organizationId === undefined);
    this.#accountId = own[0]?.accountId;
    if (own.some(({ accountId }) => accountId !== this.#accountId))
      throw new Error('trails of several accounts are matched together');
  }

  isOf(routes: readonly TrailRoute[]): boolean {
    return routes.length === this.#routes.length && routes.every((route, i) => route === this.#routes[i]);
  }

  select(record: LoggedRecord): readonly TrailRoute[] {
    if (this.#accountId !== undefined && record.accountId !== this.#accountId) return none;
    const { forTrail } = record;
    if (forTrail !== undefined)
      return this.#routes.filter(({ arn, createdAtMs }) => forTrail === trailIdOf(arn, createdAtMs));
    return this.#matcherOf(record.region).select(record);
  }

  #matcherOf(region: string): SelectorMatcher<TrailRoute> {
    const known = this.#byRegion.get(region);
    if (known !== undefined) return known;
    if (this.#byRegion.size >= matchedRegionsMax) {
      this.#byRegion.clear();
      this.#byRoutes.clear();
    }
    const askers = this.#routes.flatMap((route) => askerIn(region, route));
    const places = askers.map(({ asker, admits }) => [this.#routes.indexOf(asker), admits !== undefined]);
    const key = JSON.stringify(places);
    const matcher = this.#byRoutes.get(key) ?? new SelectorMatcher(askers);
    this.#byRoutes.set(key, matcher);
    this.#byRegion.set(region, matcher);
    return matcher;
  }
}

const none: readonly TrailRoute[] = [];

/**
 * Events of global services are recorded in us-east-1 and nowhere else, so a single-Region trail elsewhere does not
 * get them whatever its IncludeGlobalServiceEvents says, and one in us-east-1 leaves them out when it says no.
 * Source: CloudTrail User Guide, "Trail concepts: global service events" (as of November 22, 2021).
 */
function askerIn(region: string, route: TrailRoute): Asker<TrailRoute>[] {
  if (!route.isMultiRegion && route.homeRegion !== region) return [];
  const asker = { asker: route, selectors: compiledSelectors(route.selectors) };
  const isGlobalLeftOut = !route.isMultiRegion && !route.includeGlobal && region === globalRegion;
  return [isGlobalLeftOut ? { ...asker, admits: isRegional } : asker];
}

/** STS in us-east-1 counts as global: a record does not tell whether the global endpoint was called or the Region's own. */
function isRegional({ eventSource }: RecordKind): boolean {
  return eventSource === undefined || !(isGlobalService(eventSource) || eventSource === 'sts.amazonaws.com');
}
