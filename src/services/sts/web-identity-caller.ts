// SPDX-License-Identifier: Apache-2.0
import type { AssumeRoleWithWebIdentityRequest } from '@aws-sdk/client-sts';
import type { IssuerKeys } from '../../identity/oidc/issuer-keys.js';
import {
  verifyWebIdentity,
  WebIdentityError,
  type WebIdentityFault,
} from '../../identity/oidc/verify-web-identity.js';
import { isRegion } from '../../identity/regions.js';
import { WireError } from '../../wire/wire-error.js';
import type { Service, UnsignedCaller } from '../service.js';
import { arnRule, checkLength, checkText } from './check-input.js';
import { validationError } from './sts-errors.js';

/** Source: STS API Reference, "AssumeRoleWithWebIdentity", WebIdentityToken. */
const tokenLengths = [4, 20_000] as const;

export interface WebIdentityCallerDependencies {
  readonly issuerKeys: IssuerKeys;
  /** The Region of calls whose host names none. */
  readonly homeRegion: string;
}

/**
 * Who makes an unsigned call of STS: the bearer of a verified token, in the account of the role. A token that proves nobody
 * is refused here, in STS's words and without a record: nobody fills a stranger's history with tokens of his own making.
 */
export function unsignedOf({
  issuerKeys,
  homeRegion,
}: WebIdentityCallerDependencies): NonNullable<Service['unsigned']> {
  return (operation, input, state, nowMs, request) => {
    if (operation === 'AssumeRoleWithSAML') throw notServed(operation);
    if (operation !== 'AssumeRoleWithWebIdentity') return undefined;
    const { RoleArn, WebIdentityToken, ProviderId } = input as AssumeRoleWithWebIdentityRequest;
    const arn = checkText(RoleArn ?? '', 'roleArn', arnRule);
    const accountId = /^arn:aws:iam::(\d{12}):role\//.exec(arn)?.[1];
    if (accountId === undefined) throw validationError('Request ARN is invalid');
    const token = checkLength(WebIdentityToken ?? '', 'webIdentityToken', ...tokenLengths);
    if (ProviderId !== undefined) throw notAnIdToken();
    return callerOf(
      token,
      { accountId, state, keys: issuerKeys, nowMs },
      regionOf(request.headers.host, homeRegion),
    );
  };
}

/** Clients send it without a signature: a complaint about credentials would lead them astray. */
function notServed(operation: string): WireError {
  const message = `${operation} of sts.amazonaws.com is not implemented by Cairn yet.`;
  return new WireError('NotImplemented', message, { status: 501 });
}

async function callerOf(
  token: string,
  options: Parameters<typeof verifyWebIdentity>[1],
  region: string,
): Promise<UnsignedCaller> {
  try {
    const principal = await verifyWebIdentity(token, options);
    return { accountId: options.accountId, region, principal };
  } catch (error) {
    if (error instanceof WebIdentityError) throw toWireError(error);
    throw error;
  }
}

/** `sts.eu-west-1.amazonaws.com`; unsigned requests name their Region nowhere else. */
function regionOf(host: string | undefined, homeRegion: string): string {
  const named = /^sts\.([a-z0-9-]{1,32})\.amazonaws\.com(?::\d+)?$/.exec(host ?? '')?.[1];
  return named !== undefined && isRegion(named) ? named : homeRegion;
}

function invalidToken(message: string, cause?: unknown): WireError {
  return new WireError('InvalidIdentityTokenException', message, { status: 400, cause });
}

function notAnIdToken(): WireError {
  return invalidToken(
    'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
  );
}

/** Source: STS API Reference, "AssumeRoleWithWebIdentity", errors; the texts are those of its answers. */
function toWireError(error: WebIdentityError): WireError {
  const { fault } = error;
  if (fault.code === 'expired') return expired(fault);
  if (fault.code === 'notAJwt') return notAnIdToken();
  return invalidToken(reasonOf(fault), error);
}

function reasonOf(fault: Exclude<WebIdentityFault, { code: 'expired' | 'notAJwt' }>): string {
  switch (fault.code) {
    case 'unknownProvider':
      return `No OpenIDConnect provider found in your account for ${fault.issuer}`;
    case 'wrongAudience':
      return 'Incorrect token audience';
    case 'missingClaim':
      return `Missing a required claim: ${fault.claim}`;
    case 'noKeys':
      return "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements";
    default:
      return 'The ID Token provided could not be validated.';
  }
}

function expired({ expiresAtSec, nowSec }: Extract<WebIdentityFault, { code: 'expired' }>): WireError {
  const message = `Token expired: current date/time ${nowSec} must be before the expiration date/time ${expiresAtSec}`;
  return new WireError('ExpiredTokenException', message, { status: 400 });
}
