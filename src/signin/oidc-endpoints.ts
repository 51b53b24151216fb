// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../ports/clock.js';
import { DocumentFetchError, type DocumentFetcher, type FormPoster } from '../ports/document-fetcher.js';

/** Where an issuer lets people sign in and gives out tokens. */
export interface OidcClient {
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  /** For issuers that want one besides PKCE. */
  readonly clientSecret?: string;
  /** Whose word the addresses are. */
  readonly chosenBy: 'stranger' | 'operator';
}

/** What the operator says of an issuer. */
export type OidcClientSettings = Partial<Omit<OidcClient, 'chosenBy'>>;

/** Endpoints are asked for again after this time; an issuer that does not answer no sooner than after the other. */
const freshMs = 10 * 60_000;
const cooldownMs = 30_000;
/** Issuers remembered; they are providers that somebody has set up. */
const issuersMax = 1_000;
/** Tokens are at most this long. Source: STS API Reference, "AssumeRoleWithWebIdentity", WebIdentityToken. */
const tokenCharsMax = 20_000;

interface Known {
  readonly client: Promise<OidcClient>;
  readonly askedAtMs: number;
  hasFailed: boolean;
}

export interface OidcEndpointsDependencies {
  readonly web: Pick<DocumentFetcher, 'fetchJson'> & FormPoster;
  readonly clock: Clock;
  /** By issuer without `https://`. */
  readonly settings: ReadonlyMap<string, OidcClientSettings>;
}

/** Talks to issuers as a client of theirs: by the operator's settings, otherwise by discovery. */
export class OidcEndpoints {
  readonly #deps: OidcEndpointsDependencies;
  readonly #known = new Map<string, Known>();

  constructor(deps: OidcEndpointsDependencies) {
    this.#deps = deps;
  }

  /**
   * @param issuer without `https://`; the caller has made sure that it is a provider that somebody set up
   * Throws DocumentFetchError.
   */
  clientOf(issuer: string): Promise<OidcClient> {
    const { settings, clock } = this.#deps;
    const given = settings.get(issuer);
    const { authorizationEndpoint, tokenEndpoint } = given ?? {};
    if (authorizationEndpoint !== undefined && tokenEndpoint !== undefined)
      return Promise.resolve({ ...given, authorizationEndpoint, tokenEndpoint, chosenBy: 'operator' });
    const known = this.#known.get(issuer);
    const ageMs = known === undefined ? Number.POSITIVE_INFINITY : Math.abs(clock.now() - known.askedAtMs);
    if (known !== undefined && ageMs < (known.hasFailed ? cooldownMs : freshMs)) return known.client;
    return this.#ask(issuer, given?.clientSecret);
  }

  /** The ID token that a code is good for. Throws DocumentFetchError. */
  async idToken(client: OidcClient, form: Readonly<Record<string, string>>): Promise<string> {
    const { tokenEndpoint, clientSecret, chosenBy } = client;
    const body = clientSecret === undefined ? form : { ...form, client_secret: clientSecret };
    const answer = await this.#deps.web.postForm(tokenEndpoint, body, chosenBy);
    const idToken = (answer as { id_token?: unknown } | null)?.id_token;
    if (typeof idToken === 'string' && idToken.length <= tokenCharsMax) return idToken;
    throw new DocumentFetchError('the issuer gave no ID token');
  }

  #ask(issuer: string, clientSecret: string | undefined): Promise<OidcClient> {
    const client = this.#discover(issuer, clientSecret);
    const known: Known = { client, askedAtMs: this.#deps.clock.now(), hasFailed: false };
    client.catch(() => {
      known.hasFailed = true;
    });
    this.#known.delete(issuer);
    this.#known.set(issuer, known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > issuersMax && oldest !== undefined) this.#known.delete(oldest);
    return client;
  }

  async #discover(issuer: string, clientSecret: string | undefined): Promise<OidcClient> {
    const address = `https://${issuer}/.well-known/openid-configuration`;
    const document = await this.#deps.web.fetchJson(address, 'stranger');
    const named = (document ?? {}) as Record<string, unknown>;
    if (typeof named.issuer !== 'string' || named.issuer.replace(/\/$/, '') !== `https://${issuer}`)
      throw new DocumentFetchError('the discovery document is of another issuer');
    return {
      authorizationEndpoint: httpsAddress(named.authorization_endpoint),
      tokenEndpoint: httpsAddress(named.token_endpoint),
      ...(clientSecret === undefined ? {} : { clientSecret }),
      chosenBy: 'stranger',
    };
  }
}

function httpsAddress(value: unknown): string {
  if (typeof value === 'string' && value.length <= 2_048 && URL.canParse(value)) {
    const { protocol, username, password } = new URL(value);
    if (protocol === 'https:' && username === '' && password === '') return value;
  }
  throw new DocumentFetchError('the discovery document lacks an https endpoint');
}
