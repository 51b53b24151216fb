// SPDX-License-Identifier: Apache-2.0
import type { ConditionOperator, OperatorFamily } from './condition-operator.js';
import {
  matchPolicyText,
  type PolicyText,
  parsePolicyText,
  replaceVariables,
  type TextMatch,
} from './policy-text.js';

/** The six components; the last one keeps its colons. Undefined when there are fewer. */
function components(arn: string): string[] | undefined {
  const parts = arn.split(':');
  return parts.length < 6 ? undefined : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/** `${aws:…}` holds a colon itself: it is put aside while the ARN is taken apart. */
function componentTexts(value: string, variables: boolean): PolicyText[] | undefined {
  const hiddenColon = '\u0000';
  const shielded = variables ? replaceVariables(value, (found) => found.replaceAll(':', hiddenColon)) : value;
  const parts = components(shielded);
  return parts?.map((part) =>
    parsePolicyText(part.replaceAll(hiddenColon, ':'), { wildcards: true, variables }),
  );
}

/** ArnEquals and ArnLike are the same: wildcards, each of the six components on its own. `*` alone is any ARN. */
function arnOperator(negated: boolean): ConditionOperator {
  return {
    negated,
    compile: (value, variables) => {
      if (value === '*') return (given) => (components(given) ? 'yes' : 'no');
      const texts = componentTexts(value, variables);
      if (texts === undefined) return undefined;
      return (given, resolve): TextMatch => {
        const parts = components(given);
        if (parts === undefined) return 'no';
        const matches = texts.map((text, i) => matchPolicyText(text, parts[i] ?? '', resolve));
        if (matches.includes('no')) return 'no';
        return matches.includes('unresolved') ? 'unresolved' : 'yes';
      };
    },
  };
}

export const arnOperators: OperatorFamily = {
  ArnEquals: arnOperator(false),
  ArnLike: arnOperator(false),
  ArnNotEquals: arnOperator(true),
  ArnNotLike: arnOperator(true),
};
