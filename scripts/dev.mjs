// SPDX-License-Identifier: Apache-2.0
// Compiles on every change and restarts the server.
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const tsc = join(root, 'node_modules/typescript/bin/tsc');
spawnSync(process.execPath, [tsc, '-p', root], { stdio: 'inherit' });
const children = [
  spawn(process.execPath, [tsc, '-p', root, '--watch', '--preserveWatchOutput'], { stdio: 'inherit' }),
  spawn(
    process.execPath,
    ['--watch', '--enable-source-maps', join(root, 'bin/cairn.js'), 'serve', ...process.argv.slice(2)],
    { stdio: 'inherit' },
  ),
];
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    for (const child of children) child.kill(signal);
    process.exit(0);
  });
}
