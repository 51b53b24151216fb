// SPDX-License-Identifier: Apache-2.0
import { queryPairs, type WireRequest } from '../http.js';
import type { HttpTrait, OperationModel, ServiceModel } from '../service-model.js';
import { shapeOf } from '../shape.js';
import { requestBindings } from './http-bindings.js';

/**
 * Finds the operation of a REST request by method, path shape, query keys and headers, all taken from the model.
 *
 * S3 tells its operations apart in two steps. First by subresource, the keys of the URI itself (`?policy`,
 * `?list-type=2`): a request that names a subresource never falls through to an operation without it, or `DELETE
 * /bucket?analytics` with a slip would delete the bucket. Then, among operations of one subresource, by the query
 * keys and headers that they require: UploadPart has `uploadId` and `partNumber`, CopyObject `x-amz-copy-source`.
 */
export class RestRouter {
  readonly #routesByMethod = new Map<string, Route[]>();
  readonly #subresources = new Set<string>();
  /** Those without a subresource, by method: a request without a query can mean no other. */
  readonly #plainRoutes = new Map<string, Route[]>();
  #last: { readonly request: WireRequest; readonly operation: OperationModel } | undefined;

  constructor(model: ServiceModel) {
    for (const operation of model.operations.values()) {
      if (operation.http === undefined) continue;
      const route = routeOf(operation, operation.http);
      const routes = this.#routesByMethod.get(route.method) ?? [];
      routes.push(route);
      this.#routesByMethod.set(route.method, routes);
      for (const [name, value] of route.subresource) if (value === '') this.#subresources.add(name);
    }
    for (const routes of this.#routesByMethod.values()) {
      routes.sort((left, right) => (left.operation.name < right.operation.name ? -1 : 1));
    }
    for (const [method, routes] of this.#routesByMethod)
      this.#plainRoutes.set(
        method,
        routes.filter(({ subresource }) => subresource.length === 0),
      );
  }

  /** Asked more than once on a request's way, and the answer is the same. */
  find(request: WireRequest): OperationModel | undefined {
    if (this.#last?.request === request) return this.#last.operation;
    const operation = this.#search(request);
    if (operation !== undefined) this.#last = { request, operation };
    return operation;
  }

  #search(request: WireRequest): OperationModel | undefined {
    const query = queryPairs(request.rawQuery);
    const keys = new Set(query.map(([name]) => name));
    const path = pathSegments(request.rawPath);
    const routes = query.length === 0 ? this.#plainRoutes : this.#routesByMethod;
    const onPath = (routes.get(request.method) ?? []).filter((route) => fits(route.segments, path));
    const candidates = bestBy(
      onPath.filter((route) => route.subresource.every((pair) => hasPair(query, pair))),
      (route) => route.subresource.length,
    );
    if (candidates[0]?.subresource.length === 0 && [...keys].some((key) => this.#subresources.has(key)))
      return undefined;
    if (candidates.length <= 1) return candidates[0]?.operation;
    const facts = {
      keys,
      headers: request.headers,
      id: query.find(([name]) => name === idKey)?.[1],
      telling: new Set(candidates.flatMap(({ requiredKeys }) => requiredKeys)),
    };
    return bestBy(candidates, (route) => score(route, facts))[0]?.operation;
  }
}

/** SDKs add `x-id=GetObject` to some requests, as a hint for people; it decides only where nothing else does. */
const idKey = 'x-id';

interface Route {
  readonly operation: OperationModel;
  readonly method: string;
  readonly segments: readonly Segment[];
  readonly subresource: readonly (readonly [string, string])[];
  readonly requiredKeys: readonly string[];
  readonly requiredHeaders: readonly string[];
}

export interface Segment {
  readonly text: string;
  readonly kind: 'literal' | 'label' | 'greedy';
}

interface RequestFacts {
  readonly keys: ReadonlySet<string>;
  readonly headers: Readonly<Record<string, string>>;
  readonly id: string | undefined;
  /** Query keys that some candidate requires. */
  readonly telling: ReadonlySet<string>;
}

function routeOf(operation: OperationModel, http: HttpTrait): Route {
  const [path = '', query = ''] = http.uri.split('?');
  const bound = operation.input && requestBindings(shapeOf(operation.input));
  return {
    operation,
    method: http.method,
    segments: uriSegments(path),
    subresource: queryPairs(query).filter(([name]) => name !== idKey),
    requiredKeys: (bound?.queries ?? [])
      .filter((member) => member.required)
      .map(({ traits }) => traits.httpQuery as string),
    requiredHeaders: (bound?.headers ?? [])
      .filter((member) => member.required)
      .map(({ traits }) => (traits.httpHeader as string).toLowerCase()),
  };
}

/** The segments of a URI pattern: `/{Bucket}/{Key+}`. */
export function uriSegments(path: string): Segment[] {
  return pathSegments(path).map((part) => {
    const label = /^\{([^{}+]+)(\+?)\}$/.exec(part);
    if (label === null) return { text: part, kind: 'literal' };
    return { text: label[1] as string, kind: label[2] === '+' ? 'greedy' : 'label' };
  });
}

/** The parts of a path between its slashes, still encoded. `/bucket/` is the bucket, not a key without a name. */
export function pathSegments(path: string): string[] {
  const parts = path.slice(1).split('/');
  if (parts.length === 2 && parts[1] === '') parts.pop();
  return parts.length === 1 && parts[0] === '' ? [] : parts;
}

function fits(segments: readonly Segment[], path: readonly string[]): boolean {
  const isGreedy = segments.at(-1)?.kind === 'greedy';
  if (isGreedy ? path.length < segments.length : path.length !== segments.length) return false;
  return segments.every(({ kind, text }, at) =>
    kind === 'literal' ? text === path[at] : kind === 'greedy' || path[at] !== '',
  );
}

function hasPair(
  query: readonly (readonly [string, string])[],
  [name, value]: readonly [string, string],
): boolean {
  return query.some(([key, found]) => key === name && (value === '' || found === value));
}

/**
 * Literal segments first (`/WriteGetObjectResponse` is no bucket); then what is required and there counts for a
 * route, what is required and missing against it, and a key that another candidate requires counts against a route
 * that has no use for it: a `PUT` with `uploadId` alone is an incomplete UploadPart, never a PutObject.
 */
function score(route: Route, { keys, headers, id, telling }: RequestFacts): number {
  const literals = route.segments.filter(({ kind }) => kind === 'literal').length;
  const missing =
    route.requiredKeys.filter((key) => !keys.has(key)).length +
    route.requiredHeaders.filter((name) => headers[name] === undefined).length;
  const used = route.requiredKeys.length + route.requiredHeaders.length - missing;
  const unused = [...telling].filter((key) => keys.has(key) && !route.requiredKeys.includes(key)).length;
  return (
    literals * 1_000_000 - unused * 10_000 - missing * 100 + used * 2 + (id === route.operation.name ? 1 : 0)
  );
}

/** The ones with the highest rank, in their order. */
function bestBy<T>(items: readonly T[], rank: (item: T) => number): T[] {
  let best: T[] = [];
  let highest = Number.NEGATIVE_INFINITY;
  for (const item of items) {
    const value = rank(item);
    if (value > highest) best = [];
    if (value >= highest) {
      highest = value;
      best.push(item);
    }
  }
  return best;
}
