// SPDX-License-Identifier: Apache-2.0

/** Pairs that are no secret, and without which a ciphertext does not open. */
export type EncryptionContext = Readonly<Record<string, string>>;

/**
 * One spelling for one set of pairs, whatever their order: each text with its length in front, so that no two sets look
 * alike. It is part of what authenticates a ciphertext. Source: KMS Developer Guide, "Encryption context".
 */
export function encryptionContextBytes(context: EncryptionContext): Buffer {
  const pairs = Object.entries(context).map(([key, value]) => Buffer.concat([sized(key), sized(value)]));
  return Buffer.concat(pairs.sort(Buffer.compare));
}

function sized(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/**
 * The context under which CloudTrail's files of a trail are encrypted; `objectArn` is the ARN of the object, or of the
 * folder that files go to when a key is only tried. Source: CloudTrail User Guide, "How AWS CloudTrail uses AWS KMS".
 */
export function cloudTrailEncryptionContext(trailArn: string, objectArn: string): EncryptionContext {
  return { 'aws:cloudtrail:arn': trailArn, 'aws:s3:arn': objectArn };
}

/**
 * The context of an object that S3 encrypts for its caller; with a bucket key the bucket's ARN.
 * Source: S3 User Guide, "Using server-side encryption with AWS KMS keys (SSE-KMS)", "Encryption context".
 */
export function s3EncryptionContext(arn: string): EncryptionContext {
  return { 'aws:s3:arn': arn };
}

/** The context under which CloudTrail encrypts the events of an event data store: the store, as with trails. */
export function storeEncryptionContext(storeArn: string): EncryptionContext {
  return { 'aws:cloudtrail:arn': storeArn };
}
