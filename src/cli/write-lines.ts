// SPDX-License-Identifier: Apache-2.0

/** Writes lines to stdout and waits while its reader is slower than we are. */
export async function writeLines(lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  const isTaken = process.stdout.write(`${lines.join('\n')}\n`);
  if (!isTaken) await new Promise<void>((resolve) => process.stdout.once('drain', resolve));
}
