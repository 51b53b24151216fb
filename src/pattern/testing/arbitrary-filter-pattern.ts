// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import type {
  FilterSyntax,
  JsonCondition,
  Operand,
  Operator,
  SelectorStep,
  SpaceCondition,
  SpaceField,
  Term,
} from '../filter-pattern-syntax.js';

/** Few names and values, so that patterns and messages meet. */
const name = fc.constantFrom('a', 'b', 'eventName', 'x-y');
const word = fc.constantFrom('ERROR', 'WARN', 'ab', 'a', 'b1', 'x_y');
export const phrase = fc.oneof(
  word,
  fc.constantFrom('a b', 'say "a"', 'b\\', 'ü', '4', '404', '1e2', 'a*b', '.'),
);
const regexSource = fc.constantFrom(
  'a',
  '^a',
  'b$',
  'a|b',
  'a.b',
  '[ab]+',
  '[^a]b?',
  '\\d{1,2}',
  'E?R{2}',
  '^a*$',
  '\\w \\w',
  '\\x41|b',
);

const equality = fc.constantFrom<Operator>('=', '!=');
const order = fc.constantFrom<Operator>('<', '<=', '>', '>=');
const number = fc
  .constantFrom('4', '404', '-1', '+2', '1e2', '.5', '3.25')
  .map((text): Operand => ({ kind: 'number', value: Number(text), text }));
const text = fc
  .tuple(fc.constantFrom('', '*'), phrase, fc.constantFrom('', '*'))
  .map(([first, middle, last]): Operand => ({ kind: 'text', text: first + middle + last }));

function comparison(withRegex: boolean) {
  const regex = regexSource.map((source): Operand => ({ kind: 'regex', source, position: 0 }));
  return fc.oneof(
    fc.tuple(equality, withRegex ? fc.oneof(number, text, regex) : fc.oneof(number, text)),
    fc.tuple(order, number),
  );
}

const step = fc.oneof(
  { weight: 5, arbitrary: name.map((of): SelectorStep => ({ kind: 'member', name: of })) },
  { weight: 1, arbitrary: fc.constant<SelectorStep>({ kind: 'member', name: 'c.d' }) },
  { weight: 2, arbitrary: fc.nat(2).map((index): SelectorStep => ({ kind: 'element', index })) },
);
const path = fc.tuple(fc.array(step, { minLength: 1, maxLength: 3 }), fc.boolean(), fc.nat(2));

function selector(mayHaveWildcard: boolean) {
  return path.map(([steps, isWild, at]): SelectorStep[] =>
    isWild && mayHaveWildcard
      ? steps.map((of, i) => (i === at % steps.length ? { kind: 'any' } : of))
      : steps,
  );
}

/** `first`: only one condition of a pattern has a regular expression and a wildcard, for their limits. */
function condition(first: boolean): fc.Arbitrary<JsonCondition> {
  const steps = selector(first);
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .tuple(steps, comparison(first))
        .map(([of, [operator, operand]]) => ({ kind: 'compare', path: of, operator, operand }) as const),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(steps, fc.constantFrom(null, true, false))
        .map(([of, value]) => ({ kind: 'is', path: of, value }) as const),
    },
    { weight: 1, arbitrary: steps.map((of) => ({ kind: 'notExists', path: of }) as const) },
  );
}

const others: fc.Arbitrary<JsonCondition> = fc.letrec<{ tree: JsonCondition }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    condition(false),
    fc
      .tuple(
        fc.constantFrom('and' as const, 'or' as const),
        fc.array(tie('tree'), { minLength: 2, maxLength: 3 }),
      )
      .map(([kind, conditions]) => ({ kind, conditions })),
  ),
})).tree;

export const jsonSyntax: fc.Arbitrary<FilterSyntax> = fc.oneof(
  condition(true).map((of) => ({ kind: 'json' as const, condition: of })),
  fc
    .tuple(fc.constantFrom('and' as const, 'or' as const), condition(true), others)
    .map(([kind, one, other]) => ({
      kind: 'json' as const,
      condition: { kind, conditions: [one, other] },
    })),
);

const term: fc.Arbitrary<Term> = fc
  .tuple(fc.constantFrom('required' as const, 'excluded' as const), phrase)
  .map(([role, of]) => ({ role, text: { kind: 'text', text: of } }));
const optionalTerm = phrase.map((of): Term => ({ role: 'optional', text: { kind: 'text', text: of } }));
const regexTerm = regexSource.map(
  (source): Term => ({ role: 'required', text: { kind: 'regex', source, position: 0 } }),
);

