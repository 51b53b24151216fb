// SPDX-License-Identifier: Apache-2.0

/** Chunks without what stands before the first record that begins in them: all up to and with the first delimiter. */
export async function* fromNextRecord(
  chunks: AsyncIterable<Uint8Array>,
  delimiter: Uint8Array,
  onSkipped: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let held: Buffer | undefined = Buffer.alloc(0);
  let skipped = 0;
  for await (const chunk of chunks) {
    if (held === undefined) {
      yield chunk;
      continue;
    }
    held = Buffer.concat([held, chunk]);
    const found = held.indexOf(delimiter);
    if (found >= 0) {
      onSkipped(skipped + found + delimiter.length);
      yield held.subarray(found + delimiter.length);
      held = undefined;
    } else {
      // The delimiter may begin in this chunk and end in the next one.
      const kept = Math.min(held.length, delimiter.length - 1);
      skipped += held.length - kept;
      held = held.subarray(held.length - kept);
    }
  }
}

export async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}
