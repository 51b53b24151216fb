// SPDX-License-Identifier: Apache-2.0
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { readJsonFile, writeFileDurably } from '../../data-directory/durable-file.js';
import { CommandError } from '../command-error.js';

/** The newest digest of a chain that a validation has seen proven. */
export interface RememberedHead {
  /** The key under which CloudTrail put it, from `AWSLogs/` on. */
  readonly relative: string;
  readonly endTime: string;
  /** Of its content, lower-case hex. */
  readonly sha256: string;
  /** Places (roots) at which the chain was seen. */
  readonly seenAt: readonly string[];
  readonly checkedAt: string;
  /** The owner knows why nothing comes after it. */
  readonly isEndAccepted?: boolean;
}

interface HeadsFile {
  readonly cairnRememberedHeads: 1;
  readonly chains: Record<string, RememberedHead>;
}

const couldNotCheck = 2;

/**
 * The heads of chains across validations: small, readable, and worth keeping where the owner of the server has no hand.
 * Whoever can change the file can make a validation forget (as by removing it) or refuse; nothing in it makes one
 * accept what it would not accept without the file.
 */
export class RememberedHeads {
  readonly #path: string | undefined;
  readonly #heads: Map<string, RememberedHead>;
  readonly #changed = new Set<string>();

  /** @param path undefined to remember nothing. Throws CommandError for a file that is something else. */
  constructor(path: string | undefined) {
    this.#path = path;
    this.#heads = path === undefined ? new Map() : readHeads(path);
  }

  get(chain: string): RememberedHead | undefined {
    return this.#heads.get(chain);
  }

  all(): [string, RememberedHead][] {
    return [...this.#heads];
  }

  set(chain: string, head: RememberedHead): void {
    const seenAt = new Set([...(this.#heads.get(chain)?.seenAt ?? []), ...head.seenAt]);
    this.#heads.set(chain, { ...head, seenAt: [...seenAt].sort() });
    this.#changed.add(chain);
  }

  forget(chain: string): void {
    this.#heads.delete(chain);
    this.#changed.add(chain);
  }

  /** Replaces the file whole. What another validation has written meanwhile to other chains stays. */
  save(): void {
    if (this.#path === undefined || this.#changed.size === 0) return;
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
    const merged = readHeads(this.#path);
    for (const chain of this.#changed) {
      const head = this.#heads.get(chain);
      if (head === undefined) merged.delete(chain);
      else merged.set(chain, head);
    }
    const chains = Object.fromEntries([...merged].sort(([a], [b]) => (a < b ? -1 : 1)));
    const file: HeadsFile = { cairnRememberedHeads: 1, chains };
    writeFileDurably(this.#path, `${JSON.stringify(file, null, 2)}\n`);
  }
}

function readHeads(path: string): Map<string, RememberedHead> {
  let file: Partial<HeadsFile> | undefined;
  try {
    file = readJsonFile<Partial<HeadsFile>>(path);
  } catch (cause) {
    throw new CommandError(`cannot read the state file: ${(cause as Error).message}`, couldNotCheck, {
      cause,
    });
  }
  if (file === undefined) return new Map();
  const entries = Object.entries(file?.chains ?? {});
  if (file?.cairnRememberedHeads !== 1 || !entries.every(([, head]) => isHead(head)))
    throw new CommandError(
      `${path} is no state file of cairn validate: move it away to start anew, or name another with --state`,
      couldNotCheck,
    );
  return new Map(entries);
}

function isHead(head: Partial<RememberedHead>): boolean {
  return (
    typeof head?.relative === 'string' &&
    typeof head.endTime === 'string' &&
    !Number.isNaN(Date.parse(head.endTime)) &&
    typeof head.sha256 === 'string' &&
    Array.isArray(head.seenAt)
  );
}
