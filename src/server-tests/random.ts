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

/** The seed of this run: `CAIRN_TEST_SEED`, to see a failure again, or a new one. */
export function seedOfRun(): number {
  return Number(process.env.CAIRN_TEST_SEED ?? Math.floor(Math.random() * 2 ** 32));
}
