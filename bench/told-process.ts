// SPDX-License-Identifier: Apache-2.0
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A process of the benchmark that does what it is told, and answers. */
export interface ToldProcess<Told, Answer> {
  /** One at a time. Rejects when the process has ended. */
  tell(told: Told): Promise<Answer>;
  end(): void;
}

/** @param file beside this one, compiled */
export function forkTold<Told extends object | number, Answer>(
  file: string,
  args: readonly string[],
): ToldProcess<Told, Answer> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), [...args]);
  return {
    tell: (told) =>
      new Promise((resolve, reject) => {
        const onExit = (): void => reject(new Error(`${file} has ended`));
        child.once('exit', onExit);
        child.once('message', (answer) => {
          child.off('exit', onExit);
          resolve(answer as Answer);
        });
        child.send(told);
      }),
    end: () => child.kill(),
  };
}
