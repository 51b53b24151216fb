// SPDX-License-Identifier: Apache-2.0
// Preloaded into a server (`node --import`): writes into the file that CAIRN_TEST_LOADS names what the process loads, a line
// each, and `ready` when it says where it listens. Other modules import its types alone.
import { appendFileSync, realpathSync } from 'node:fs';
import Module, { register } from 'node:module';
import { pathToFileURL } from 'node:url';
import { isMainThread } from 'node:worker_threads';

/** `import`: by an import, in whichever thread. `require` and `thread-require`: by a require, in the main thread or in another. */
export type LoadKind = 'import' | 'require' | 'thread-require' | 'ready';

const file = process.env.CAIRN_TEST_LOADS ?? '';

function note(kind: LoadKind, url: string): void {
  appendFileSync(file, `${kind} ${url}\n`);
}

type Load = (module: unknown, path: string) => void;

/** What `require` loads by is no interface for others, but every loader of Node 20 to 24 goes by it. */
function listenToRequire(): void {
  const { _extensions: loads } = Module as unknown as { readonly _extensions: Record<string, Load> };
  const kind = isMainThread ? 'require' : 'thread-require';
  for (const extension of ['.js', '.cjs', '.node']) {
    const load = loads[extension] ?? loads['.js']!;
    loads[extension] = (module, path) => {
      note(kind, pathToFileURL(realpathSync(path)).href);
      load(module, path);
    };
  }
}

function listenToStdout(): void {
  const write = process.stdout.write.bind(process.stdout) as (...args: unknown[]) => boolean;
  process.stdout.write = ((...args: unknown[]) => {
    if (String(args[0]).startsWith('cairn listening on ')) note('ready', '');
    return write(...args);
  }) as typeof process.stdout.write;
}

if (file !== '') {
  listenToRequire();
  if (isMainThread) {
    listenToStdout();
    register('./record-imports.js', { parentURL: import.meta.url, data: file });
  }
}
