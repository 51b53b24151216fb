// SPDX-License-Identifier: Apache-2.0

export interface HttpEndpoint {
  /** The URL without the password, as it was written otherwise. */
  readonly url: string;
  readonly password: string | undefined;
}

/** Longer URLs are of no use to anybody, and lie in state, records and lists. */
const endpointLengthMax = 2_048;

/**
 * Takes the URL of an HTTP(S) subscriber apart. Undefined for what none of them could be reached at: another scheme, no
 * host, characters that a URL cannot hold. Source: SNS Developer Guide, "Fanout Amazon SNS notifications to HTTPS
 * endpoints": a user and a password may stand in the URL.
 */
export function parseHttpEndpoint(text: string, protocol: 'http' | 'https'): HttpEndpoint | undefined {
  if (text.length > endpointLengthMax || /[\s\u0000-\u0020\u007f]/.test(text)) return undefined;
  if (!text.toLowerCase().startsWith(`${protocol}://`) || !URL.canParse(text)) return undefined;
  const { hostname, password } = new URL(text);
  if (hostname === '') return undefined;
  if (password === '') return { url: text, password: undefined };
  // As it was written: the parsed form may be encoded otherwise.
  const [, before, written, after] = /^([^/]*\/\/[^/?#:]*):([^/?#]*)@(.*)$/s.exec(text) ?? [];
  if (before === undefined || written === undefined) return undefined;
  return { url: `${before}@${after}`, password: decodeURIComponentOr(written) };
}

/** How lists and records show an endpoint that has a password. */
export function maskedEndpoint(url: string, hasPassword: boolean): string {
  return hasPassword ? url.replace(/^([^/]*\/\/[^/?#@]*)@/, '$1:****@') : url;
}

function decodeURIComponentOr(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
