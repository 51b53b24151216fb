// SPDX-License-Identifier: Apache-2.0
import { SettingsError } from './settings-error.js';

/** What the operator says of an issuer that people sign in at. */
export interface OidcSignInSettings {
  readonly authorizationEndpoint?: string;
  readonly tokenEndpoint?: string;
  readonly clientSecret?: string;
}

const endpointNames = ['authorizationEndpoint', 'tokenEndpoint'] as const;

/**
 * Issuers that people sign in at and that need more than their discovery document says: endpoints where there is none to be
 * had (both, or neither), a secret where the issuer wants one besides PKCE. By issuer without `https://`.
 *
 * In the configuration file: `"oidcSignIn": { "https://idp.example.com/realm": { "clientSecret": "…" } }`.
 * Throws SettingsError.
 * @param config what the configuration file holds, parsed; undefined when there is none
 */
export function readOidcSignIn(config: unknown): ReadonlyMap<string, OidcSignInSettings> {
  const issuers = (config as { oidcSignIn?: unknown } | null | undefined)?.oidcSignIn;
  if (issuers === undefined) return new Map();
  if (typeof issuers !== 'object' || issuers === null || Array.isArray(issuers))
    throw new SettingsError('oidcSignIn must name issuers');
  return new Map(
    Object.entries(issuers).map(([issuer, given]) => [issuerName(issuer), settingsOf(issuer, given)]),
  );
}

/** Whether the file holds something that other users of the machine must not read. */
export function holdsClientSecrets(config: unknown): boolean {
  return Array.from(readOidcSignIn(config).values()).some(({ clientSecret }) => clientSecret !== undefined);
}

function issuerName(issuer: string): string {
  const name = /^https:\/\/([^\s?#@]{1,255}?)\/?$/.exec(issuer)?.[1];
  if (name === undefined) throw new SettingsError(`oidcSignIn: "${issuer}" is no issuer (https://…)`);
  return name;
}

function settingsOf(issuer: string, given: unknown): OidcSignInSettings {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new SettingsError(`oidcSignIn: ${issuer} needs an object`);
  const members = given as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(members))
    if (![...endpointNames, 'clientSecret'].includes(name))
      throw new SettingsError(`oidcSignIn: ${issuer} has an unknown member ${name}`);
  for (const name of endpointNames)
    if (members[name] !== undefined) verifyAddress(issuer, name, members[name]);
  if ((members.authorizationEndpoint === undefined) !== (members.tokenEndpoint === undefined))
    throw new SettingsError(`oidcSignIn: ${issuer} needs both endpoints, or neither`);
  if (
    members.clientSecret !== undefined &&
    (typeof members.clientSecret !== 'string' || members.clientSecret === '')
  )
    throw new SettingsError(`oidcSignIn: the clientSecret of ${issuer} must be a text`);
  return members;
}

function verifyAddress(issuer: string, name: string, value: unknown): void {
  const isGood =
    typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
  if (!isGood) throw new SettingsError(`oidcSignIn: ${name} of ${issuer} must be an https or http address`);
}
