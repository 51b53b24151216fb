// SPDX-License-Identifier: Apache-2.0
import { hash } from 'node:crypto';
import { formatAmzDate, parseAmzDate, parseHttpDate } from './amz-date.js';
import { parseCredential, parseSignedHeaders } from './parse-credential.js';
import { algorithm, type SignatureClaim } from './signature-claim.js';
import { SignatureFailure } from './signature-failure.js';

type Headers = Readonly<Record<string, string>>;
const componentNames = ['Credential', 'Signature', 'SignedHeaders'] as const;
type ComponentName = (typeof componentNames)[number];

/** Reads `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`, with or without spaces behind the commas. */
export function parseHeaderClaim(authorization: string, headers: Headers): SignatureClaim {
  const space = authorization.indexOf(' ');
  const mechanism = space < 0 ? authorization : authorization.slice(0, space);
  // Computed only for a refusal.
  const digest = () => hash('sha256', authorization, 'base64');
  if (mechanism !== algorithm) {
    throw new SignatureFailure({
      code: 'unsupportedMechanism',
      mode: 'header',
      mechanism: mechanismKind(mechanism),
      authorizationSha256: digest(),
    });
  }
  const components = splitComponents(space < 0 ? '' : authorization.slice(space + 1), digest);
  const time = signingTime(headers);
  const missing = componentNames.filter((name) => !components.has(name));
  if (missing.length > 0) {
    const dateMissing = time === undefined;
    throw new SignatureFailure({
      code: 'missingComponents',
      missing,
      dateMissing,
      authorizationSha256: digest(),
    });
  }
  if (time === undefined) throw new SignatureFailure({ code: 'missingDate' });
  const sessionToken = headers['x-amz-security-token'];
  return {
    mode: 'header',
    ...parseCredential(components.get('Credential') ?? '', 'header'),
    signedHeaders: parseSignedHeaders(components.get('SignedHeaders') ?? ''),
    signature: components.get('Signature') ?? '',
    ...time,
    ...(sessionToken === undefined ? {} : { sessionToken }),
  };
}

function mechanismKind(mechanism: string): 'sigv2' | 'sigv4a' | 'unknown' {
  if (mechanism === 'AWS') return 'sigv2';
  return mechanism === 'AWS4-ECDSA-P256-SHA256' ? 'sigv4a' : 'unknown';
}

function splitComponents(text: string, digest: () => string): Map<ComponentName, string> {
  const components = new Map<ComponentName, string>();
  for (const part of text.split(',')) {
    const component = part.trim();
    if (component === '') continue;
    const name = component.slice(0, Math.max(0, component.indexOf('=')));
    const known = componentNames.find((each) => each === name);
    if (known === undefined || components.has(known)) {
      // Only a name is shown: what stands without one may be a key pasted into the wrong place.
      const shown = /^[A-Za-z-]{1,32}$/.test(name) ? name : '';
      throw new SignatureFailure({
        code: 'malformedComponent',
        component: shown,
        authorizationSha256: digest(),
      });
    }
    components.set(known, component.slice(name.length + 1));
  }
  return components;
}

function signingTime(
  headers: Headers,
): Pick<SignatureClaim, 'amzDate' | 'signedAtMs' | 'dateSource'> | undefined {
  const dateSource = ['x-amz-date', 'date'].find((name) => Object.hasOwn(headers, name));
  if (dateSource !== 'x-amz-date' && dateSource !== 'date') return undefined;
  const text = (headers[dateSource] ?? '').trim();
  const basicMs = parseAmzDate(text);
  if (basicMs !== undefined) return { amzDate: text, signedAtMs: basicMs, dateSource };
  const signedAtMs = parseHttpDate(text);
  if (signedAtMs === undefined)
    throw new SignatureFailure({ code: 'malformedDate', mode: 'header', date: text });
  return { amzDate: formatAmzDate(signedAtMs), signedAtMs, dateSource };
}
