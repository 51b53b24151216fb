// SPDX-License-Identifier: Apache-2.0
import {
  backfillTimeMetadata,
  type DigestDocument,
  parseDigest,
  signatureMetadata,
} from '../../digest/digest-document.js';
import { previousOf } from '../../digest/verify-chain.js';
import { judgeDigest, type SuccessorClaim } from '../../digest/verify-digest.js';
import { placeDigest } from '../../digest/verify-place.js';
import type { Seen } from './chain-links.js';
import type { CheckedFile } from './check-file.js';
import type { ListedDigest } from './inventory.js';
import type { DigestCounts } from './report.js';
import type { ValidationContext } from './validation-context.js';

export interface AssessedDigest {
  readonly seen: Seen;
  readonly document: DigestDocument | undefined;
  readonly sha256: string;
}

export interface DigestInHand {
  readonly digest: ListedDigest;
  readonly checked: CheckedFile;
  readonly claim: SuccessorClaim | undefined;
  /** These very bytes were proven to an earlier validation. */
  readonly wasProven: boolean;
  readonly counts: DigestCounts;
}

/** Judges a digest that was read, counts it, and says what is wrong with it. */
export function assessDigest(context: ValidationContext, inHand: DigestInHand): AssessedDigest {
  const { digest, checked, counts } = inHand;
  const { findings, source } = context;
  const place = source.placeOf(digest.path);
  if (checked.outcome === 'missing') {
    counts.missing++;
    findings.add('invalid', 'digest-missing', place, 'the digest was removed while it was looked for');
  } else if (checked.outcome === 'damaged') {
    counts.invalid++;
    findings.add('invalid', 'digest-unreadable', place, `the digest was altered: ${checked.reason}`);
  } else if (checked.outcome === 'unreadable') {
    counts.unread++;
    findings.add('unchecked', 'digest-not-read', place, `the digest could not be read: ${checked.reason}`);
  } else {
    return assessContent(context, inHand, checked, place);
  }
  const standing = checked.outcome === 'unreadable' ? 'unread' : 'bad';
  return { seen: unknownDigest(digest, standing), document: undefined, sha256: '' };
}

function assessContent(
  context: ValidationContext,
  { digest, claim, wasProven, counts }: DigestInHand,
  checked: CheckedFile & { outcome: 'read' },
  place: string,
): AssessedDigest {
  const { findings, keys, source, exportedSignatures } = context;
  const content = checked.content ?? new Uint8Array();
  const { sha256, metadata } = checked;
  const claimed = parseDigest(Buffer.from(content).toString('utf8'));
  const { standing, problems, document } = judgeDigest(
    {
      at: digest,
      content,
      sha256,
      metadataSignature: metadata?.[signatureMetadata] ?? null,
      foundAt: source.bucket === undefined ? undefined : { bucket: source.bucket, key: digest.path },
      backfillTime: metadata?.[backfillTimeMetadata] ?? null,
      exportedSignature:
        claimed && exportedSignatures.get(`${claimed.digestS3Bucket}/${claimed.digestS3Object}`),
      successor: claim,
      wasProven,
    },
    keys,
  );
  for (const { severity, code, message } of problems) findings.add(severity, code, place, message);
  if (checked.trailingBytes > 0) {
    const message = `${checked.trailingBytes} bytes were appended to the digest`;
    findings.add('invalid', 'digest-appended', place, message);
  }
  const isInvalid = checked.trailingBytes > 0 || problems.some(({ severity }) => severity === 'invalid');
  if (isInvalid || standing === 'bad') counts.invalid++;
  else if (standing === 'proven') counts.valid++;
  else {
    counts.unsigned++;
    const files = document?.logFiles.length ?? 0;
    const message = `no signature of this digest is in sight (a disk keeps no metadata, and no later digest names it): log files that it lists: ${files}; they are checked against it, but nobody vouches for it. Signatures come with the keys: cairn validate --export-keys`;
    findings.add('warning', 'digest-unsigned', place, message);
  }
  return { seen: toSeen(digest, document, standing, sha256, problems.some(isKeyUnknown)), document, sha256 };
}

function isKeyUnknown({ code }: { code: string }): boolean {
  return code === 'key-unknown';
}

function toSeen(
  digest: ListedDigest,
  document: DigestDocument | undefined,
  standing: Seen['standing'],
  sha256: string,
  isKeyUnknown: boolean,
): Seen {
  const original = document && placeDigest(document.digestS3Object);
  if (document === undefined || original?.relative !== digest.relative)
    return { ...unknownDigest(digest, 'bad'), sha256 };
  // What an altered digest says of its predecessor is a hint at most: a signature in it may still prove itself.
  const isHint = standing === 'bad' && !isKeyUnknown;
  return {
    digest,
    standing,
    sha256,
    startMs: Date.parse(document.digestStartTime),
    origin: { bucket: document.digestS3Bucket, root: original.root },
    previous: isHint ? previousOf(document) || undefined : previousOf(document),
    ...(isHint ? { isHint } : {}),
  };
}

function unknownDigest(digest: ListedDigest, standing: 'bad' | 'unread'): Seen {
  return {
    digest,
    standing,
    sha256: undefined,
    startMs: digest.name.endMs,
    origin: undefined,
    previous: undefined,
  };
}
