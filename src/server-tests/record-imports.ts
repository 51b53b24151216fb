// SPDX-License-Identifier: Apache-2.0
// Hooks of `record-loads`; Node runs them in a thread of their own.
import { appendFileSync } from 'node:fs';
import type { InitializeHook, LoadHook } from 'node:module';

let file = '';

export const initialize: InitializeHook<string> = (data) => {
  file = data;
};

export const load: LoadHook = (url, context, nextLoad) => {
  appendFileSync(file, `import ${url}\n`);
  return nextLoad(url, context);
};
