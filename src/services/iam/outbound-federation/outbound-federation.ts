// SPDX-License-Identifier: Apache-2.0
import type {
  EnableOutboundWebIdentityFederationResponse,
  GetOutboundWebIdentityFederationInfoResponse,
} from '@aws-sdk/client-iam';
import {
  issuerPathPrefix,
  type OutboundFederationDocument,
  outboundFederationKey,
  outboundIssuerKey,
} from '../../../identity/outbound-federation.js';
import { newIssuerKeys } from '../../../identity/outbound-tokens.js';
import type { SecretBox } from '../../../identity/secret-box.js';
import type { RandomBytes } from '../../../identity/unique-id.js';
import { WireError } from '../../../wire/wire-error.js';
import type { Call, Handler } from '../../service.js';

export interface OutboundFederationDependencies {
  readonly secretBox: SecretBox;
  readonly randomBytes: RandomBytes;
  /** The base of issuer URLs, where it is not the address that the caller used. */
  readonly publicUrl: string | undefined;
}

/** EnableOutboundWebIdentityFederation and its neighbours. Source: IAM API Reference, pages of these names. */
export function outboundFederationHandlers(
  deps: OutboundFederationDependencies,
): Readonly<Record<string, Handler>> {
  return {
    DisableOutboundWebIdentityFederation: disable,
    EnableOutboundWebIdentityFederation: enable(deps),
    GetOutboundWebIdentityFederationInfo: info,
  };
}

function enable({
  secretBox,
  randomBytes,
  publicUrl,
}: OutboundFederationDependencies): Handler<object, EnableOutboundWebIdentityFederationResponse> {
  return async (_input, call) => {
    const { accountId, state } = call;
    const before = issuerOf(call);
    if (before?.isEnabled === true) {
      throw new WireError(
        'FeatureEnabledException',
        'Outbound web identity federation is already enabled for this account.',
      );
    }
    const issuerId = Buffer.from(randomBytes(16)).toString('hex');
    const issuer: OutboundFederationDocument =
      before === undefined
        ? {
            accountId,
            issuerId,
            issuerUrl: `${publicUrl ?? addressOf(call)}${issuerPathPrefix}${issuerId}`,
            isEnabled: true,
            keys: await newIssuerKeys(secretBox),
          }
        : { ...before, isEnabled: true };
    state.put(outboundFederationKey(accountId), issuer);
    state.put(outboundIssuerKey(issuer.issuerId), { accountId });
    return { IssuerIdentifier: issuer.issuerUrl };
  };
}

const disable: Handler<object, void> = (_input, call) => {
  call.state.put(outboundFederationKey(call.accountId), { ...enabledIssuer(call), isEnabled: false });
};

const info: Handler<object, GetOutboundWebIdentityFederationInfoResponse> = (_input, call) => {
  const { issuerUrl, isEnabled } = enabledIssuer(call);
  return { IssuerIdentifier: issuerUrl, JwtVendingEnabled: isEnabled };
};

function issuerOf({ state, accountId }: Call): OutboundFederationDocument | undefined {
  return state.get<OutboundFederationDocument>(outboundFederationKey(accountId));
}

function enabledIssuer(call: Call): OutboundFederationDocument {
  const issuer = issuerOf(call);
  if (issuer?.isEnabled === true) return issuer;
  throw new WireError(
    'FeatureDisabledException',
    'Outbound web identity federation is not enabled for this account.',
  );
}

/** Where the caller reached us. The header of a signed call is signed, but by somebody who may write anything into it. */
function addressOf({ request }: Call): string {
  const { host = '' } = request.headers;
  const scheme = request.tls === undefined ? 'http' : 'https';
  return /^[A-Za-z0-9.\-_[\]:]{1,255}$/.test(host) ? `${scheme}://${host}` : `${scheme}://localhost`;
}
