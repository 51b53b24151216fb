// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inertServices } from './inert-services.js';
import { parityDocument } from './parity.js';

const file = join(process.cwd(), 'docs/parity.md');
writeFileSync(file, parityDocument(await inertServices()));
console.log(`wrote ${file}`);
