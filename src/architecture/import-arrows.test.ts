// SPDX-License-Identifier: Apache-2.0
// Oracle: the arrows that docs/ARCHITECTURE.md draws; the planted violations show that the check can fail.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { importsOf, violationsIn } from './import-arrows.js';

const sourceRoot = join(import.meta.dirname, '../../../src');

describe('import arrows', () => {
  test('no file of src/ breaks them', () => {
    const files = readdirSync(sourceRoot, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    );
    assert.ok(files.length > 20, `found only ${files.length} files: is ${sourceRoot} the right place?`);
    const violations = files.flatMap((file) =>
      violationsIn(file, readFileSync(join(sourceRoot, file), 'utf8')),
    );
    assert.deepEqual(violations, []);
  });

  const planted: [name: string, file: string, source: string][] = [
    ['wire imports a service', 'wire/x.ts', "import { y } from '../services/s3/y.js';"],
    ['record does I/O', 'record/x.ts', "import { readFileSync } from 'node:fs';"],
    [
      'a service chooses an adapter',
      'services/s3/x.ts',
      "import { z } from '../../adapters/object-store/filesystem/z.js';",
    ],
    ['a type-only import counts too', 'record/x.ts', "import type { Trail } from '../trails/trail.js';"],
    ['a re-export counts too', 'ports/x.ts', "export * from '../services/service.js';"],
    ['an import() counts too', 'pipelines/x/x.ts', "const s = await import('../../services/s3/y.js');"],
    ['an unknown folder', 'new-room/x.ts', "import { y } from '../wire/y.js';"],
  ];
  for (const [name, file, source] of planted) {
    test(`sees a planted violation: ${name}`, () => assert.equal(violationsIn(file, source).length, 1));
  }

  test('reads every form of import', () => {
    const source =
      "import 'a'; import b from \"b\"; export { c } from 'c'; await import('d');\nimport {\n e,\n} from 'e';";
    assert.deepEqual(importsOf(source), ['a', 'b', 'c', 'd', 'e']);
  });
});
