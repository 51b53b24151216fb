// SPDX-License-Identifier: Apache-2.0
// Runs the compiled tests with Node's own runner. `npm test -- lmdb` runs the files whose path holds "lmdb".
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '..');
const dist = process.env.CAIRN_TEST_DIST ?? join(root, 'dist');
const filters = process.argv.slice(2);
const files = readdirSync(join(dist, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.js'))
  .map((file) => relative(process.cwd(), join(dist, 'src', file)))
  .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
  .sort();
if (files.length === 0) {
  console.error(`no test file matches ${filters.join(', ')}`);
  process.exit(1);
}
const seeds = pathToFileURL(join(dist, 'src/testing/seed-properties.js')).href;
const args = [
  `--import=${seeds}`,
  '--test',
  '--enable-source-maps',
  '--test-concurrency=2',
  '--test-reporter=spec',
  ...files,
];
const { status } = spawnSync(process.execPath, args, {
  stdio: 'inherit',
  env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
});
process.exit(status ?? 1);
