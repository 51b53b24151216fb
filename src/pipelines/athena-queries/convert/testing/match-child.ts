// SPDX-License-Identifier: Apache-2.0
import { watchedReader } from '../watched-reader.js';

/** A process that matches one line (argv: expression, line, most ms a line may take) and says whether it did. */
const [, , source = '', line = '', lineMsMax = ''] = process.argv;
const expression = new RegExp(source);
const read = watchedReader((text) => expression.test(text), {
  lineMsMax: Number(lineMsMax),
  slowLineMs: 1_000_000,
  slowMsMax: 1_000_000,
});
process.stdout.write(`${JSON.stringify({ matches: read(line) })}\n`);
