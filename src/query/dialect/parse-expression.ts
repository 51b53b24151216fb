// SPDX-License-Identifier: Apache-2.0
import type { BinaryOperator, Expression } from './ast.js';
import { PrimaryParser } from './parse-primary.js';

const COMPARISONS: Readonly<Record<string, BinaryOperator>> = {
  '=': '=',
  '<>': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

/** Expressions of Trino's grammar, by recursive descent; precedence as in its SqlBase.g4. */
export abstract class ExpressionParser extends PrimaryParser {
  expression(): Expression {
    return this.nested(() => this.terms('or', () => this.terms('and', () => this.notTest())));
  }

  private terms(kind: 'and' | 'or', read: () => Expression): Expression {
    const { at } = this.token;
    const terms = [read()];
    while (this.takeWord(kind)) terms.push(read());
    return terms.length === 1 ? (terms[0] as Expression) : { kind, terms, at };
  }

  private notTest(): Expression {
    const { at } = this.token;
    if (this.takeWord('not')) return { kind: 'not', of: this.nested(() => this.notTest()), at };
    let of = this.valueExpression();
    while (true) {
      const next = this.predicate(of);
      if (next === of) return of;
      of = next;
    }
  }

  private predicate(of: Expression): Expression {
    const { at, text, kind } = this.token;
    const operator = kind === 'symbol' ? COMPARISONS[text] : undefined;
    if (operator !== undefined) {
      this.take();
      return this.comparison(of, operator, at);
    }
    if (this.takeWord('is')) return this.isTest(of, at);
    const mark = this.mark();
    const not = this.takeWord('not');
    if (this.takeWord('between')) {
      const from = this.valueExpression();
      this.expectWord('and');
      return { kind: 'between', of, from, to: this.valueExpression(), not, at };
    }
    if (this.takeWord('like')) {
      const pattern = this.valueExpression();
      const escapedBy = this.takeWord('escape') ? this.valueExpression() : undefined;
      return { kind: 'like', of, pattern, ...(escapedBy && { escapedBy }), not, at };
    }
    if (this.takeWord('in')) return this.inTest(of, not, at);
    this.reset(mark);
    return of;
  }

  private comparison(of: Expression, operator: BinaryOperator, at: number): Expression {
    const all = this.isWord('all');
    if ((all || this.isWord('any') || this.isWord('some')) && this.isSymbol('(', 1) && this.startsQuery(2)) {
      this.take();
      return { kind: 'quantified', operator, of, all, query: this.parenthesized(() => this.query()), at };
    }
    return { kind: 'operation', operator, left: of, right: this.valueExpression(), at };
  }

  private isTest(of: Expression, at: number): Expression {
    const not = this.takeWord('not');
    if (this.takeWord('null')) return { kind: 'isNull', of, not, at };
    this.expectWord('distinct', 'from');
    return {
      kind: 'operation',
      operator: not ? 'notDistinct' : 'distinct',
      left: of,
      right: this.valueExpression(),
      at,
    };
  }

  private inTest(of: Expression, not: boolean, at: number): Expression {
    this.expectSymbol('(');
    if (this.startsQuery(0)) {
      const query = this.query();
      this.expectSymbol(')');
      return { kind: 'inQuery', of, query, not, at };
    }
    const list = this.list(() => this.expression());
    this.expectSymbol(')');
    return { kind: 'in', of, list, not, at };
  }

  /** `||` binds weakest, then + and -, then * / %, then signs, then AT TIME ZONE. */
  valueExpression(): Expression {
    const { at } = this.token;
    const terms = [this.sums()];
    while (this.takeSymbol('||')) terms.push(this.sums());
    return terms.length === 1 ? (terms[0] as Expression) : { kind: 'concat', terms, at };
  }

  private sums(): Expression {
    return this.chain(['+', '-'], () => this.chain(['*', '/', '%'], () => this.signed()));
  }

  private chain(operators: readonly BinaryOperator[], read: () => Expression): Expression {
    let left = read();
    while (true) {
      const { at } = this.token;
      const operator = operators.find((symbol) => this.takeSymbol(symbol));
      if (operator === undefined) return left;
      this.count();
      left = { kind: 'operation', operator, left, right: read(), at };
    }
  }

  private signed(): Expression {
    const { at } = this.token;
    if (this.takeSymbol('-')) return { kind: 'negate', of: this.nested(() => this.signed()), at };
    if (this.takeSymbol('+')) return this.nested(() => this.signed());
    let of = this.postfix();
    while (this.isWords('at', 'time', 'zone')) {
      this.take();
      this.expectWord('time', 'zone');
      of = { kind: 'atTimeZone', of, zone: this.postfix(), at };
    }
    return of;
  }

  private postfix(): Expression {
    let of = this.primary();
    while (true) {
      const { at } = this.token;
      if (this.isSymbol('.') && !this.isSymbol('*', 1)) {
        this.take();
        this.count();
        of = this.member(of, at);
      } else if (this.takeSymbol('[')) {
        const index = this.expression();
        this.expectSymbol(']');
        of = { kind: 'subscript', of, index, at };
      } else return of;
    }
  }

  /** After a dot every word is a name, reserved or not: `e.timestamp`, `userIdentity.type`. */
  private member(of: Expression, at: number): Expression {
    const name = this.memberName();
    return of.kind === 'name'
      ? { kind: 'name', parts: [...of.parts, name], at: of.at }
      : { kind: 'field', of, name, at };
  }
}
