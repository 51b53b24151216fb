// SPDX-License-Identifier: Apache-2.0
import { expressionDepthMax } from '../limits.js';
import { SelectError, type SelectErrorCode } from '../select-error.js';
import { FunctionParser } from './parse-function.js';
import { readIon, readNumber } from './parse-literal.js';
import { readStep } from './parse-path.js';
import { type ComparisonOperator, childrenOf, type Expression, type PathStep } from './syntax.js';
import type { TokenReader } from './token-reader.js';

/** How tightly operators bind. Source: S3 User Guide, "Operators", Operator precedence. */
const binding = {
  or: 1,
  and: 2,
  not: 3,
  equal: 4,
  compare: 5,
  like: 6,
  between: 7,
  in: 8,
  add: 9,
  multiply: 10,
  negative: 11,
} as const;

/** The smallest INT has no positive counterpart to be the negative of. Source: S3 User Guide, "Data types". */
const integerSizeMax = 2n ** 63n;

const comparisons: Readonly<Record<string, ComparisonOperator>> = {
  '=': '=',
  '<>': '<>',
  '!=': '<>',
  '<': '<',
  '>': '>',
  '<=': '<=',
  '>=': '>=',
};

/** Reads scalar expressions by precedence climbing. */
export class ExpressionParser {
  readonly #tokens: TokenReader;
  readonly #functions: FunctionParser;
  /** How deep `read` stands in itself, and how deep the trees are that it has made. */
  #depth = 0;
  readonly #depths = new WeakMap<Expression, number>();

  constructor(tokens: TokenReader) {
    this.#tokens = tokens;
    this.#functions = new FunctionParser(tokens, () => this.read());
  }

  read(bindingMin = 0): Expression {
    if (this.#depth >= expressionDepthMax) throw new SelectError('MaxOperatorsExceeded');
    this.#depth += 1;
    try {
      let left = this.#measured(this.#prefix());
      for (;;) {
        const longer = this.#infix(left, bindingMin);
        if (longer === undefined) return left;
        // A chain of AND or OR that got longer has measured itself.
        left = longer === left ? left : this.#measured(longer);
      }
    } finally {
      this.#depth -= 1;
    }
  }

  #prefix(): Expression {
    const tokens = this.#tokens;
    if (tokens.takeWord('not') !== undefined) return { kind: 'not', operand: this.read(binding.not) };
    if (tokens.takeSymbol('-') !== undefined) {
      const size = tokens.peek();
      if (size.kind === 'number' && size.text === `${integerSizeMax}`) {
        tokens.next();
        return { kind: 'literal', value: -integerSizeMax };
      }
      const operand = this.read(binding.negative);
      return { kind: 'negative', operand };
    }
    if (tokens.takeSymbol('+') !== undefined) return this.read(binding.negative);
    return this.#primary();
  }

