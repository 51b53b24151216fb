// SPDX-License-Identifier: Apache-2.0

/** The cookies of signing in. */
export type SigninCookie = 'session' | 'oidc';

/**
 * `__Host-` binds a cookie to this host, this path and TLS: no other host of the domain can set it. Without TLS (a server
 * on loopback) browsers take no such name. Source: RFC 6265bis, "Cookie name prefixes".
 */
function nameOf(cookie: SigninCookie, isSecure: boolean): string {
  return `${isSecure ? '__Host-' : ''}cairn-${cookie}`;
}

/** Undefined also when there are several: one of them was planted. */
export function readCookie(
  header: string | undefined,
  cookie: SigninCookie,
  isSecure: boolean,
): string | undefined {
  const wanted = `${nameOf(cookie, isSecure)}=`;
  const values = (header ?? '')
    .split(/[;,]/)
    .map((part) => part.trim())
    .filter((part) => part.startsWith(wanted));
  return values.length === 1 ? values[0]?.slice(wanted.length) : undefined;
}

/**
 * The session's cookie comes with requests of this site alone. That of a sign-in at an issuer must come back with a
 * navigation from there, which is what Lax allows and Strict does not.
 * @param maxAgeSec 0 removes it
 */
export function setCookie(
  cookie: SigninCookie,
  value: string,
  { maxAgeSec, isSecure }: { readonly maxAgeSec: number; readonly isSecure: boolean },
): string {
  const sameSite = cookie === 'session' ? 'Strict' : 'Lax';
  const secure = isSecure ? '; Secure' : '';
  return `${nameOf(cookie, isSecure)}=${value}; Path=/; Max-Age=${maxAgeSec}; HttpOnly; SameSite=${sameSite}${secure}`;
}
