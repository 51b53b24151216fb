// SPDX-License-Identifier: Apache-2.0
import { type DigestDocument, parseDigest } from './digest-document.js';
import { signedText } from './signed-text.js';
import type { FindingCode, Severity } from './verify-finding.js';
import type { PublicKeys } from './verify-keys.js';
import { type PlacedDigest, placeDigest } from './verify-place.js';

/** What the digest after this one says of it. */
export interface SuccessorClaim {
  /** SHA-256 of the document, hex. */
  readonly hash: string | null;
  readonly signature: string | null;
  /** The successor itself is not as it was delivered: its word counts only where a signature proves it. */
  readonly isBad: boolean;
}

/** One digest and everything that can speak for it. */
export interface DigestEvidence {
  readonly at: PlacedDigest;
  /** The uncompressed document. */
  readonly content: Uint8Array;
  /** Of the content, lower-case hex. */
  readonly sha256: string;
  /** The object's `x-amz-meta-signature`; null where the place keeps none (a disk). */
  readonly metadataSignature: string | null;
  /** The bucket and key under which it was found; undefined on a disk. */
  readonly foundAt: { readonly bucket: string; readonly key: string } | undefined;
  /** `x-amz-meta-backfill-generation-timestamp`, where the place keeps metadata. */
  readonly backfillTime: string | null;
  /** Written down elsewhere, by the original place (`bucket/key`). */
  readonly exportedSignature: string | undefined;
  readonly successor: SuccessorClaim | undefined;
  /** Of a digest with these bytes an earlier validation saw a good signature. */
  readonly wasProven: boolean;
}

export interface DigestProblem {
  readonly severity: Severity;
  readonly code: FindingCode;
  readonly message: string;
}

/**
 * `proven`: the key's owner signed it. `unsigned`: nothing contradicts it and nothing signed it in sight. `bad`: what
 * it lists proves nothing.
 */
export type DigestStanding = 'proven' | 'unsigned' | 'bad';

export interface JudgedDigest {
  readonly standing: DigestStanding;
  readonly problems: readonly DigestProblem[];
  /** Undefined when it could not be understood. Of a `bad` digest only a hint at what once was there. */
  readonly document: DigestDocument | undefined;
}

/** Judges one digest by itself and by what its successor says. Pure: same evidence, same answer. */
export function judgeDigest(evidence: DigestEvidence, keys: PublicKeys): JudgedDigest {
  const document = parseDigest(Buffer.from(evidence.content).toString('utf8'));
  if (document === undefined)
    return bad(undefined, 'digest-unreadable', 'it does not have the form of a digest');
  const original = placeDigest(document.digestS3Object);
  if (original?.relative !== evidence.at.relative) {
    const place = `s3://${document.digestS3Bucket}/${document.digestS3Object}`;
    return bad(document, 'digest-moved', `it was moved here: it says that it is ${place}`);
  }
  if (evidence.at.name.isBackfill && isOriginalPlace(evidence, document) && evidence.backfillTime === null)
    return bad(document, 'digest-unreadable', 'a backfill digest without the time at which it was made');
  return judgeSignatures(evidence, document, keys);
}

/** Where CloudTrail itself put it, the metadata has to be. A copy may have lost it. */
export function isOriginalPlace(
  { foundAt }: Pick<DigestEvidence, 'foundAt'>,
  document: DigestDocument,
): boolean {
  return foundAt?.bucket === document.digestS3Bucket && foundAt.key === document.digestS3Object;
}

function judgeSignatures(evidence: DigestEvidence, document: DigestDocument, keys: PublicKeys): JudgedDigest {
  const { sha256, successor, metadataSignature, exportedSignature } = evidence;
  const fingerprint = document.digestPublicKeyFingerprint;
  const key = keys.get(fingerprint);
  if (key === undefined)
    return bad(document, 'key-unknown', `no public key with the fingerprint ${fingerprint}`);
  const text = signedText(document, sha256);
  const isGood = (signature: string): boolean => keys.hasSigned(fingerprint, text, signature);

  const problems: DigestProblem[] = [];
  const say = (code: FindingCode, message: string): void =>
    void problems.push({ severity: 'invalid', code, message });
  const good: boolean[] = [];
  const weigh = (signature: string | null | undefined, what: string): void => {
    if (signature === null || signature === undefined) return;
    const is = isGood(signature);
    good.push(is);
    if (!is) say('digest-signature', `${what} is not a signature of this content`);
  };
  weigh(metadataSignature, 'the signature in its metadata');
  weigh(exportedSignature, 'the signature that was exported with the keys');
  if (metadataSignature === null && isOriginalPlace(evidence, document))
    say('digest-signature', 'the object has no signature in its metadata');
  if (successor !== undefined) weighSuccessor(evidence, successor, isGood, good, say);

  if (isOutside(document, key.validFromMs, key.validToMs)) {
    const message = `it was signed with the key ${fingerprint} outside the time for which that key is valid`;
    problems.push({ severity: 'warning', code: 'key-outside-validity', message });
  }
  if (good.includes(true) || (good.length === 0 && problems.length === 0 && evidence.wasProven))
    return { standing: 'proven', problems, document };
  if (good.length > 0 || problems.some(({ severity }) => severity === 'invalid'))
    return { standing: 'bad', problems, document };
  return { standing: 'unsigned', problems, document };
}

/**
 * A signature proves itself, whoever names it. A contradiction counts against this digest unless its successor is known
 * to be the altered one; where neither is signed in sight, one of the two was altered.
 */
function weighSuccessor(
  { sha256 }: DigestEvidence,
  successor: SuccessorClaim,
  isGood: (signature: string) => boolean,
  good: boolean[],
  say: (code: FindingCode, message: string) => void,
): void {
  const isSigned = successor.signature !== null && isGood(successor.signature);
  if (isSigned) good.push(true);
  if (successor.isBad) return;
  if (successor.hash?.toLowerCase() !== sha256 && good.includes(true))
    say('digest-rewritten', 'it is signed, but the digest after it was made for another content of this one');
  else if (successor.hash?.toLowerCase() !== sha256)
    say('digest-altered', 'it was altered: the digest after it was made for another content of this one');
  else if (!isSigned && successor.signature !== null)
    say('digest-signature', 'the signature that the digest after it names is not one of this content');
}

/** A clock's second of difference is no finding; a retired key that goes on signing is. */
const validitySlackMs = 60_000;

function isOutside(document: DigestDocument, fromMs: number | undefined, toMs: number | undefined): boolean {
  const endMs = Date.parse(document.digestEndTime);
  return (
    (fromMs !== undefined && endMs < fromMs - validitySlackMs) ||
    (toMs !== undefined && endMs > toMs + validitySlackMs)
  );
}

function bad(document: DigestDocument | undefined, code: FindingCode, message: string): JudgedDigest {
  return { standing: 'bad', problems: [{ severity: 'invalid', code, message }], document };
}
