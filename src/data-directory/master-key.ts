// SPDX-License-Identifier: Apache-2.0
import { hkdfSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { writeFileDurably } from './durable-file.js';

const keyBytes = 32;

/**
 * The key under which secrets at rest are encrypted: from CAIRN_MASTER_KEY (base64, 32 bytes) or from a file that
 * only the owner can read, made at first start.
 */
export function loadMasterKey(path: string, fromVariable: string | undefined): Buffer {
  if (fromVariable !== undefined) return decodeKey(fromVariable, 'CAIRN_MASTER_KEY');
  try {
    return decodeKey(readFileSync(path, 'utf8'), path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const key = randomBytes(keyBytes);
  writeFileDurably(path, `${key.toString('base64')}\n`);
  return key;
}

/** 32 bytes for one purpose: who has one of these keys knows neither the master key nor the others. */
export function deriveKey(masterKey: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', masterKey, '', purpose, keyBytes));
}

function decodeKey(text: string, where: string): Buffer {
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length !== keyBytes) throw new Error(`${where} must hold ${keyBytes} bytes in base64`);
  return key;
}
