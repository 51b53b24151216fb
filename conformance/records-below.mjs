// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** Every record of the log files in a folder, at any depth; digests are no log files. */
export function recordsBelow(folder) {
  const names = readdirSync(folder, { recursive: true }).filter(
    (name) => name.endsWith('.json.gz') && !name.includes('CloudTrail-Digest'),
  );
  return names.flatMap((name) => JSON.parse(gunzipSync(readFileSync(join(folder, name)))).Records);
}