export const termsSyntax: fc.Arbitrary<FilterSyntax> = fc
  .oneof(
    fc.array(term, { minLength: 1, maxLength: 3 }),
    fc.array(optionalTerm, { minLength: 1, maxLength: 3 }),
    fc.tuple(regexTerm, term),
  )
  .map((terms) => ({ kind: 'terms', terms }));

const spaceCondition: fc.Arbitrary<SpaceCondition> = comparison(false).map(([operator, operand]) => ({
  kind: 'compare',
  operator,
  operand,
}));
const compound: fc.Arbitrary<SpaceCondition> = fc.oneof(
  spaceCondition,
  fc
    .tuple(
      fc.constantFrom('and' as const, 'or' as const),
      fc.array(spaceCondition, { minLength: 2, maxLength: 3 }),
    )
    .map(([kind, conditions]) => ({ kind, conditions })),
);
const field: fc.Arbitrary<SpaceField> = fc.record({
  name: fc.constantFrom('ip', 'user', 'w1', ''),
  condition: fc.option(compound, { nil: undefined }),
});

export const spaceSyntax: fc.Arbitrary<FilterSyntax> = fc
  .tuple(
    fc.array(field, { minLength: 1, maxLength: 3 }),
    fc.option(fc.array(field, { maxLength: 2 }), { nil: undefined }),
  )
  .map(([before, after]) => ({ kind: 'space', before, after }));

const leaf = fc.oneof(
  phrase,
  fc.constantFrom(4, 404, -1, 2, 100, 0.5, 3.25),
  fc.boolean(),
  fc.constant(null),
);
const json = fc.letrec<{ value: unknown; object: unknown }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('value'), { maxLength: 3 }), tie('object')),
  object: fc.dictionary(fc.constantFrom('a', 'b', 'eventName', 'x-y', 'c.d'), tie('value'), { maxKeys: 4 }),
}));
export const jsonMessage = json.object.map((value) => JSON.stringify(value));
export const spaceMessage = fc
  .array(fc.oneof(word, fc.constantFrom('4', '404', '-1', '1e2', '"a b"', '[x y]', '[', '"', '[]')), {
    maxLength: 5,
  })
  .map((fields) => fields.join(' '));
export const textMessage = fc.array(phrase, { maxLength: 4 }).map((words) => words.join(' '));

/** Writes a tree the way a person would, with parentheses where the order of operations asks for them. */
export function print(syntax: FilterSyntax): string {
  switch (syntax.kind) {
    case 'everything':
      return '';
    case 'terms':
      return syntax.terms
        .map(({ role, text: of }) => ({ required: '', excluded: '-', optional: '?' })[role] + printText(of))
        .join(' ');
    case 'json':
      return `{ ${printJson(syntax.condition, false)} }`;
    case 'space': {
      const fields = (of: readonly SpaceField[]) => of.map(printField);
      const all =
        syntax.after === undefined
          ? fields(syntax.before)
          : [...fields(syntax.before), '...', ...fields(syntax.after)];
      return `[${all.join(', ')}]`;
    }
  }
}

function printText(of: { kind: string; text?: string; source?: string }): string {
  if (of.kind === 'regex') return `%${of.source}%`;
  if (/^\w+$/.test(of.text ?? '')) return of.text as string;
  return `"${(of.text ?? '').replace(/["\\]/g, '\\$&')}"`;
}

function printOperand(operand: Operand): string {
  return operand.kind === 'number'
    ? operand.text
    : operand.kind === 'text' && /^\d/.test(operand.text)
      ? `"${operand.text}"`
      : printText(operand);
}

function printJson(of: JsonCondition, isPart: boolean): string {
  if (!('path' in of)) {
    const joined = of.conditions.map((part) => printJson(part, true)).join(of.kind === 'and' ? ' && ' : '||');
    return isPart ? `(${joined})` : joined;
  }
  const steps = of.path.map((one) => {
    if (one.kind === 'any') return '[*]';
    if (one.kind === 'element') return `[${one.index}]`;
    return one.name.includes('.') ? `.['${one.name}']` : `.${one.name}`;
  });
  const left = `$${steps.join('')}`;
  if (of.kind === 'is') return `${left} IS ${String(of.value).toUpperCase()}`;
  if (of.kind === 'notExists') return `(${left} NOT EXISTS)`;
  return `${left} ${of.operator} ${printOperand(of.operand)}`;
}

function printField({ name: of, condition: asked }: SpaceField): string {
  if (asked === undefined) return of;
  const one = (part: SpaceCondition): string => {
    if (part.kind !== 'compare') return part.conditions.map(one).join(part.kind === 'and' ? ' && ' : ' || ');
    return `${of} ${part.operator} ${printOperand(part.operand)}`;
  };
  return one(asked);
}
