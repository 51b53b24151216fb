// SPDX-License-Identifier: Apache-2.0
import { pathToFileURL } from 'node:url';
import { SettingsError } from './settings-error.js';

/**
 * Where the keys of OIDC issuers are, for those that cannot be asked over the public web: by issuer without `https://`,
 * the address of its JWKS document (https, http, or a file).
 *
 * In the configuration file: `"oidcIssuers": { "https://idp.example.com/realm": "/etc/cairn/idp.jwks.json" }`.
 * Throws SettingsError.
 * @param config what the configuration file holds, parsed; undefined when there is none
 */
export function readOidcIssuers(config: unknown): ReadonlyMap<string, string> {
  const issuers = (config as { oidcIssuers?: unknown } | null | undefined)?.oidcIssuers;
  if (issuers === undefined) return new Map();
  if (typeof issuers !== 'object' || issuers === null || Array.isArray(issuers))
    throw new SettingsError('oidcIssuers must name the JWKS document of each issuer');
  return new Map(
    Object.entries(issuers).map(([issuer, location]) => [issuerName(issuer), addressOf(issuer, location)]),
  );
}

function issuerName(issuer: string): string {
  const name = /^https:\/\/([^\s?#@]{1,255}?)\/?$/.exec(issuer)?.[1];
  if (name === undefined) throw new SettingsError(`oidcIssuers: "${issuer}" is no issuer (https://…)`);
  return name;
}

function addressOf(issuer: string, location: unknown): string {
  if (typeof location !== 'string' || location === '')
    throw new SettingsError(`oidcIssuers: ${issuer} needs the address or the path of its JWKS document`);
  if (!/^[a-z]+:\/\//.test(location)) return pathToFileURL(location).href;
  const isGood = URL.canParse(location) && ['https:', 'http:', 'file:'].includes(new URL(location).protocol);
  if (!isGood) throw new SettingsError(`oidcIssuers: "${location}" is no https, http or file address`);
  return location;
}
