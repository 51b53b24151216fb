// SPDX-License-Identifier: Apache-2.0

/** Numbers from 0 (inclusive) to 1 (exclusive), the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What tests draw their cases from where nothing else is said. */
const usualSeed = 20_261_121;

/**
 * The seed of this run: the same in every run, so that a run tells of the change and not of its luck.
 * `CAIRN_TEST_SEED` is another number, or `random` to look for what nobody has met yet.
 */
export function seedOfRun(): number {
  const wanted = process.env.CAIRN_TEST_SEED ?? String(usualSeed);
  const seed = wanted === 'random' ? Math.floor(Math.random() * 2 ** 31) : Number(wanted);
  if (!Number.isSafeInteger(seed))
    throw new Error(`CAIRN_TEST_SEED is neither a number nor random: ${wanted}`);
  return seed;
}
