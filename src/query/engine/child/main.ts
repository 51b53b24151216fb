// SPDX-License-Identifier: Apache-2.0
// The program of the processes that run statements.
import { serveOnSocket } from './serve-on-socket.js';

// A Ctrl-C in the terminal reaches the whole group; it is the server's to answer.
process.on('SIGINT', () => {});

await serveOnSocket(async () => (await import('./athena-language.js')).athenaLanguage);
