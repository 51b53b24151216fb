// SPDX-License-Identifier: Apache-2.0

export type SignatureMode = 'header' | 'query';

/**
 * Everything that can be wrong with a request's authentication, apart from any protocol: `toWireError` says it in
 * the words of one. Nothing here may hold a secret access key, a signing key, or what a client put by mistake where
 * a signature belongs (a bearer token, say): of such text only the SHA-256 is kept.
 */
export type SignatureFault =
  | { readonly code: 'missingAuthentication' }
  | { readonly code: 'multipleMechanisms' }
  | {
      readonly code: 'unsupportedMechanism';
      readonly mode: SignatureMode;
      readonly mechanism: 'sigv2' | 'sigv4a' | 'unknown';
      readonly authorizationSha256: string;
    }
  | { readonly code: 'malformedComponent'; readonly component: string; readonly authorizationSha256: string }
  | {
      readonly code: 'missingComponents';
      readonly missing: readonly ('Credential' | 'Signature' | 'SignedHeaders')[];
      readonly dateMissing: boolean;
      readonly authorizationSha256: string;
    }
  | { readonly code: 'missingParameters'; readonly missing: readonly string[] }
  | { readonly code: 'malformedCredential'; readonly mode: SignatureMode; readonly elements: number }
  | { readonly code: 'missingDate' }
  | { readonly code: 'malformedDate'; readonly mode: SignatureMode; readonly date: string }
  | { readonly code: 'malformedScopeDate'; readonly mode: SignatureMode; readonly scopeDate: string }
  | {
      readonly code: 'scopeDateMismatch';
      readonly mode: SignatureMode;
      readonly scopeDate: string;
      readonly amzDate: string;
    }
  | { readonly code: 'wrongTerminator'; readonly mode: SignatureMode; readonly terminator: string }
  | {
      readonly code: 'wrongRegion';
      readonly mode: SignatureMode;
      readonly region: string;
      readonly expected: string | undefined;
    }
  | {
      readonly code: 'wrongService';
      readonly mode: SignatureMode;
      readonly service: string;
      readonly expected: string;
    }
  | { readonly code: 'badExpires'; readonly problem: 'notANumber' | 'notPositive' | 'tooLarge' }
  | { readonly code: 'headersNotSigned'; readonly headers: readonly string[] }
  | {
      readonly code: 'expired' | 'notYetCurrent';
      readonly amzDate: string;
      readonly nowMs: number;
      readonly skewMs: number;
    }
  | {
      readonly code: 'presignedExpired';
      readonly expiresSeconds: number;
      readonly expiresAtMs: number;
      readonly nowMs: number;
    }
  | { readonly code: 'presignedNotYetValid'; readonly nowMs: number }
  | { readonly code: 'missingContentSha256' }
  | { readonly code: 'malformedContentSha256'; readonly value: string }
  | { readonly code: 'unknownAccessKey'; readonly accessKeyId: string }
  | { readonly code: 'invalidSessionToken' }
  | { readonly code: 'expiredSessionToken' }
  | {
      readonly code: 'mismatch';
      readonly accessKeyId: string;
      readonly signature: string;
      readonly stringToSign: string;
      /** As hashed, but for the values of headers and parameters that are secret themselves. */
      readonly canonicalRequest: string;
    };

export type SignatureFaultCode = SignatureFault['code'];

export class SignatureFailure extends Error {
  override readonly name = 'SignatureFailure';

  constructor(
    readonly fault: SignatureFault,
    options?: ErrorOptions,
  ) {
    super(`request authentication failed: ${fault.code}`, options);
  }
}
