// SPDX-License-Identifier: Apache-2.0

import type { WantedRootPassword } from '../../signin/set-root-password.js';
import { SigninError } from '../../signin/signin-error.js';
import { WireError } from '../../wire/wire-error.js';
import type { OwnRequest, OwnRoute } from '../own-api.js';

export interface RootPasswordRoutesDependencies {
  readonly root: { readonly accountId: string };
  /** Throws SigninError. */
  readonly setRootPassword: (wanted: WantedRootPassword) => Promise<void>;
}

/** The route of Cairn's own API by which its operator gives roots a way to sign in. */
export function rootPasswordRoutes(deps: RootPasswordRoutesDependencies): ReadonlyMap<string, OwnRoute> {
  return new Map<string, OwnRoute>([['POST /cairn/v1/root-password', (request) => set(deps, request)]]);
}

/**
 * `{ accountId, email, password }`. For the main account's own root key alone: whoever sets a root's password can sign in as
 * that root.
 */
async function set(
  { root, setRootPassword }: RootPasswordRoutesDependencies,
  { body, principal }: OwnRequest,
): Promise<unknown> {
  if (principal.kind !== 'root' || principal.accountId !== root.accountId || principal.session !== undefined)
    throw new WireError('AccessDenied', 'only the root key of the main account sets passwords of roots', {
      status: 403,
    });
  try {
    await setRootPassword(wantedPassword(body, root.accountId));
    return {};
  } catch (error) {
    if (!(error instanceof SigninError)) throw error;
    throw new WireError(error.code, error.message, { status: error.status });
  }
}

function wantedPassword(body: Buffer, mainAccountId: string): WantedRootPassword {
  const { accountId = mainAccountId, email, password } = parsed(body);
  if (typeof accountId !== 'string' || typeof email !== 'string' || typeof password !== 'string')
    throw new WireError('ValidationException', 'an email and a password are needed', { status: 400 });
  return { accountId, email, password };
}

function parsed(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(body.toString('utf8')) as Readonly<Record<string, unknown>>;
  } catch {
    // Without the parser's message, which would quote the password.
    throw new WireError('ValidationException', 'the body is not JSON', { status: 400 });
  }
}
