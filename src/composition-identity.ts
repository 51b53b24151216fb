// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { HttpsDocumentFetcher } from './adapters/document-fetcher/https-document-fetcher.js';
import type { LocalCairn } from './composition-local.js';
import { AccessKeys } from './identity/access-keys.js';
import { AuthorizationMessages } from './identity/authorization-messages.js';
import { type FindCredentials, findCredentialsOf } from './identity/find-credentials.js';
import { LastUsed } from './identity/last-used.js';
import { MfaGuesses } from './identity/mfa-guesses.js';
import { IssuerKeys } from './identity/oidc/issuer-keys.js';
import { issuerDocument } from './identity/outbound-federation.js';
import { Passwords } from './identity/passwords.js';
import { SessionTokens } from './identity/session-token.js';
import type { OperatorLog } from './ports/operator-log.js';
import type { StateStore } from './ports/state-store.js';
import type { IamDependencies } from './services/iam/iam-dependencies.js';
import type { StsDependencies } from './services/sts/sts-dependencies.js';
import type { Settings } from './settings.js';
import type { WireRequest, WireResponse } from './wire/http.js';

type Local = Pick<LocalCairn, 'stateStore' | 'eventLog' | 'secretBox' | 'keyFor' | 'clock' | 'root'>;

/** Who is who: what the request path and the services of identities share. */
export interface Identities {
  readonly findCredentials: FindCredentials;
  readonly sts: Omit<StsDependencies, 'model'>;
  readonly iam: Omit<IamDependencies, 'model'>;
  readonly lastUsed: LastUsed;
  /** Answers what issuers of web identity tokens publish. Undefined for every other request. */
  readonly issuers: (request: WireRequest) => WireResponse | undefined;
}

export function openIdentities(
  { stateStore, eventLog, secretBox, keyFor, clock, root }: Local,
  { oidcIssuers, publicUrl }: Pick<Settings, 'oidcIssuers' | 'publicUrl'>,
  log: OperatorLog,
): Identities {
  const sessionTokens = new SessionTokens(keyFor('cairn session tokens 1'));
  const accessKeys = new AccessKeys(stateStore, secretBox);
  const mfaGuesses = new MfaGuesses();
  return {
    findCredentials: findCredentialsOf({ state: stateStore, accessKeys, sessionTokens }),
    sts: {
      sessionTokens,
      secretBox,
      mfaGuesses,
      issuerKeys: new IssuerKeys({ fetcher: new HttpsDocumentFetcher(), clock, log, locations: oidcIssuers }),
      authorizationMessages: new AuthorizationMessages(keyFor('cairn authorization messages 1')),
      homeRegion: root.region,
    },
    iam: {
      secretBox,
      mfaGuesses,
      randomBytes,
      passwords: new Passwords({ randomBytes }),
      passwordGuesses: new MfaGuesses(),
      publicUrl,
    },
    lastUsed: new LastUsed({ eventLog, stateStore, log }),
    issuers: (request) => issuerAnswer(request, stateStore),
  };
}

function issuerAnswer(
  { method, rawPath }: WireRequest,
  stateStore: Pick<StateStore, 'get'>,
): WireResponse | undefined {
  if (method !== 'GET' && method !== 'HEAD') return undefined;
  const document = issuerDocument(rawPath, <T>(key: string) => stateStore.get<T>(key)?.value);
  if (document === undefined) return undefined;
  const body = Buffer.from(JSON.stringify(document));
  const headers = {
    'content-type': 'application/json',
    'content-length': String(body.length),
    'cache-control': 'public, max-age=300',
  };
  return { status: 200, headers, body };
}
