// SPDX-License-Identifier: Apache-2.0
import type { JWK } from 'jose';

export const tokenAlgorithms = ['RS256', 'ES384'] as const;
export type TokenAlgorithm = (typeof tokenAlgorithms)[number];

/** An account as an issuer of web identity tokens, as it is kept in state under `outboundFederationKey`. */
export interface OutboundFederationDocument {
  readonly accountId: string;
  /** Part of the issuer's URL, which stays the same when the feature is switched off and on again. */
  readonly issuerId: string;
  readonly issuerUrl: string;
  readonly isEnabled: boolean;
  readonly keys: Readonly<Record<TokenAlgorithm, IssuerKeyDocument>>;
}

export interface IssuerKeyDocument {
  readonly keyId: string;
  readonly publicKey: JWK;
  /** PKCS #8, sealed and bound to the key id. */
  readonly sealedPrivateKey: string;
}

export const outboundFederationKey = (accountId: string): string => `outbound-federation/${accountId}`;
/** The account of an issuer: `{ accountId }`. */
export const outboundIssuerKey = (issuerId: string): string => `outbound-federation-issuer/${issuerId}`;

/** Where an issuer's documents are, below the server's own address. */
export const issuerPathPrefix = '/cairn/oidc/';

/**
 * What an issuer publishes at a path: its discovery document or its keys (OpenID Connect Discovery 1.0; RFC 7517). Also of
 * issuers that are switched off: tokens that were given out stay good. Undefined for every other path.
 */
export function issuerDocument(path: string, get: <T>(key: string) => T | undefined): object | undefined {
  const [, issuerId, name] =
    /^\/cairn\/oidc\/([a-z0-9-]{1,64})\/\.well-known\/(openid-configuration|jwks\.json)$/.exec(path) ?? [];
  if (issuerId === undefined) return undefined;
  const owner = get<{ readonly accountId: string }>(outboundIssuerKey(issuerId));
  const issuer = owner && get<OutboundFederationDocument>(outboundFederationKey(owner.accountId));
  if (issuer === undefined) return undefined;
  if (name === 'jwks.json') return { keys: tokenAlgorithms.map((alg) => issuer.keys[alg].publicKey) };
  return {
    issuer: issuer.issuerUrl,
    jwks_uri: `${issuer.issuerUrl}/.well-known/jwks.json`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [...tokenAlgorithms],
    claims_supported: ['iss', 'sub', 'aud', 'exp', 'iat', 'jti'],
  };
}
