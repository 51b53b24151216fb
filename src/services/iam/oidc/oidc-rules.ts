// SPDX-License-Identifier: Apache-2.0
import { type OidcProviderDocument, oidcProviderKey } from '../../../identity/iam-documents.js';
import type { CallState } from '../../service.js';
import { invalidInput, noSuchEntity, quotaExceeded, validationError } from '../shared/iam-error.js';
import { arnRule, InputRules } from '../shared/input-rules.js';

/** Source: IAM User Guide, "IAM and AWS STS quotas, name requirements, and character limits". */
export const providersMax = 100;
const clientIdsMax = 100;
/** Source: IAM API Reference, "CreateOpenIDConnectProvider" (ThumbprintList). */
const thumbprintsMax = 5;

/** Throws ValidationError, InvalidInput or LimitExceeded. */
export function verifyClientIds(clientIds: readonly string[] | undefined): void {
  new InputRules().list('clientIDList', clientIds, undefined, { min: 1, max: 255 }).verify();
  if ((clientIds?.length ?? 0) > clientIdsMax)
    throw quotaExceeded('ClientIdsPerOpenIdConnectProvider', clientIdsMax);
}

/** SHA-1 of certificates, in hexadecimal. Throws ValidationError or InvalidInput. */
export function verifyThumbprints(thumbprints: readonly string[] | undefined): void {
  new InputRules().list('thumbprintList', thumbprints, undefined, { min: 40, max: 40 }).verify();
  if ((thumbprints?.length ?? 0) > thumbprintsMax)
    throw invalidInput(`Thumbprint list must contain fewer than ${thumbprintsMax} entries.`);
  if (thumbprints?.some((thumbprint) => !/^[0-9a-fA-F]{40}$/.test(thumbprint)))
    throw invalidInput('Thumbprint must be a hex-encoded SHA-1 hash.');
}

/**
 * The issuer without `https://`, as ARNs and condition keys have it. It is compared with the `iss` of tokens, so nothing
 * of it may mean something else to a reader of URLs: no user, port of its own is kept, no query, no fragment. Nor to a
 * reader of policies: an issuer `aws` would speak for condition keys like `aws:sub`, so a host has a dot.
 * Throws ValidationError.
 */
export function toProviderUrl(url: string): string {
  new InputRules().text('url', url, { min: 1, max: 255 }).verify();
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isPlain =
    parsed !== undefined &&
    parsed.protocol === 'https:' &&
    parsed.username === '' &&
    parsed.password === '' &&
    /^https:\/\/(?:localhost|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)(?::\d{1,5})?(?:\/[\w.~%!$&'()*+,;=:@-]+)*\/?$/.test(
      url,
    );
  if (!isPlain) throw validationError('Invalid Open ID Connect Provider URL');
  return url.slice('https://'.length).replace(/\/$/, '');
}

export interface OpenProvider {
  readonly key: string;
  readonly provider: OidcProviderDocument;
}

const arnForm = /^arn:aws:iam::(\d{12}):oidc-provider\/(.{1,255})$/;

/** What an ARN of a provider names; undefined for what is none. */
function parseProviderArn(arn: string): { accountId: string; url: string } | undefined {
  const [, accountId, url] = arnForm.exec(arn) ?? [];
  return accountId === undefined || url === undefined ? undefined : { accountId, url };
}

/** Undefined when the account has no such provider. Throws ValidationError, or InvalidInput for what is no such ARN. */
export function findProvider(
  state: Pick<CallState, 'get'>,
  accountId: string,
  arn: string,
): OpenProvider | undefined {
  new InputRules().text('openIDConnectProviderArn', arn, arnRule).verify();
  const parsed = parseProviderArn(arn);
  if (parsed === undefined) throw invalidInput(`ARN ${arn} is not valid.`);
  const key = oidcProviderKey(accountId, parsed.url);
  const provider = parsed.accountId === accountId ? state.get<OidcProviderDocument>(key) : undefined;
  return provider === undefined ? undefined : { key, provider };
}

/** Throws NoSuchEntity too. */
export function openProvider(state: Pick<CallState, 'get'>, accountId: string, arn: string): OpenProvider {
  const found = findProvider(state, accountId, arn);
  if (found === undefined) throw noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`);
  return found;
}
