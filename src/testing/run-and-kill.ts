// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';

export interface KillOptions {
  /** How long the child works from its first line on. */
  readonly loadMs: number;
  /** It lives until it has printed so many lines, however slow the machine is: a kill without load would show nothing. */
  readonly linesMin: number;
  /** What is to be looked at while it runs; it is killed after it. */
  readonly whileItRuns?: () => Promise<void>;
}

/** Starts a program, kills it (-9) while it works, and gives the lines that it printed; one that was cut by its end is left out. */
export function runAndKill(
  program: string,
  args: readonly string[],
  options: KillOptions,
): Promise<string[]> {
  const { loadMs, linesMin, whileItRuns = () => Promise.resolve() } = options;
  return new Promise((resolve, reject) => {
    const victim = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    let isOver = false;
    const lines = (): string[] => out.split('\n').slice(0, -1);
    const killWhenDue = () => {
      if (isOver && lines().length >= linesMin) victim.kill('SIGKILL');
    };
    victim.stdout.setEncoding('utf8').on('data', (text: string) => {
      const isFirst = out === '';
      out += text;
      if (!isFirst) return killWhenDue();
      whileItRuns().then(
        () =>
          setTimeout(() => {
            isOver = true;
            killWhenDue();
          }, loadMs),
        (error: unknown) => {
          victim.kill('SIGKILL');
          reject(error);
        },
      );
    });
    victim.on('error', reject).on('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve(lines());
      else reject(new Error(`the child ended by itself with ${code}`));
    });
  });
}
