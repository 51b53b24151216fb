// SPDX-License-Identifier: Apache-2.0
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { type EncryptionContext, encryptionContextBytes } from './encryption-context.js';

/**
 * What a symmetric KMS key makes of a plaintext. Format 1, in bytes:
 *
 *     1 format | 1 length of the ARN | the key's ARN | 32 material id | 16 salt | 12 IV | ciphertext | 16 tag
 *
 * AES-256-GCM under a key that HKDF-SHA-256 makes of the key's material and the salt, so that one material may encrypt any
 * number of messages although IVs are random. Everything in front of the ciphertext, and the encryption context, is
 * authenticated. A blob names its key and version and holds nothing of either.
 */
const format = 1;
const materialIdBytes = 32;
const saltBytes = 16;
const ivBytes = 12;
const tagBytes = 16;
const hkdfInfo = 'cairn kms ciphertext 1';

/** What a blob says of the key that opens it; nothing of it is proven before it was opened. */
export interface BlobHeader {
  readonly keyArn: string;
  /** 64 hexadecimal digits. */
  readonly materialId: string;
}

export interface SealOptions extends BlobHeader {
  /** 32 bytes. */
  readonly material: Uint8Array;
  readonly encryptionContext: EncryptionContext;
}

export function sealBlob(plaintext: Uint8Array, options: SealOptions): Buffer {
  const salt = randomBytes(saltBytes);
  const iv = randomBytes(ivBytes);
  const header = Buffer.concat([headerBytes(options), salt, iv]);
  const cipher = createCipheriv('aes-256-gcm', messageKey(options.material, salt), iv);
  cipher.setAAD(authenticated(header, options.encryptionContext));
  return Buffer.concat([header, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** Undefined for bytes that are none of these blobs. */
export function readBlobHeader(blob: Uint8Array): BlobHeader | undefined {
  const bytes = Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength);
  const arnLength = bytes[1] ?? 0;
  const arnEnd = 2 + arnLength;
  const headerLength = arnEnd + materialIdBytes + saltBytes + ivBytes;
  if (bytes[0] !== format || arnLength === 0 || bytes.length < headerLength + tagBytes) return undefined;
  return {
    keyArn: bytes.toString('latin1', 2, arnEnd),
    materialId: bytes.toString('hex', arnEnd, arnEnd + materialIdBytes),
  };
}

/** Undefined when the blob was altered, belongs to another material, or to another encryption context. */
export function openBlob(
  blob: Uint8Array,
  material: Uint8Array,
  encryptionContext: EncryptionContext,
): Buffer | undefined {
  const bytes = Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength);
  const headerLength = 2 + (bytes[1] ?? 0) + materialIdBytes + saltBytes + ivBytes;
  if (bytes[0] !== format || bytes.length < headerLength + tagBytes) return undefined;
  const header = bytes.subarray(0, headerLength);
  const salt = header.subarray(-(saltBytes + ivBytes), -ivBytes);
  const iv = header.subarray(-ivBytes);
  const decipher = createDecipheriv('aes-256-gcm', messageKey(material, salt), iv, {
    authTagLength: tagBytes,
  });
  decipher.setAAD(authenticated(header, encryptionContext));
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  const body = decipher.update(bytes.subarray(headerLength, -tagBytes));
  try {
    return Buffer.concat([body, decipher.final()]);
  } catch {
    return undefined;
  }
}

function headerBytes({ keyArn, materialId }: BlobHeader): Buffer {
  const arn = Buffer.from(keyArn, 'latin1');
  const id = Buffer.from(materialId, 'hex');
  if (arn.length > 255 || id.length !== materialIdBytes)
    throw new Error(`no ciphertext can name the key ${keyArn} and the material ${materialId}`);
  return Buffer.concat([Buffer.from([format, arn.length]), arn, id]);
}

/** Header and context cannot run into each other: the header tells its own length. */
function authenticated(header: Buffer, context: EncryptionContext): Buffer {
  return Buffer.concat([header, encryptionContextBytes(context)]);
}

function messageKey(material: Uint8Array, salt: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', material, salt, hkdfInfo, 32));
}
