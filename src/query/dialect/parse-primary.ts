// SPDX-License-Identifier: Apache-2.0
import type { Expression, Identifier, Query } from './ast.js';
import { CallParser } from './parse-call.js';

/** Functions that are called without parentheses (Trino, "Date and time functions"). */
const WITHOUT_PARENTHESES: ReadonlySet<string> = new Set([
  'current_date',
  'current_time',
  'current_timestamp',
  'localtime',
  'localtimestamp',
  'current_user',
]);

/** What operators stand between: literals, names, calls, CASE, CAST, lambdas, whatever is in parentheses. */
export abstract class PrimaryParser extends CallParser {
  parameterCount = 0;

  abstract query(): Query;

  protected primary(): Expression {
    this.count();
    const { kind, text, at } = this.token;
    if (kind === 'string' || kind === 'number') {
      this.take();
      return { kind, text, at };
    }
    if (kind === 'binary') {
      this.take();
      return { kind: 'binary', hex: text, at };
    }
    // Lake: `<id>.eventTime`, the event data store's id for a table's name.
    if (kind === 'id') return { kind: 'name', parts: [{ name: this.take().text, quoted: true }], at };
    if (this.takeSymbol('?')) return { kind: 'parameter', index: this.parameterCount++, at };
    if (this.isSymbol('(')) return this.inParentheses(at);
    if (kind === 'word') return this.fromWord(text.toLowerCase(), at);
    return this.nameOrCall(at);
  }

  private inParentheses(at: number): Expression {
    if (this.isLambda()) return this.lambda(at);
    this.take();
    if (this.startsQuery(0)) {
      const query = this.query();
      this.expectSymbol(')');
      return { kind: 'subquery', query, at };
    }
    const items = this.list(() => this.expression());
    this.expectSymbol(')');
    return items.length === 1 ? (items[0] as Expression) : { kind: 'row', items, at };
  }

  private isLambda(): boolean {
    let ahead = 1;
    while (this.isIdentifier(ahead)) ahead += this.isSymbol(',', ahead + 1) ? 2 : 1;
    return this.isSymbol(')', ahead) && this.isSymbol('->', ahead + 1);
  }

  private lambda(at: number): Expression {
    const parameters: Identifier[] = [];
    if (this.takeSymbol('(')) {
      if (!this.isSymbol(')')) parameters.push(...this.list(() => this.identifier()));
      this.expectSymbol(')');
    } else parameters.push(this.identifier());
    this.expectSymbol('->');
    return { kind: 'lambda', parameters, body: this.expression(), at };
  }

  private fromWord(word: string, at: number): Expression {
    switch (word) {
      case 'null':
        this.take();
        return { kind: 'null', at };
      case 'true':
      case 'false':
        this.take();
        return { kind: 'boolean', value: word === 'true', at };
      case 'case':
        return this.caseExpression(at);
      case 'cast':
      case 'try_cast':
        if (this.isSymbol('(', 1)) return this.cast(word === 'try_cast', at);
        break;
      case 'exists':
        this.take();
        return { kind: 'exists', query: this.parenthesized(() => this.query()), at };
      case 'interval':
        if (this.peek(1).kind === 'string' || this.isSymbol('-', 1) || this.isSymbol('+', 1))
          return this.interval(at);
        break;
      case 'array':
        if (this.isSymbol('[', 1)) return this.array(at);
        break;
      case 'row':
        if (this.isSymbol('(', 1)) {
          this.take();
          return { kind: 'row', items: this.parenthesized(() => this.list(() => this.expression())), at };
        }
        break;
      case 'extract':
        this.take();
        return this.parenthesized(() => {
          const part = this.memberName().name.toLowerCase();
          this.expectWord('from');
          return { kind: 'extract', part, of: this.expression(), at };
        });
      case 'double':
        if (this.isWord('precision', 1) && this.peek(2).kind === 'string') this.take();
        break;
    }
    if (WITHOUT_PARENTHESES.has(word)) {
      this.take();
      // A precision: `current_timestamp(3)`. Times have milliseconds whatever it says.
      if (this.takeSymbol('(')) {
        this.take();
        this.expectSymbol(')');
      }
      return { kind: 'call', name: word, args: [], at };
    }
    return this.nameOrCall(at);
  }

  private nameOrCall(at: number): Expression {
    if (this.isIdentifier() && this.isSymbol('->', 1)) return this.lambda(at);
    if (this.isSymbol('(', 1) && (this.token.kind === 'word' || this.token.kind === 'quoted'))
      return this.call(at);
    const typed = this.token.kind === 'word' && this.isIdentifier() && this.peek(1).kind === 'string';
    if (typed) return { kind: 'typed', type: this.take().text.toLowerCase(), text: this.take().text, at };
    return { kind: 'name', parts: [this.identifier()], at };
  }

  private interval(at: number): Expression {
    this.take();
    const negative = this.takeSymbol('-');
    if (!negative) this.takeSymbol('+');
    const text = this.expectString();
    const unit = this.memberName().name.toLowerCase();
    if (!this.takeWord('to')) return { kind: 'interval', text, negative, unit, at };
    return { kind: 'interval', text, negative, unit, toUnit: this.memberName().name.toLowerCase(), at };
  }

  private array(at: number): Expression {
    this.take();
    this.expectSymbol('[');
    const items = this.isSymbol(']') ? [] : this.list(() => this.expression());
    this.expectSymbol(']');
    return { kind: 'array', items, at };
  }

  private caseExpression(at: number): Expression {
    this.take();
    const of = this.isWord('when') ? undefined : this.expression();
    const whens: { when: Expression; result: Expression }[] = [];
    while (this.takeWord('when')) {
      const when = this.expression();
      this.expectWord('then');
      whens.push({ when, result: this.expression() });
    }
    if (whens.length === 0) throw this.unexpected('WHEN');
    const otherwise = this.takeWord('else') ? this.expression() : undefined;
    this.expectWord('end');
    return { kind: 'case', ...(of && { of }), whens, ...(otherwise && { otherwise }), at };
  }

  private cast(safe: boolean, at: number): Expression {
    this.take();
    return this.parenthesized(() => {
      const of = this.expression();
      this.expectWord('as');
      return { kind: 'cast', of, type: this.typeText(), safe, at };
    });
  }

  protected startsQuery(ahead: number): boolean {
    return ['select', 'with', 'values', 'table'].some((word) => this.isWord(word, ahead));
  }
}