  #primary(): Expression {
    const tokens = this.#tokens;
    const token = tokens.peek();
    switch (token.kind) {
      case 'number':
        tokens.next();
        return { kind: 'literal', value: readNumber(token.text) };
      case 'string':
        tokens.next();
        return { kind: 'literal', value: token.text };
      case 'ion':
        tokens.next();
        return { kind: 'literal', value: readIon(token.text) };
      case 'symbol':
        return this.#bracketed();
      default:
        return this.#named();
    }
  }

  #bracketed(): Expression {
    const tokens = this.#tokens;
    if (tokens.takeSymbol('[') !== undefined) return { kind: 'list', items: this.#items(']') };
    if (tokens.takeSymbol('(') === undefined) throw tokens.error('ParseExpectedExpression');
    if (tokens.isWord('select')) throw tokens.error('UnsupportedSqlStructure');
    const inner = this.read();
    tokens.expectSymbol(')');
    return inner;
  }

  #items(close: string): Expression[] {
    const items: Expression[] = [];
    if (this.#tokens.takeSymbol(close) !== undefined) return items;
    do items.push(this.read());
    while (this.#tokens.takeSymbol(',') !== undefined);
    this.#tokens.expectSymbol(close, 'ParseExpectedArgumentDelimiter');
    return items;
  }

  #named(): Expression {
    const tokens = this.#tokens;
    const word = tokens.takeWord('true', 'false', 'null', 'missing');
    if (word !== undefined) return { kind: 'literal', value: constants[word] };
    if (tokens.takeWord('case') !== undefined) return this.#case();
    const call = this.#functions.take();
    if (call !== undefined) return call;
    const root = tokens.takeName();
    if (root === undefined)
      throw tokens.error(
        tokens.peek().kind === 'word' ? 'ParseUnExpectedKeyword' : 'ParseExpectedExpression',
      );
    const steps: PathStep[] = [];
    for (let step = readStep(tokens); step !== undefined; step = readStep(tokens)) {
      if (step.kind === 'members' || step.kind === 'elements')
        throw tokens.error(codeOfWildcard(steps, step));
      steps.push(step);
    }
    return { kind: 'path', root, steps };
  }

  /** Source: S3 User Guide, "Conditional functions", CASE. */
  #case(): Expression {
    const tokens = this.#tokens;
    const operand = tokens.isWord('when') ? undefined : this.read();
    const branches: { when: Expression; result: Expression }[] = [];
    while (tokens.takeWord('when') !== undefined) {
      const when = this.read();
      tokens.expectWord('then');
      branches.push({ when, result: this.read() });
    }
    if (branches.length === 0) throw tokens.error('ParseExpectedWhenClause');
    const otherwise = tokens.takeWord('else') === undefined ? undefined : this.read();
    tokens.expectWord('end');
    return {
      kind: 'case',
      branches,
      ...(operand === undefined ? {} : { operand }),
      ...(otherwise === undefined ? {} : { otherwise }),
    };
  }

  /** The expression with the operator that follows, when that binds tightly enough. */
  #infix(left: Expression, bindingMin: number): Expression | undefined {
    const token = this.#tokens.peek();
    if (token.kind === 'symbol') return this.#symbolic(left, token.text, bindingMin);
    return token.kind === 'word' ? this.#worded(left, token.text, bindingMin) : undefined;
  }

  #symbolic(left: Expression, symbol: string, bindingMin: number): Expression | undefined {
    const operator = comparisons[symbol];
    if (operator !== undefined) {
      const strength = operator === '=' || operator === '<>' ? binding.equal : binding.compare;
      const right = this.#operand(strength, bindingMin);
      return right && { kind: 'compare', operator, left, right };
    }
    if (symbol === '+' || symbol === '-' || symbol === '||') {
      const right = this.#operand(binding.add, bindingMin);
      if (right === undefined) return undefined;
      return symbol === '||'
        ? { kind: 'concat', left, right }
        : { kind: 'arithmetic', operator: symbol, left, right };
    }
    if (symbol !== '*' && symbol !== '/' && symbol !== '%') return undefined;
    const right = this.#operand(binding.multiply, bindingMin);
    return right && { kind: 'arithmetic', operator: symbol, left, right };
  }

  #worded(left: Expression, word: string, bindingMin: number): Expression | undefined {
    switch (word) {
      case 'or':
      case 'and': {
        const right = this.#operand(binding[word], bindingMin);
        return right && this.#chain(word, left, right);
      }
      case 'is':
        return bindingMin >= binding.equal ? undefined : this.#is(left);
      case 'not':
      case 'in':
      case 'between':
      case 'like':
        return this.#predicate(left, bindingMin);
      default:
        return undefined;
    }
  }

  /** What stands right of the operator that comes next; undefined, and nothing taken, where that binds too loosely. */
  #operand(strength: number, bindingMin: number): Expression | undefined {
    if (strength <= bindingMin) return undefined;
    this.#tokens.next();
    return this.read(strength);
  }

  /** `x IS [NOT] NULL`, `MISSING`. */
  #is(operand: Expression): Expression {
    const tokens = this.#tokens;
    tokens.next();
    const negated = tokens.takeWord('not') !== undefined;
    const what = tokens.takeWord('null', 'missing');
    if (what === undefined) throw tokens.error('ParseExpectedKeyword');
    return { kind: 'is', operand, what: what as 'null' | 'missing', negated };
  }

  /** `x [NOT] IN …`, `BETWEEN … AND …`, `LIKE … [ESCAPE …]`. */
  #predicate(operand: Expression, bindingMin: number): Expression | undefined {
    const tokens = this.#tokens;
    const isNegated = tokens.isWord('not');
    const after = tokens.peek(isNegated ? 1 : 0);
    const kind = after.kind === 'word' ? after.text : '';
    if (kind !== 'in' && kind !== 'between' && kind !== 'like') {
      if (bindingMin < binding.like) throw tokens.error('ParseUnExpectedKeyword');
      return undefined;
    }
    if (binding[kind] <= bindingMin) return undefined;
    if (isNegated) tokens.next();
    tokens.next();
    if (kind === 'in') return this.#in(operand, isNegated);
    if (kind === 'like') return this.#like(operand, isNegated);
    const low = this.read(binding.between);
    tokens.expectWord('and');
    const high = this.read(binding.between);
    return { kind: 'between', operand, low, high, negated: isNegated };
  }

  #in(operand: Expression, negated: boolean): Expression {
    const tokens = this.#tokens;
    if (tokens.isSymbol('[')) return { kind: 'in', operand, list: this.read(binding.in), negated };
    tokens.expectSymbol('(', 'ParseExpectedLeftParenValueConstructor');
    if (tokens.isWord('select')) throw tokens.error('UnsupportedSqlStructure');
    const items = this.#items(')');
    if (items.length === 0) throw tokens.error('ParseExpectedExpression');
    return { kind: 'in', operand, list: { kind: 'list', items }, negated };
  }

  #like(operand: Expression, negated: boolean): Expression {
    const pattern = this.read(binding.like);
    const escaping = this.#tokens.takeWord('escape') === undefined ? undefined : this.read(binding.like);
    return {
      kind: 'like',
      operand,
      pattern,
      negated,
      ...(escaping === undefined ? {} : { escape: escaping }),
    };
  }

  /** Chains like `a + b + …` are trees as deep as they are long: no tree may be deeper than evaluation can go. */
  #measured(expression: Expression): Expression {
    return this.#note(expression, this.#deepest(childrenOf(expression)) + 1);
  }

  #deepest(expressions: readonly Expression[]): number {
    return expressions.reduce((depth, each) => Math.max(depth, this.#depths.get(each) ?? 0), 0);
  }

  #note(expression: Expression, depth: number): Expression {
    if (depth > expressionDepthMax) throw new SelectError('MaxOperatorsExceeded');
    this.#depths.set(expression, depth);
    return expression;
  }

  /** `a AND b AND c` is one expression with three operands. */
  #chain(kind: 'and' | 'or', left: Expression, right: Expression): Expression {
    if (left.kind !== kind) return { kind, operands: [left, right] };
    (left.operands as Expression[]).push(right);
    return this.#note(left, Math.max(this.#deepest([left]), this.#deepest([right]) + 1));
  }
}

/** Wildcards stand in FROM, and `alias.*` for whole rows. */
function codeOfWildcard(steps: readonly PathStep[], { kind }: PathStep): SelectErrorCode {
  if (kind === 'members' && steps.length === 0) return 'ParseAsteriskIsNotAloneInSelectList';
  const isMixed = kind === 'members' && steps.some((step) => step.kind === 'index');
  return isMixed ? 'ParseCannotMixSqbAndWildcardInSelectList' : 'ParseInvalidContextForWildcardInSelectList';
}

const constants: Readonly<Record<string, boolean | null | undefined>> = {
  true: true,
  false: false,
  null: null,
  missing: undefined,
};
