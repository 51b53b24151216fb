// SPDX-License-Identifier: Apache-2.0
import type { JSONWebKeySet } from 'jose';
import type { Clock } from '../../ports/clock.js';
import { DocumentFetchError, type DocumentFetcher } from '../../ports/document-fetcher.js';
import type { OperatorLog } from '../../ports/operator-log.js';

/** Keys serve that long before they are asked for again. */
const freshMs = 10 * 60_000;
/** A key that is not there, or an issuer that does not answer, is asked for no sooner than this: strangers can send tokens. */
const cooldownMs = 30_000;
/** Issuers remembered; they are those of OIDC providers that somebody has set up. */
const issuersMax = 1_000;
const keysMax = 100;

interface Known {
  readonly keys: JSONWebKeySet | undefined;
  readonly askedAtMs: number;
}

export interface IssuerKeysDependencies {
  readonly fetcher: DocumentFetcher;
  readonly clock: Clock;
  /** Told why keys cannot be had; callers are only told that. */
  readonly log: OperatorLog;
  /** By issuer without `https://`: where the operator says that its keys are. They are not asked for anywhere else then. */
  readonly locations: ReadonlyMap<string, string>;
}

/** The public keys of OIDC issuers, by discovery (OpenID Connect Discovery 1.0), remembered for a while. */
export class IssuerKeys {
  readonly #deps: IssuerKeysDependencies;
  readonly #known = new Map<string, Known>();
  readonly #underWay = new Map<string, Promise<Known>>();

  constructor(deps: IssuerKeysDependencies) {
    this.#deps = deps;
  }

  /**
   * @param issuer without `https://`; the caller has made sure that it is a provider that somebody set up
   * @param wantsNewer a key was missing in what was given before
   * Throws DocumentFetchError when there are no keys to be had.
   */
  async keysOf(issuer: string, wantsNewer = false): Promise<JSONWebKeySet> {
    const known = this.#known.get(issuer);
    const ageMs =
      known === undefined ? Number.POSITIVE_INFINITY : Math.abs(this.#deps.clock.now() - known.askedAtMs);
    const isGood = ageMs < (wantsNewer || known?.keys === undefined ? cooldownMs : freshMs);
    const { keys } = known !== undefined && isGood ? known : await this.#ask(issuer, known?.keys);
    if (keys === undefined)
      throw new DocumentFetchError('the keys of the issuer could not be had a moment ago');
    return keys;
  }

  /** One question an issuer at a time, however many tokens wait for it. */
  #ask(issuer: string, before: JSONWebKeySet | undefined): Promise<Known> {
    const underWay = this.#underWay.get(issuer);
    if (underWay !== undefined) return underWay;
    const asked = this.#fetch(issuer)
      .catch((error: unknown) => {
        this.#remember(issuer, before);
        this.#deps.log.warn({ issuer, err: error }, 'the keys of an OIDC issuer could not be fetched');
        throw error;
      })
      .then((keys) => this.#remember(issuer, keys))
      .finally(() => this.#underWay.delete(issuer));
    this.#underWay.set(issuer, asked);
    return asked;
  }

  #remember(issuer: string, keys: JSONWebKeySet | undefined): Known {
    const known = { keys, askedAtMs: this.#deps.clock.now() };
    this.#known.delete(issuer);
    this.#known.set(issuer, known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > issuersMax && oldest !== undefined) this.#known.delete(oldest);
    return known;
  }

  async #fetch(issuer: string): Promise<JSONWebKeySet> {
    const { fetcher, locations } = this.#deps;
    const location = locations.get(issuer);
    if (location !== undefined) return toKeySet(await fetcher.fetchJson(location, 'operator'));
    const discovery = await fetcher.fetchJson(
      `https://${issuer}/.well-known/openid-configuration`,
      'stranger',
    );
    const { issuer: named, jwks_uri: jwksUri } = (discovery ?? {}) as Record<string, unknown>;
    if (typeof named !== 'string' || named.replace(/\/$/, '') !== `https://${issuer}`)
      throw new DocumentFetchError('the discovery document is of another issuer');
    if (typeof jwksUri !== 'string') throw new DocumentFetchError('the discovery document has no jwks_uri');
    return toKeySet(await fetcher.fetchJson(jwksUri, 'stranger'));
  }
}

function toKeySet(document: unknown): JSONWebKeySet {
  const keys = (document as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(keys) || keys.length > keysMax)
    throw new DocumentFetchError('the document is no set of keys');
  return { keys: keys.filter((key) => typeof key === 'object' && key !== null) };
}
