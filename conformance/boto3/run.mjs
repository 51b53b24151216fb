// SPDX-License-Identifier: Apache-2.0
// Starts a server, runs pytest against it, stops it; the exit code is pytest's.
import { spawnSync } from 'node:child_process';
import { CairnServer } from '../harness.mjs';

const cairn = await new CairnServer({ CAIRN_DELIVERY_INTERVAL: '1' }).start();
let status = 1;
try {
  ({ status } = spawnSync('python3', ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', import.meta.dirname], {
    stdio: 'inherit',
    env: cairn.env,
  }));
  await cairn.stop();
} finally {
  await cairn.remove();
}
process.exit(status ?? 1);
