// SPDX-License-Identifier: Apache-2.0
import { StandaloneAccountError, type WantedAccount } from '../identity/standalone-account.js';
import { WireError } from '../wire/wire-error.js';
import type { OwnRequest, OwnRoute } from './own-api.js';

export interface AccountRoutesDependencies {
  readonly root: { readonly accountId: string };
  /** Makes an account and keeps its key in the data directory. Throws StandaloneAccountError. */
  readonly createAccount: (wanted: WantedAccount) => Promise<{ readonly accountId: string }>;
}

/** The routes of Cairn's own API by which its operator makes accounts. */
export function accountRoutes(deps: AccountRoutesDependencies): ReadonlyMap<string, OwnRoute> {
  return new Map<string, OwnRoute>([['POST /cairn/v1/accounts', (request) => createAccount(deps, request)]]);
}

/**
 * `{ name, email, accountId? }`. Answers `{ accountId }`: the key is in the data directory, where the command line finds it.
 * For the main account's own root key alone, whatever policies say: it is the operator's, who has the data directory anyway. A
 * session of somebody who was let act as that root is not.
 */
async function createAccount(
  { root, createAccount: create }: AccountRoutesDependencies,
  { body, principal }: OwnRequest,
): Promise<unknown> {
  if (principal.kind !== 'root' || principal.accountId !== root.accountId || principal.session !== undefined)
    throw new WireError('AccessDenied', 'only the root key of the main account makes accounts', {
      status: 403,
    });
  try {
    const { accountId } = await create(wantedAccount(body));
    return { accountId };
  } catch (error) {
    if (!(error instanceof StandaloneAccountError)) throw error;
    const code = error.reason === 'taken' ? 'EntityAlreadyExists' : 'ValidationException';
    throw new WireError(code, error.message, { status: error.reason === 'taken' ? 409 : 400 });
  }
}

function wantedAccount(body: Buffer): WantedAccount {
  let asked: unknown;
  try {
    asked = JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new WireError('ValidationException', 'the body is not JSON', { status: 400, cause });
  }
  const { name, email, accountId } = (typeof asked === 'object' && asked !== null ? asked : {}) as Record<
    string,
    unknown
  >;
  const isWhole =
    typeof name === 'string' &&
    typeof email === 'string' &&
    (accountId === undefined || typeof accountId === 'string');
  if (!isWhole)
    throw new WireError('ValidationException', 'an account needs a name and an email', { status: 400 });
  return { name, email, ...(accountId === undefined ? {} : { accountId }) };
}
