// SPDX-License-Identifier: Apache-2.0
import { hash } from 'node:crypto';
import { formatAmzDate, parseAmzDate, parseHttpDate } from './amz-date.js';
import { type Credential, parseCredential, parseSignedHeaders } from './parse-credential.js';
import { algorithm, type SignatureClaim } from './signature-claim.js';
import { SignatureFailure } from './signature-failure.js';

type Headers = Readonly<Record<string, string>>;
const componentNames = ['Credential', 'Signature', 'SignedHeaders'] as const;
type ComponentName = (typeof componentNames)[number];

/** Reads `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`, with or without spaces behind the commas. */
export function parseHeaderClaim(authorization: string, headers: Headers): SignatureClaim {
  const known = latest;
  if (known === undefined || !isSameButSignature(authorization, known.prefix))
    return parseWhole(authorization, headers);
  const time = signingTime(headers);
  if (time === undefined) return parseWhole(authorization, headers);
  return toClaim(known.signer, authorization.slice(known.prefix.length), time, headers);
}

/** What a client's requests of a day have in common. */
type Signer = Credential & Pick<SignatureClaim, 'signedHeaders'>;

/** All up to the signature, as it was read last: a client sends the same with its next request. */
let latest: { readonly prefix: string; readonly signer: Signer } | undefined;

const usualForm = /^AWS4-HMAC-SHA256 Credential=[^\s,=]+, ?SignedHeaders=[^\s,=]+, ?Signature=[0-9a-f]{64}$/;
const signatureLength = 64;

function isSameButSignature(authorization: string, prefix: string): boolean {
  return (
    authorization.length === prefix.length + signatureLength &&
    authorization.startsWith(prefix) &&
    /^[0-9a-f]{64}$/.test(authorization.slice(prefix.length))
  );
}

function toClaim(
  signer: Signer,
  signature: string,
  time: Pick<SignatureClaim, 'amzDate' | 'signedAtMs' | 'dateSource'>,
  headers: Headers,
): SignatureClaim {
  const sessionToken = headers['x-amz-security-token'];
  return {
    mode: 'header',
    ...signer,
    signature,
    ...time,
    ...(sessionToken === undefined ? {} : { sessionToken }),
  };
}

function parseWhole(authorization: string, headers: Headers): SignatureClaim {
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
  const signer = {
    ...parseCredential(components.get('Credential') ?? '', 'header'),
    signedHeaders: parseSignedHeaders(components.get('SignedHeaders') ?? ''),
  };
  if (usualForm.test(authorization)) latest = { prefix: authorization.slice(0, -signatureLength), signer };
  return toClaim(signer, components.get('Signature') ?? '', time, headers);
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
