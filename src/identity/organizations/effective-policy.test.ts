// SPDX-License-Identifier: Apache-2.0
// Oracle: the rules and examples of Organizations User Guide, "Policy syntax and inheritance for management policy types",
// "Inheritance examples" (tag policies).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effectivePolicy } from './effective-policy.js';

const tags = (costCenter: object) => JSON.stringify({ tags: { CostCenter: costCenter } });
const merged = (...levels: string[][]) => JSON.parse(JSON.stringify(effectivePolicy(levels) ?? null));

const root = tags({
  tag_key: { '@@assign': 'CostCenter' },
  tag_value: { '@@assign': ['Development', 'Support'] },
});

const cases: [what: string, levels: string[][], costCenter: object][] = [
  ['one level', [[root]], { tag_key: 'CostCenter', tag_value: ['Development', 'Support'] }],
  [
    'a child overwrites',
    [[root], [tags({ tag_value: { '@@assign': ['Sandbox'] } })]],
    { tag_key: 'CostCenter', tag_value: ['Sandbox'] },
  ],
  [
    'a child appends, what is there already once',
    [[root], [tags({ tag_value: { '@@append': ['Marketing', 'Support'] } })]],
    { tag_key: 'CostCenter', tag_value: ['Development', 'Support', 'Marketing'] },
  ],
  [
    'a child removes',
    [[root], [tags({ tag_value: { '@@remove': ['Support', 'Absent'] } })]],
    { tag_key: 'CostCenter', tag_value: ['Development'] },
  ],
  [
    'a parent lets its children do nothing',
    [
      [
        tags({
          tag_value: { '@@operators_allowed_for_child_policies': ['@@none'], '@@assign': ['Support'] },
        }),
      ],
      [tags({ tag_value: { '@@append': ['Marketing'] } })],
    ],
    { tag_value: ['Support'] },
  ],
  [
    'a parent lets its children append only; a grandchild cannot get more from them',
    [
      [
        tags({
          tag_value: { '@@operators_allowed_for_child_policies': ['@@append'], '@@assign': ['Support'] },
        }),
      ],
      [
        tags({
          tag_value: { '@@operators_allowed_for_child_policies': ['@@all'], '@@append': ['Marketing'] },
        }),
      ],
      [tags({ tag_value: { '@@assign': ['Nothing'], '@@append': ['Legal'] } })],
    ],
    { tag_value: ['Support', 'Marketing', 'Legal'] },
  ],
  [
    'what a policy says of children does not bind another one of the same level',
    [
      [
        tags({ tag_value: { '@@operators_allowed_for_child_policies': ['@@none'], '@@assign': ['A'] } }),
        tags({ tag_value: { '@@append': ['B'] } }),
      ],
      [tags({ tag_value: { '@@append': ['C'] } })],
    ],
    { tag_value: ['A', 'B'] },
  ],
  [
    'a limit on a place holds for the places in it',
    [
      [tags({ '@@operators_allowed_for_child_policies': ['@@none'], tag_value: { '@@assign': ['A'] } })],
      [tags({ tag_value: { '@@assign': ['B'] } })],
    ],
    { tag_value: ['A'] },
  ],
];

for (const [what, levels, costCenter] of cases)
  test(what, () => assert.deepEqual(merged(...levels), { tags: { CostCenter: costCenter } }));

test('no policy at all: nothing', () => assert.equal(effectivePolicy([[], [], []]), undefined));
test('names of the caller are names: __proto__ too', () => {
  const text = '{"tags":{"__proto__":{"tag_key":{"@@assign":"x"}}}}';
  assert.equal(JSON.stringify(effectivePolicy([[text]])), '{"tags":{"__proto__":{"tag_key":"x"}}}');
  assert.equal(({} as Record<string, unknown>).tag_key, undefined);
});
