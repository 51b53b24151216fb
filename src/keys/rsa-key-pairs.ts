// SPDX-License-Identifier: Apache-2.0
import { generateKeyPair, type KeyPairKeyObjectResult } from 'node:crypto';
import { promisify } from 'node:util';
import { KeyError } from './data-keys.js';

const make = promisify(generateKeyPair);

/**
 * One takes up to seconds of one of the process's four threads, on which files are read and names looked up as well:
 * without a limit, one caller of GenerateDataKeyPair could stop everybody.
 */
const atOnceMax = 2;
const waitingMax = 32;

let running = 0;
const waiting: (() => void)[] = [];

/** Throws KeyError `ThrottlingException` when too many wait. */
export async function makeRsaKeyPair(bits: number): Promise<KeyPairKeyObjectResult> {
  if (running >= atOnceMax) {
    if (waiting.length >= waitingMax) throw tooMany();
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else running += 1;
  try {
    return await make('rsa', { modulusLength: bits });
  } finally {
    // Whoever is next takes over the turn.
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

function tooMany(): KeyError {
  const message = 'You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.';
  return new KeyError('ThrottlingException', message);
}
