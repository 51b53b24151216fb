// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import {
  type DigestedFile,
  type DigestHead,
  digestPieces,
  digestSignatureAlgorithm,
  signatureAlgorithmMetadata,
  signatureMetadata,
} from '../../digest/digest-document.js';
import { signText } from '../../digest/digest-signature.js';
import { signedText } from '../../digest/signed-text.js';
import { type OutboxDisk, replaceFile } from '../delivery/outbox-disk.js';
import type { SigningKey } from './signing-keys.js';

/** What is known of one finished digest. Kept beside the bytes, under the same name with another ending. */
export interface SealedDigest {
  readonly version: 1;
  readonly trailArn: string;
  readonly trailCreatedAtMs: number;
  readonly accountId: string;
  readonly region: string;
  readonly organizationId?: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly key: string;
  readonly kmsKeyArn?: string;
  readonly endMs: number;
  readonly sizeBytes: number;
  /** SHA-256 of the file as it is uploaded, hex; and of the text in it. */
  readonly sha256: string;
  readonly contentSha256: string;
  readonly signature: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export type SealedFacts = Omit<
  SealedDigest,
  'version' | 'sizeBytes' | 'sha256' | 'contentSha256' | 'signature' | 'metadata'
>;

export const digestBytesName = (stem: string): string => `${stem}.digest`;
export const sealedName = (stem: string): string => `${stem}.sealed`;

/** `LINE-00000042`: the forty-second digest of a line. */
export function digestStem(lineId: string, number: number): string {
  return `${lineId}-${String(number).padStart(8, '0')}`;
}

const nameForm = /^(?<line>[0-9a-f]{24})-(?<number>\d{8,})\.(?<ending>digest|sealed)$/;

export function parseDigestName(
  name: string,
): { lineId: string; number: number; isSealed: boolean } | undefined {
  const parts = nameForm.exec(name)?.groups;
  if (parts === undefined) return undefined;
  return {
    lineId: parts.line as string,
    number: Number(parts.number),
    isSealed: parts.ending === 'sealed',
  };
}

/**
 * Writes a finished digest and what belongs to it, both durable under their final names. Nothing may upload it before
 * its line says that it exists.
 */
export async function writeDigest(
  disk: OutboxDisk,
  stem: string,
  head: DigestHead,
  files: AsyncIterable<DigestedFile>,
  {
    facts,
    key,
    metadata,
  }: { facts: SealedFacts; key: SigningKey; metadata: Readonly<Record<string, string>> },
): Promise<SealedDigest> {
  const written = await writeBytes(disk, digestBytesName(stem), digestPieces(head, files));
  const signature = signText(signedText(head, written.contentSha256), key.privateKey);
  const sealed: SealedDigest = {
    version: 1,
    ...facts,
    ...written,
    signature,
    metadata: {
      ...metadata,
      [signatureMetadata]: signature,
      [signatureAlgorithmMetadata]: digestSignatureAlgorithm,
    },
  };
  await replaceFile(disk, sealedName(stem), JSON.stringify(sealed));
  return sealed;
}

async function writeBytes(
  disk: OutboxDisk,
  name: string,
  pieces: AsyncIterable<string>,
): Promise<Pick<SealedDigest, 'sizeBytes' | 'sha256' | 'contentSha256'>> {
  const [hash, contentHash] = [createHash('sha256'), createHash('sha256')];
  let sizeBytes = 0;
  const file = await disk.create(name);
  try {
    await pipeline(
      async function* () {
        for await (const piece of pieces) {
          const bytes = Buffer.from(piece);
          contentHash.update(bytes);
          yield bytes;
        }
      },
      createGzip(),
      async (compressed: AsyncIterable<Uint8Array>) => {
        for await (const chunk of compressed) {
          await file.write(chunk);
          hash.update(chunk);
          sizeBytes += chunk.length;
        }
      },
    );
    await file.sync();
  } finally {
    await file.close();
  }
  return { sizeBytes, sha256: hash.digest('hex'), contentSha256: contentHash.digest('hex') };
}

export function parseSealed(text: string): SealedDigest {
  const sealed = JSON.parse(text) as SealedDigest;
  if (sealed.version !== 1)
    throw new Error(`a digest of version ${String(sealed.version)}: it was written by a newer Cairn`);
  return sealed;
}
