// SPDX-License-Identifier: Apache-2.0
import type { CallExpression, Expression, Query, SortItem, WindowSpec } from '../ast.js';

/** Called for a query inside of an expression; what stands for it in the text. */
export type PrintSubquery = (query: Query) => string;

const OPERATORS = { distinct: 'IS DISTINCT FROM', notDistinct: 'IS NOT DISTINCT FROM' } as const;

/** An expression as plans show it: every operation in parentheses, so that nobody has to know what binds how. */
export class ExpressionPrinter {
  constructor(private readonly subquery: PrintSubquery) {}

  print(of: Expression): string {
    switch (of.kind) {
      case 'string':
        return quoted(of.text);
      case 'number':
        return of.text;
      case 'boolean':
        return String(of.value);
      case 'null':
        return 'NULL';
      case 'binary':
        return `X'${of.hex}'`;
      case 'typed':
        return `${of.type.toUpperCase()} ${quoted(of.text)}`;
      case 'interval': {
        const unit = of.toUnit === undefined ? of.unit : `${of.unit} TO ${of.toUnit}`;
        return `INTERVAL ${of.negative ? '-' : ''}${quoted(of.text)} ${unit.toUpperCase()}`;
      }
      case 'parameter':
        return '?';
      case 'name':
        return of.parts.map(({ name }) => name).join('.');
      case 'field':
        return `${this.print(of.of)}.${of.name.name}`;
      case 'subscript':
        return `${this.print(of.of)}[${this.print(of.index)}]`;
      case 'call':
        return this.call(of);
      case 'lambda':
        return `(${of.parameters.map(({ name }) => name).join(', ')}) -> ${this.print(of.body)}`;
      case 'case':
        return this.caseOf(of);
      case 'cast':
        return `${of.safe ? 'TRY_CAST' : 'CAST'}(${this.print(of.of)} AS ${of.type})`;
      case 'row':
        return `ROW(${this.list(of.items)})`;
      case 'array':
        return `ARRAY[${this.list(of.items)}]`;
      case 'atTimeZone':
        return `${this.print(of.of)} AT TIME ZONE ${this.print(of.zone)}`;
      case 'extract':
        return `EXTRACT(${of.part.toUpperCase()} FROM ${this.print(of.of)})`;
      case 'subquery':
        return this.subquery(of.query);
      default:
        return `(${this.test(of)})`;
    }
  }

  list(of: readonly Expression[]): string {
    return of.map((each) => this.print(each)).join(', ');
  }

  sorted(items: readonly SortItem[]): string {
    return items
      .map(
        ({ by, descending, nullsFirst }) =>
          `${this.print(by)} ${descending ? 'DESC' : 'ASC'} NULLS ${nullsFirst ? 'FIRST' : 'LAST'}`,
      )
      .join(', ');
  }

  private test(of: Exclude<Expression, { kind: 'name' }>): string {
    switch (of.kind) {
      case 'operation': {
        const operator = OPERATORS[of.operator as keyof typeof OPERATORS] ?? of.operator;
        return `${this.print(of.left)} ${operator} ${this.print(of.right)}`;
      }
      case 'and':
      case 'or':
        return of.terms.map((term) => this.print(term)).join(` ${of.kind.toUpperCase()} `);
      case 'concat':
        return of.terms.map((term) => this.print(term)).join(' || ');
      case 'not':
        return `NOT ${this.print(of.of)}`;
      case 'negate':
        return `-${this.print(of.of)}`;
      case 'isNull':
        return `${this.print(of.of)} IS ${notOf(of)}NULL`;
      case 'between':
        return `${this.print(of.of)} ${notOf(of)}BETWEEN ${this.print(of.from)} AND ${this.print(of.to)}`;
      case 'in':
        return `${this.print(of.of)} ${notOf(of)}IN (${this.list(of.list)})`;
      case 'inQuery':
        return `${this.print(of.of)} ${notOf(of)}IN ${this.subquery(of.query)}`;
      case 'like': {
        const escaped = of.escapedBy === undefined ? '' : ` ESCAPE ${this.print(of.escapedBy)}`;
        return `${this.print(of.of)} ${notOf(of)}LIKE ${this.print(of.pattern)}${escaped}`;
      }
      case 'exists':
        return `EXISTS ${this.subquery(of.query)}`;
      case 'quantified':
        return `${this.print(of.of)} ${of.operator} ${of.all ? 'ALL' : 'ANY'} ${this.subquery(of.query)}`;
      default:
        return this.print(of);
    }
  }

  private call(of: CallExpression): string {
    const args = of.star ? '*' : this.list(of.args);
    const order = of.orderBy?.length ? ` ORDER BY ${this.sorted(of.orderBy)}` : '';
    const filter = of.filter === undefined ? '' : ` FILTER (WHERE ${this.print(of.filter)})`;
    const nulls = of.nulls === undefined ? '' : ` ${of.nulls.toUpperCase()} NULLS`;
    const over = of.over === undefined ? '' : ` OVER (${this.window(of.over)})`;
    return `${of.name}(${of.distinct ? 'DISTINCT ' : ''}${args}${order})${filter}${nulls}${over}`;
  }

  window({ base, partitionBy, orderBy }: WindowSpec): string {
    return [
      ...(base === undefined ? [] : [base.name]),
      ...(partitionBy.length === 0 ? [] : [`PARTITION BY ${this.list(partitionBy)}`]),
      ...(orderBy.length === 0 ? [] : [`ORDER BY ${this.sorted(orderBy)}`]),
    ].join(' ');
  }

  private caseOf({ of, whens, otherwise }: Extract<Expression, { kind: 'case' }>): string {
    const branches = whens.map(({ when, result }) => ` WHEN ${this.print(when)} THEN ${this.print(result)}`);
    const rest = otherwise === undefined ? '' : ` ELSE ${this.print(otherwise)}`;
    return `CASE${of === undefined ? '' : ` ${this.print(of)}`}${branches.join('')}${rest} END`;
  }
}

function notOf({ not }: { readonly not: boolean }): string {
  return not ? 'NOT ' : '';
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
