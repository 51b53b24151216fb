// SPDX-License-Identifier: Apache-2.0
// The program of the processes that run statements.
import { serveOnSocket } from './serve-on-socket.js';

await serveOnSocket(async () => (await import('./athena-language.js')).athenaLanguage);
