// SPDX-License-Identifier: Apache-2.0

/** `${aws:username}` and `${aws:username, 'nobody'}`; not `${*}`, `${?}` and `${$}`, which are those characters. */
const variable = /\$\{([^}]*)\}/g;

/**
 * The condition keys that documents ask for, in conditions and as variables, in the order in which they come; each once.
 * The documents have been taken as policies before. Source: IAM API Reference, "GetContextKeysForCustomPolicy".
 */
export function contextKeysOf(documents: readonly string[]): string[] {
  const keys = new Map<string, string>();
  const add = (key: string) => {
    const lower = key.toLowerCase();
    if (!keys.has(lower)) keys.set(lower, key);
  };
  for (const text of documents) {
    const document = JSON.parse(text) as { Version?: unknown; Statement?: unknown };
    const hasVariables = document.Version === '2012-10-17';
    for (const statement of listOf(document.Statement)) {
      for (const [element, value] of Object.entries(statement as object)) {
        if (element === 'Condition') addConditionKeys(value, hasVariables, add);
        else if (hasVariables && /^(?:Not)?Resource$/.test(element)) addVariables(value, add);
      }
    }
  }
  return Array.from(keys.values());
}

function addConditionKeys(condition: unknown, hasVariables: boolean, add: (key: string) => void): void {
  for (const tests of Object.values(condition as object)) {
    for (const [key, values] of Object.entries(tests as object)) {
      add(key);
      if (hasVariables) addVariables(values, add);
    }
  }
}

function addVariables(value: unknown, add: (key: string) => void): void {
  for (const one of listOf(value)) {
    const text = String(one);
    // Behind the last closing brace there are none: each `${` there would be followed to the end of the text.
    for (const [, inBraces = ''] of text.slice(0, text.lastIndexOf('}') + 1).matchAll(variable)) {
      const key = inBraces.split(',', 1)[0]?.trim() ?? '';
      if (key.includes(':')) add(key);
    }
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}
