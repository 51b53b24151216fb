// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../../query-error.js';
import type { CallExpression, Expression } from '../ast.js';
import type { Scope } from '../scope.js';
import type { ExpressionTranslator } from '../translate-expression.js';
import { printTrinoType, type TrinoType } from '../trino-type.js';
import { type Typed, typed } from '../typed.js';

/** A function of Trino: what it is, and how a call of it is written for DuckDB. */
export interface FunctionTranslation {
  readonly kind: 'scalar' | 'aggregate' | 'window';
  readonly translate: (call: FunctionCall) => Typed;
}

export type FunctionTable = Readonly<Record<string, FunctionTranslation>>;

export function scalar(translate: (call: FunctionCall) => Typed): FunctionTranslation {
  return { kind: 'scalar', translate };
}

/** One call, as a function's translation sees it. */
export class FunctionCall {
  private readonly values: (Typed | undefined)[] = [];

  constructor(
    private readonly expressions: ExpressionTranslator,
    readonly node: CallExpression,
    private readonly scope: Scope,
  ) {}

  get name(): string {
    return this.node.name;
  }

  get count(): number {
    return this.node.args.length;
  }

  get nowMs(): number {
    return this.expressions.query.options.nowMs;
  }

  arg(index: number): Typed {
    const known = this.values[index];
    if (known) return known;
    const expression = this.node.args[index];
    if (!expression) throw this.mismatch();
    const value = this.expressions.translate(expression, this.scope);
    this.values[index] = value;
    return value;
  }

  /** An expression that stands in one of the call's clauses. */
  expression(expression: Expression): Typed {
    return this.expressions.translate(expression, this.scope);
  }

  get args(): readonly Typed[] {
    return this.node.args.map((_, index) => this.arg(index));
  }

  takes(least: number, most = least): void {
    if (this.count < least || this.count > most || this.node.star) throw this.mismatch();
  }

  /** The value of an argument that has to stand in the statement. */
  text(index: number): string {
    const { constant } = this.arg(index);
    if (constant === undefined)
      throw new QueryError('NOT_SUPPORTED', `Argument ${index + 1} of ${this.name} has to be a literal.`);
    return constant;
  }

  /**
   * A lambda as DuckDB writes one: `lambda l1, l2: body`.
   * @param types of its parameters
   */
  lambda(index: number, types: readonly TrinoType[]): { readonly sql: string; readonly type: TrinoType } {
    const { body, parameters } = this.expressions.lambda(this.node.args[index], types, this.scope);
    return { sql: `lambda ${parameters.join(', ')}: ${body.sql}`, type: body.type };
  }

  /** A lambda that says yes or no. */
  predicate(index: number, types: readonly TrinoType[]): string {
    const { sql, type } = this.lambda(index, types);
    if (type.kind !== 'boolean' && type.kind !== 'unknown') throw this.mismatch();
    return sql;
  }

  /** The body of a lambda with values for its parameters. */
  lambdaBody(index: number, values: readonly Typed[]): Typed {
    const expression: Expression | undefined = this.node.args[index];
    if (expression?.kind !== 'lambda' || expression.parameters.length !== values.length)
      throw this.fail(`Argument ${index + 1} has to be a lambda of ${values.length} parameter(s)`);
    const locals = new Map(
      expression.parameters.map(({ name }, place) => [name.toLowerCase(), values[place] as Typed]),
    );
    return this.expressions.translate(expression.body, this.scope.within(locals));
  }

  isLambda(index: number): boolean {
    return this.node.args[index]?.kind === 'lambda';
  }

  /** A name for the parameter of a lambda that the translation itself adds. */
  newParameter(type: TrinoType): Typed {
    return typed(`"${this.expressions.query.nextName('p')}"`, type);
  }

  /** `name(args ORDER BY …) FILTER (…) OVER (…)` */
  aggregate(name: string, args: readonly string[], { orderBy = true } = {}): string {
    const { distinct, nulls, orderBy: sorted } = this.node;
    const order = orderBy && sorted ? ` ORDER BY ${this.expressions.sort(sorted, this.scope)}` : '';
    const ignoring = nulls && this.node.over ? ` ${nulls.toUpperCase()} NULLS` : '';
    return `${name}(${distinct ? 'DISTINCT ' : ''}${args.join(', ')}${order}${ignoring})${this.expressions.callEnd(this.node, this.scope)}`;
  }

  fail(problem: string): QueryError {
    return new QueryError('SYNTAX_ERROR', problem);
  }

  mismatch(): QueryError {
    const types = this.node.args.map((_, index) =>
      this.isLambda(index) ? 'lambda' : printTrinoType(this.arg(index).type),
    );
    return this.fail(
      `FUNCTION_NOT_FOUND: Unexpected parameters (${types.join(', ')}) for function ${this.name}`,
    );
  }
}
