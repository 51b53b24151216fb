// SPDX-License-Identifier: Apache-2.0
import { SingleBar } from 'cli-progress';

/** Shows how a validation goes: on stderr, and only where somebody looks. */
export interface ValidateProgress {
  start(filesTotal: number): void;
  oneMore(): void;
  end(): void;
}

export function validateProgress(): ValidateProgress {
  return process.stderr.isTTY ? new BarProgress() : silent;
}

const silent: ValidateProgress = { start: () => undefined, oneMore: () => undefined, end: () => undefined };

class BarProgress implements ValidateProgress {
  readonly #bar = new SingleBar({
    format: '{bar} {value}/{total} files  {eta_formatted} left',
    stream: process.stderr,
    hideCursor: true,
    etaBuffer: 200,
    fps: 10,
    barsize: 24,
    clearOnComplete: true,
  });
  #done = 0;

  start(filesTotal: number): void {
    this.#bar.start(filesTotal, 0);
  }
  oneMore(): void {
    this.#bar.update(++this.#done);
  }
  end(): void {
    this.#bar.stop();
  }
}
