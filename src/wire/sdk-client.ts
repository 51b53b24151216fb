// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);

/**
 * What an SDK client exports, loaded when it is first asked for: the nine clients together are a third of a second and 40 MB
 * that most servers do not need before their first call, many of them never. By `require`: `import` would first search
 * the text of the client for the names of its exports, which takes longer than to load it. A failure is not remembered.
 */
export function sdkClient(name: `@aws-sdk/client-${string}`): () => Readonly<Record<string, unknown>> {
  return () => load(name) as Readonly<Record<string, unknown>>;
}
