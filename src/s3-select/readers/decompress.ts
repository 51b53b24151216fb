// SPDX-License-Identifier: Apache-2.0
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { SelectError } from '../select-error.js';
import type { SelectRequest } from '../select-request.js';

export async function* decompressed(
  chunks: AsyncIterable<Uint8Array>,
  compression: SelectRequest['compression'],
): AsyncGenerator<Uint8Array> {
  if (compression === 'GZIP') yield* gunzipped(chunks);
  else if (compression === 'BZIP2') {
    const { bunzip } = await import('./bunzip.js');
    yield* bunzip(chunks);
  } else yield* chunks;
}

async function* gunzipped(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  // What fails here is thrown by the iteration too; that nobody reads on is no failure.
  pipeline(Readable.from(chunks, { objectMode: true }), gunzip, () => undefined);
  try {
    for await (const chunk of gunzip) yield chunk as Uint8Array;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === undefined || !code.startsWith('Z_')) throw cause;
    const isOther = code === 'Z_DATA_ERROR' && (cause as Error).message === 'incorrect header check';
    throw new SelectError(isOther ? 'InvalidCompressionFormat' : 'TruncatedInput', undefined, { cause });
  }
}
