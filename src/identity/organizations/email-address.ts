// SPDX-License-Identifier: Apache-2.0

const localForbidden = /[\s"'()<>[\]:;,\\|%&]/;

/**
 * Whether AWS takes it as the address of an account's root. Source: Organizations API Reference, "CreateAccount" (Email):
 * 6 to 64 characters of ASCII, one @; the local name has none of a few characters and begins with no dot; the domain is
 * letters, digits, hyphens and dots, with a dot in it, no hyphen or dot at either end.
 */
export function isEmailAddress(text: string): boolean {
  if (text.length < 6 || text.length > 64 || !/^[\x21-\x7e]+$/.test(text)) return false;
  const [local, domain, ...more] = text.split('@');
  if (more.length > 0 || !local || domain === undefined) return false;
  if (localForbidden.test(local) || local.startsWith('.')) return false;
  return /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+$/.test(
    domain,
  );
}
