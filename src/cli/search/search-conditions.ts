// SPDX-License-Identifier: Apache-2.0
import { searchFields } from '../../query/search/search-fields.js';
import type { SearchCondition } from '../../query/search/search-request.js';
import { CommandError } from '../command-error.js';

const usageExitCode = 2;

/** Names of fields in any case, as they are asked for. */
const fields: ReadonlyMap<string, string> = new Map(
  ['user', ...Object.keys(searchFields)].map((name) => [name.toLowerCase(), name]),
);

/** The name of a field, written in any case. Throws CommandError. */
export function fieldNamed(name: string): SearchCondition['field'] {
  const field = fields.get(name.toLowerCase());
  if (field !== undefined) return field as SearchCondition['field'];
  throw new CommandError(
    `there is no field ${name}; fields: ${[...fields.values()].join(', ')}`,
    usageExitCode,
  );
}

const operators = { '=': 'equals', '!=': 'not', '^=': 'prefix', '~=': 'contains' } as const;
const form = /^\s*(\w+)\s*(!=|\^=|~=|=)(.*)$/s;
const existence = /^\s*(!?)\s*(\w+)\s*$/;

/**
 * `eventName=RunInstances|StartInstances` (one of them), `user!=deploy`, `eventName^=Delete` (begins with), `userAgent~=curl` (has
 * in it), `sourceIp=203.0.113.0/24`, `errorCode` (there is one), `!errorCode` (there is none). Throws CommandError.
 */
export function parseCondition(text: string): SearchCondition {
  const [, not, named] = existence.exec(text) ?? [];
  if (named !== undefined) return { field: fieldNamed(named), exists: not === '' };
  const [, name = '', sign, list = ''] = form.exec(text) ?? [];
  if (sign === undefined)
    throw new CommandError(
      `--where: "${text}" is no condition; write field=value, !=, ^= (begins with), ~= (has in it), field or !field`,
      usageExitCode,
    );
  const field = fieldNamed(name);
  const values = list.split('|').map((value) => value.trim());
  const isBlock = sign === '=' && field === 'sourceIp' && values.some((value) => value.includes('/'));
  if (isBlock) return { field, cidr: values.map((value) => (value.includes('/') ? value : `${value}/32`)) };
  return { field, [operators[sign as keyof typeof operators]]: values };
}

/** A value of an option of its own: `Delete*` begins with Delete; a block of addresses is one. */
export function conditionOf(field: SearchCondition['field'], value: string): SearchCondition {
  if (value.endsWith('*')) return { field, prefix: [value.slice(0, -1)] };
  if (field === 'sourceIp' && value.includes('/')) return { field, cidr: [value] };
  return { field, equals: [value] };
}
