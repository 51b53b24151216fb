// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { CannotStartError } from './cannot-start-error.js';
import type { Settings } from './settings.js';

/** A certificate chain and its private key, in PEM. */
export interface TlsFiles {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** Undefined where no certificate is set. Throws CannotStartError for files that cannot serve HTTPS. */
export function readTls({ tlsCert, tlsKey }: Pick<Settings, 'tlsCert' | 'tlsKey'>): TlsFiles | undefined {
  if (tlsCert === undefined || tlsKey === undefined) return undefined;
  const files = { cert: read('--tls-cert', tlsCert), key: read('--tls-key', tlsKey) };
  try {
    createSecureContext(files);
  } catch (cause) {
    const reason = (cause as Error).message;
    const message = `--tls-cert ${tlsCert} and --tls-key ${tlsKey} are no certificate and key in PEM that belong together: ${reason}`;
    throw new CannotStartError(message, { cause });
  }
  return files;
}

function read(flag: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new CannotStartError(`${flag} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
