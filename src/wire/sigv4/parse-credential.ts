// SPDX-License-Identifier: Apache-2.0
import { SignatureFailure, type SignatureMode } from './signature-failure.js';

export interface Credential {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly terminator: string;
}

/** `AKID/20261121/us-east-1/s3/aws4_request`, exactly five elements, none of them empty. */
export function parseCredential(text: string, mode: SignatureMode): Credential {
  const elements = text.split('/');
  const [accessKeyId, date, region, service, terminator] = elements;
  if (elements.length !== 5 || !accessKeyId || !date || !region || !service || !terminator) {
    throw new SignatureFailure({ code: 'malformedCredential', mode, elements: elements.length });
  }
  return { accessKeyId, date, region, service, terminator };
}

/** The names in SignedHeaders, in the order in which the canonical request has them. */
export function parseSignedHeaders(text: string): string[] {
  return text
    .split(';')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '')
    .sort();
}
