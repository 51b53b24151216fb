// SPDX-License-Identifier: Apache-2.0

/**
 * Where a service's calls name resources.
 *
 * Left: the path of a member. `a.b` goes into an object, `a[]` into each element of an array; what stands at its end
 * may be a string or an array of strings. Right: the type of the resource that it names, or `byPrefix`.
 */
export interface ServiceRules {
  readonly request?: Readonly<Record<string, string>>;
  readonly response?: Readonly<Record<string, string>>;
  /** The calls that the paths hold for; all of the service's by default. */
  readonly only?: (eventName: string) => boolean;
}

export type RuleTable = Readonly<Record<string, ServiceRules | readonly ServiceRules[]>>;

/** In place of a type: the prefix of the id tells it (`vol-0123…`). */
export const byPrefix = 'by prefix';
