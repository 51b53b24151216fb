// SPDX-License-Identifier: Apache-2.0
// Builds when something changed since the last build, then runs `cairn serve` in this process (so that signals reach it).
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

function newest(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((latest, entry) => Math.max(latest, statSync(join(entry.parentPath, entry.name)).mtimeMs), 0);
}

function isBuilt() {
  try {
    const built = statSync(join(root, 'dist', '.tsbuildinfo')).mtimeMs;
    return built >= Math.max(newest(join(root, 'src')), statSync(join(root, 'package-lock.json')).mtimeMs);
  } catch {
    return false;
  }
}

if (!isBuilt()) {
  const { status } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), '-p', root],
    { stdio: 'inherit' },
  );
  if (status !== 0) process.exit(status ?? 1);
}
process.argv.splice(2, 0, 'serve');
await import(join(root, 'dist/src/cli/main.js'));
