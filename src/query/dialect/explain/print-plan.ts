// SPDX-License-Identifier: Apache-2.0
import type { PlanNode } from './plan-of-query.js';

/** A predicate may be as long as a statement; nobody reads a line like that to its end. */
const lineLengthMax = 10_000;

/** Lines as Trino draws a plan: `Output[columnNames = [a]]`, what is known of a step below it, and then where its rows come from. */
export function planLines(plan: PlanNode): string[] {
  const lines: string[] = [];
  draw(plan, '', '', lines);
  return lines.map((line) => (line.length > lineLengthMax ? `${line.slice(0, lineLengthMax)}…` : line));
}

function draw(node: PlanNode, first: string, rest: string, lines: string[]): void {
  const descriptor = node.descriptor.map(([name, value]) => `${name} = ${oneLine(value)}`).join(', ');
  lines.push(`${first}${node.name}[${descriptor}]`);
  const below = `${rest}${node.children.length > 0 ? '│   ' : '    '}`;
  if (node.outputs !== undefined)
    lines.push(`${below}Layout: [${node.outputs.map(({ name, type }) => `${name}:${type}`).join(', ')}]`);
  for (const detail of node.details) lines.push(`${below}${oneLine(detail)}`);
  for (const [place, child] of node.children.entries()) {
    const isLast = place === node.children.length - 1;
    draw(child, `${rest}${isLast ? '└─ ' : '├─ '}`, `${rest}${isLast ? '   ' : '│  '}`, lines);
  }
}

function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]\s*/g, ' ');
}

export interface JsonPlan {
  readonly id: string;
  readonly name: string;
  readonly descriptor: Readonly<Record<string, string>>;
  readonly outputs: readonly { readonly symbol: string; readonly type: string }[];
  readonly details: readonly string[];
  readonly estimates: readonly [];
  readonly children: readonly JsonPlan[];
}

/** The members of Trino's plans in JSON (Trino, "EXPLAIN"). Nothing is estimated, so there are no estimates. */
export function planJson(plan: PlanNode): JsonPlan {
  let count = 0;
  const toJson = (node: PlanNode): JsonPlan => {
    const id = String(count++);
    return {
      id,
      name: node.name,
      descriptor: Object.fromEntries(node.descriptor),
      outputs: (node.outputs ?? []).map(({ name, type }) => ({ symbol: name, type })),
      details: node.details,
      estimates: [],
      children: node.children.map(toJson),
    };
  };
  return toJson(plan);
}
