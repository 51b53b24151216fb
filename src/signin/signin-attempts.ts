// SPDX-License-Identifier: Apache-2.0

/** Bounds of guessing. Times in ms. */
export const attemptLimits = {
  /** All windows. */
  windowMs: 15 * 60_000,
  /** Wrong tries of one address (IPv6: of one /64), whomever they mean. */
  addressMax: 50,
  /** Wrong tries on one name from wherever: whoever signed in from the address before is not held up by it. */
  nameMax: 50,
  /** Wrong tries on one name from one address before it has to wait, longer each time. */
  freeTries: 5,
  waitMs: 1_000,
  waitMsMax: 5 * 60_000,
  /** Names that do not exist, recorded for one account within a window; more go to the security log alone. */
  unknownRecordedMax: 100,
  /** Entries of each of the tables; the one that was touched longest ago goes first. */
  rememberedMax: 20_000,
} as const;

export interface Attempt {
  /** Whoever is meant, whether there or not: the same text for the same person. */
  readonly name: string;
  readonly sourceIp: string;
  readonly nowMs: number;
}

interface Window {
  readonly sinceMs: number;
  readonly count: number;
}
interface Waiting {
  readonly count: number;
  readonly lastMs: number;
  readonly notBeforeMs: number;
}

/**
 * Bounds how many passwords can be tried. Each try counts as wrong from its beginning, so that many at once are no way
 * around; a right one takes that back. Nobody is locked for ever: windows pass, and an address from which somebody has
 * signed in is held up by its own wrong tries alone. In memory: a restart forgets, and costs a guesser more than it gives.
 */
export class SigninAttempts {
  readonly #addresses = new Recent<Window>();
  readonly #names = new Recent<Window>();
  readonly #pairs = new Recent<Waiting>();
  readonly #known = new Recent<true>();
  readonly #unknownRecorded = new Recent<Window>();

  /** Counts a try. The answer is how long to wait instead, in ms; undefined: go on. A try that must wait is not counted. */
  take({ name, sourceIp, nowMs }: Attempt): number | undefined {
    const address = addressKey(sourceIp);
    const pair = `${address} ${name}`;
    const waits = [
      waitOf(this.#addresses.get(address), attemptLimits.addressMax, nowMs),
      this.#known.get(pair) === true
        ? undefined
        : waitOf(this.#names.get(name), attemptLimits.nameMax, nowMs),
      pairWait(this.#pairs.get(pair), nowMs),
    ].filter((wait) => wait !== undefined);
    if (waits.length > 0) return Math.max(...waits);
    this.#addresses.set(address, counted(this.#addresses.get(address), nowMs));
    this.#names.set(name, counted(this.#names.get(name), nowMs));
    this.#pairs.set(pair, waiting(this.#pairs.get(pair), nowMs));
    return undefined;
  }

  /** The try that was taken was no wrong one. What others tried before still counts against them. */
  forgive({ name, sourceIp, nowMs }: Attempt): void {
    const address = addressKey(sourceIp);
    this.#addresses.set(address, takenBack(this.#addresses.get(address), nowMs));
    this.#names.set(name, takenBack(this.#names.get(name), nowMs));
    this.#pairs.delete(`${address} ${name}`);
  }

  /** Somebody signed in: the name's limit no longer holds up that address. */
  succeeded(attempt: Attempt): void {
    this.forgive(attempt);
    this.#known.set(`${addressKey(attempt.sourceIp)} ${attempt.name}`, true);
  }

  /** Whether a try on a name that is not there still goes into the account's history: a stranger cannot fill it. */
  mayRecordUnknown(accountId: string, nowMs: number): boolean {
    const window = this.#unknownRecorded.get(accountId);
    if (waitOf(window, attemptLimits.unknownRecordedMax, nowMs) !== undefined) return false;
    this.#unknownRecorded.set(accountId, counted(window, nowMs));
    return true;
  }
}

/** Keeps the entries that were set last. */
class Recent<Value> {
  readonly #entries = new Map<string, Value>();

  get(key: string): Value | undefined {
    return this.#entries.get(key);
  }

  set(key: string, value: Value): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= attemptLimits.rememberedMax) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }
}

/** Also over when the clock went back. */
function isOver(sinceMs: number, nowMs: number): boolean {
  return nowMs < sinceMs || nowMs - sinceMs >= attemptLimits.windowMs;
}

function waitOf(window: Window | undefined, max: number, nowMs: number): number | undefined {
  if (window === undefined || window.count < max || isOver(window.sinceMs, nowMs)) return undefined;
  return window.sinceMs + attemptLimits.windowMs - nowMs;
}

function counted(window: Window | undefined, nowMs: number): Window {
  const isNew = window === undefined || isOver(window.sinceMs, nowMs);
  return isNew ? { sinceMs: nowMs, count: 1 } : { ...window, count: window.count + 1 };
}

function takenBack(window: Window | undefined, nowMs: number): Window {
  if (window === undefined || isOver(window.sinceMs, nowMs)) return { sinceMs: nowMs, count: 0 };
  return { ...window, count: Math.max(0, window.count - 1) };
}

function pairWait(pair: Waiting | undefined, nowMs: number): number | undefined {
  if (pair === undefined || isOver(pair.lastMs, nowMs) || nowMs >= pair.notBeforeMs) return undefined;
  return pair.notBeforeMs - nowMs;
}

function waiting(pair: Waiting | undefined, nowMs: number): Waiting {
  const { freeTries, waitMs, waitMsMax } = attemptLimits;
  const count = pair === undefined || isOver(pair.lastMs, nowMs) ? 1 : pair.count + 1;
  const wait = count < freeTries ? 0 : Math.min(waitMsMax, waitMs * 2 ** Math.min(30, count - freeTries));
  return { count, lastMs: nowMs, notBeforeMs: nowMs + wait };
}

/** Whoever has one IPv6 address usually has 2^64 of them. */
function addressKey(sourceIp: string): string {
  if (!sourceIp.includes(':') || sourceIp.includes('.')) return sourceIp;
  const [head = '', tail] = sourceIp.split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length);
  return [...front, ...Array.from({ length: zeros }, () => '0'), ...back].slice(0, 4).join(':');
}
