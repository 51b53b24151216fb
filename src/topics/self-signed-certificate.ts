// SPDX-License-Identifier: Apache-2.0
import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';
import {
  derBits,
  derExplicit,
  derInteger,
  derNull,
  derObjectId,
  derOctets,
  derSequence,
  derSet,
  derTime,
  derTrue,
  derUtf8,
} from './der.js';

export interface CertificateOptions {
  /** An RSA private key. */
  readonly privateKey: KeyObject;
  readonly commonName: string;
  readonly organization: string;
  /** 1 to 20 bytes. */
  readonly serialNumber: Uint8Array;
  /** ms since the epoch; whole seconds are kept. */
  readonly validFromMs: number;
  readonly validUntilMs: number;
}

/**
 * An X.509 v3 certificate (PEM) for a key that signs data, signed by that key with SHA-256. node:crypto reads
 * certificates and does not make them. Source: RFC 5280.
 */
export function selfSignedCertificate(options: CertificateOptions): string {
  const { privateKey } = options;
  const content = toBeSigned(options, createPublicKey(privateKey).export({ type: 'spki', format: 'der' }));
  const signature = sign('sha256', content, privateKey);
  const certificate = derSequence(content, signatureAlgorithm(), derBits(signature));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function toBeSigned(options: CertificateOptions, publicKey: Buffer): Buffer {
  const { commonName, organization, serialNumber, validFromMs, validUntilMs } = options;
  // Issuer and subject are one.
  const name = derSequence(attribute('2.5.4.10', organization), attribute('2.5.4.3', commonName));
  return derSequence(
    derExplicit(0, derInteger(Buffer.of(2))),
    derInteger(serialNumber),
    signatureAlgorithm(),
    name,
    derSequence(derTime(validFromMs), derTime(validUntilMs)),
    name,
    publicKey,
    derExplicit(3, extensions(publicKey)),
  );
}

/** sha256WithRSAEncryption */
function signatureAlgorithm(): Buffer {
  return derSequence(derObjectId('1.2.840.113549.1.1.11'), derNull());
}

function attribute(type: string, value: string): Buffer {
  return derSet(derSequence(derObjectId(type), derUtf8(value)));
}

function extensions(publicKey: Buffer): Buffer {
  const keyId = createHash('sha1').update(publicKey).digest();
  return derSequence(
    // No authority: it vouches for nobody else.
    extension('2.5.29.19', derSequence(), true),
    // digitalSignature
    extension('2.5.29.15', derBits(Buffer.of(0x80), 7), true),
    extension('2.5.29.14', derOctets(keyId), false),
  );
}

function extension(id: string, value: Buffer, critical: boolean): Buffer {
  const parts = critical ? [derTrue()] : [];
  return derSequence(derObjectId(id), ...parts, derOctets(value));
}
