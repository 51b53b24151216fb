// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../query-error.js';
import { quoteText } from './trino-type.js';
import { failure } from './typed.js';

const STEP =
  /\s*(?:\.\s*([A-Za-z_][\w]*)(?!\s*\()|\.\s*"((?:[^"\\]|\\.)*)"|\[\s*(?:(\d{1,9})|(last)|(\*))\s*\])/y;

type Step = { readonly member: string } | { readonly index: string } | 'last' | 'all';

/**
 * A path of SQL/JSON: `lax $.a[0]."b"[*]`, with members and subscripts (Trino, "JSON functions and operators": JSON path
 * language). Filters, methods, wildcards of members and arithmetic are refused.
 */
interface SqlJsonPath {
  readonly strict: boolean;
  readonly steps: readonly Step[];
}

function readPath(text: string): SqlJsonPath {
  const start = /^\s*(?:(lax|strict)\s+)?\$/.exec(text);
  const steps: Step[] = [];
  let at = start?.[0].length ?? 0;
  const rest = (): string => text.slice(at).trim();
  while (start && rest() !== '') {
    STEP.lastIndex = at;
    const found = STEP.exec(text);
    if (!found) break;
    if (found[3] !== undefined) steps.push({ index: found[3] });
    else if (found[4] !== undefined) steps.push('last');
    else if (found[5] !== undefined) steps.push('all');
    else steps.push({ member: found[1] ?? (found[2] as string).replace(/\\(.)/g, '$1') });
    at += found[0].length;
  }
  if (!start || rest() !== '')
    throw new QueryError(
      'NOT_SUPPORTED',
      `The JSON path '${text.slice(0, 200)}' is not supported: members and subscripts only.`,
    );
  return { strict: start[1] === 'strict', steps };
}

/** A list of the items that a path leads to; of a strict one a failure where a step leads nowhere. */
export function itemsOf(json: string, pathText: string): string {
  const { strict, steps } = readPath(pathText);
  let items = `[${json}]`;
  for (const step of steps) items = strict ? strictStep(items, step) : laxStep(items, step);
  return items;
}

/** Members of arrays are those of their elements, elements of what is no array are it itself; what is not there is left out. */
function laxStep(items: string, step: Step): string {
  const elements = `flatten(list_transform(${items}, lambda j: CASE WHEN json_type(j) = 'ARRAY' THEN json_extract(j, '$[*]') ELSE [j] END))`;
  if (step === 'all') return elements;
  if (typeof step === 'object' && 'member' in step)
    return `list_filter(list_transform(${elements}, lambda j: ${memberOf(step.member)}), lambda j: j IS NOT NULL)`;
  const wanted = `json_extract(CASE WHEN json_type(j) = 'ARRAY' THEN j ELSE json_array(j) END, ${subscriptOf(step)})`;
  return `list_filter(list_transform(${items}, lambda j: ${wanted}), lambda j: j IS NOT NULL)`;
}

function strictStep(items: string, step: Step): string {
  const fail = failure('JSON path: a step leads nowhere', 'CAST(j AS VARCHAR)');
  if (step === 'all')
    return `flatten(list_transform(${items}, lambda j: CASE WHEN json_type(j) = 'ARRAY' THEN json_extract(j, '$[*]') ELSE [${fail}] END))`;
  const [type, next] =
    typeof step === 'object' && 'member' in step
      ? ['OBJECT', memberOf(step.member)]
      : ['ARRAY', `json_extract(j, ${subscriptOf(step)})`];
  return `list_transform(${items}, lambda j: CASE WHEN json_type(j) = '${type}' AND ${next} IS NOT NULL THEN ${next} ELSE ${fail} END)`;
}

/** By a pointer: it has no characters that it could not name. Of arrays it would take an element. */
function memberOf(member: string): string {
  const pointer = quoteText(`/${member.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  return `CASE WHEN json_type(j) = 'OBJECT' THEN json_extract(j, ${pointer}) END`;
}

function subscriptOf(step: Step): string {
  return typeof step === 'object' && 'index' in step ? `'$[${step.index}]'` : "'$[#-1]'";
}
