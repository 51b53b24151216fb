#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';

const main = new URL('../dist/src/cli/main.js', import.meta.url);
if (!existsSync(main)) {
  console.error('cairn is not built yet: run `npm run build` once in the checkout');
  process.exit(1);
}
await import(main.href);
