// SPDX-License-Identifier: Apache-2.0
import { SingleBar } from 'cli-progress';
import type { ImportCounts } from './import-files.js';

/** Shows how an import goes, on stderr: stdout is for the result. */
export interface ImportProgress {
  update(counts: Readonly<ImportCounts>): void;
  /** A line of its own, above the bar. */
  note(line: string): void;
  end(): void;
}

/** Without a terminal: a line now and then. */
const lineEveryMs = 5_000;

export function importProgress(filesTotal: number): ImportProgress {
  return process.stderr.isTTY ? new BarProgress(filesTotal) : new LineProgress(filesTotal);
}

class BarProgress implements ImportProgress {
  readonly #bar = new SingleBar({
    format: '{bar} {value}/{total} files  {events} events  {rate} events/s  {eta_formatted} left',
    stream: process.stderr,
    hideCursor: true,
    etaBuffer: 200,
    fps: 10,
    barsize: 24,
    clearOnComplete: true,
  });
  readonly #startedAt = performance.now();

  constructor(filesTotal: number) {
    this.#bar.start(filesTotal, 0, { events: '0', rate: '-' });
  }

  update({ files, events }: Readonly<ImportCounts>): void {
    this.#bar.update(files, { events: grouped(events), rate: grouped(perSecond(events, this.#startedAt)) });
  }

  note(line: string): void {
    // Clears the bar's line, writes over it, and has the bar drawn again below at its next frame.
    process.stderr.write(`\r\u001b[K${line}\n`);
  }

  end(): void {
    this.#bar.stop();
  }
}

class LineProgress implements ImportProgress {
  readonly #filesTotal: number;
  readonly #startedAt = performance.now();
  #saidAt = performance.now();

  constructor(filesTotal: number) {
    this.#filesTotal = filesTotal;
  }

  update({ files, events }: Readonly<ImportCounts>): void {
    if (performance.now() - this.#saidAt < lineEveryMs) return;
    this.#saidAt = performance.now();
    console.error(
      `${files} of ${this.#filesTotal} files, ${grouped(events)} events, ${grouped(perSecond(events, this.#startedAt))} events/s`,
    );
  }

  note(line: string): void {
    console.error(line);
  }

  end(): void {}
}

function perSecond(events: number, startedAt: number): number {
  return Math.round(events / Math.max(0.001, (performance.now() - startedAt) / 1000));
}

export function grouped(number: number): string {
  return number.toLocaleString('en-US');
}
