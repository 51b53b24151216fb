// SPDX-License-Identifier: Apache-2.0

const lineEnd = 0x0a;

/**
 * Does work on all lines at once; where that fails, on halves of them, down to the single lines that make it fail: those are
 * given to `onLine`. What `onLine` throws ends it: then it is not the lines' fault.
 *
 * @returns what the pieces became, in the order of the lines
 */
export async function inHalves<R>(
  lines: Buffer,
  work: (lines: Buffer) => Promise<R>,
  onLine: (line: Buffer) => Promise<R>,
): Promise<R[]> {
  try {
    return [await work(lines)];
  } catch {
    const middle = middleOf(lines);
    if (middle === undefined) return [await onLine(lines)];
    const first = await inHalves(lines.subarray(0, middle), work, onLine);
    return [...first, ...(await inHalves(lines.subarray(middle), work, onLine))];
  }
}

/** Behind a line end near the middle; undefined for a single line. */
function middleOf(lines: Buffer): number | undefined {
  const behind = lines.indexOf(lineEnd, lines.length >>> 1) + 1;
  if (behind > 0 && behind < lines.length) return behind;
  const before = lines.lastIndexOf(lineEnd, Math.max(0, lines.length - 2)) + 1;
  return before > 0 && before < lines.length ? before : undefined;
}
