// SPDX-License-Identifier: Apache-2.0
import type {
  BinaryOperator,
  CallExpression,
  Expression,
  FrameBound,
  Identifier,
  JsonClauses,
  Query,
  SortItem,
  WindowSpec,
} from './ast.js';
import { isJsonFunction, jsonArguments } from './parse-json-call.js';
import { TokenReader } from './token-reader.js';

const COMPARISONS: Readonly<Record<string, BinaryOperator>> = {
  '=': '=',
  '<>': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};

/** Functions that are called without parentheses (Trino, "Date and time functions"). */
const WITHOUT_PARENTHESES: ReadonlySet<string> = new Set([
  'current_date',
  'current_time',
  'current_timestamp',
  'localtime',
  'localtimestamp',
  'current_user',
]);

/** Expressions of Trino's grammar, by recursive descent; precedence as in its SqlBase.g4. */
export abstract class ExpressionParser extends TokenReader {
  parameterCount = 0;

  abstract query(): Query;

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

  protected memberName(): Identifier {
    if (this.token.kind === 'word') return { name: this.take().text, quoted: false };
    if (this.token.kind === 'id') return { name: this.take().text, quoted: true };
    return this.identifier();
  }

  private primary(): Expression {
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

  /** Everything up to the parenthesis that closes: the type is read where it is used. */
  typeText(...ends: readonly string[]): string {
    const from = this.token.at;
    let open = 0;
    let { end } = this.token;
    while (!(open === 0 && (this.isSymbol(')') || ends.some((word) => this.isWord(word))))) {
      if (this.token.kind === 'end') throw this.unexpected("')'");
      if (this.isSymbol('(')) open++;
      if (this.isSymbol(')')) open--;
      end = this.take().end;
    }
    return this.sql.slice(from, end);
  }

  protected parenthesized<T>(read: () => T): T {
    this.expectSymbol('(');
    const value = read();
    this.expectSymbol(')');
    return value;
  }

  private call(at: number): CallExpression {
    const name = this.take().text.toLowerCase();
    this.expectSymbol('(');
    const inside = this.argumentsOf(name);
    this.expectSymbol(')');
    let { orderBy } = inside;
    if (this.takeWord('within', 'group')) {
      orderBy = this.parenthesized(() => {
        this.expectWord('order', 'by');
        return this.list(() => this.sortItem());
      });
    }
    const filter = this.isWord('filter') && this.isSymbol('(', 1) ? this.filter() : undefined;
    const nulls = this.takeWord('ignore', 'nulls')
      ? 'ignore'
      : this.takeWord('respect', 'nulls')
        ? 'respect'
        : undefined;
    const over = this.takeWord('over') ? this.over() : undefined;
    return {
      kind: 'call',
      name,
      ...inside,
      ...(orderBy && { orderBy }),
      ...(filter && { filter }),
      ...(nulls && { nulls }),
      ...(over && { over }),
      at,
    };
  }

  private filter(): Expression {
    this.take();
    return this.parenthesized(() => {
      this.expectWord('where');
      return this.expression();
    });
  }

  private argumentsOf(name: string): {
    args: Expression[];
    star?: true;
    distinct?: true;
    orderBy?: SortItem[];
    json?: JsonClauses;
  } {
    if (this.isSymbol(')')) return { args: [] };
    if (isJsonFunction(name)) return jsonArguments(this, name);
    if (this.isSymbol('*') && this.isSymbol(')', 1)) {
      this.take();
      return { args: [], star: true };
    }
    if (name === 'position') return { args: this.positionArguments() };
    if (name === 'trim') return { args: this.trimArguments() };
    if (name === 'normalize') return { args: this.normalizeArguments() };
    const distinct = this.takeWord('distinct');
    if (!distinct) this.takeWord('all');
    const args = this.list(() => this.expression());
    if (name === 'substring' && args.length === 1 && this.takeWord('from')) {
      args.push(this.expression());
      if (this.takeWord('for')) args.push(this.expression());
    }
    const orderBy = this.takeWord('order', 'by') ? this.list(() => this.sortItem()) : undefined;
    if (name === 'listagg' && this.takeWord('on', 'overflow')) {
      this.takeWord('error');
      if (this.isWord('truncate')) throw this.fail('LISTAGG with ON OVERFLOW TRUNCATE is not supported');
    }
    return { args, ...(distinct && { distinct }), ...(orderBy && { orderBy }) };
  }

  private positionArguments(): Expression[] {
    const part = this.valueExpression();
    this.expectWord('in');
    return [this.valueExpression(), part];
  }

  /** `trim(BOTH 'x' FROM s)` becomes the arguments text, characters, side. */
  private trimArguments(): Expression[] {
    const { at } = this.token;
    const side = ['leading', 'trailing', 'both'].find((word) => this.takeWord(word)) ?? 'both';
    const sideText: Expression = { kind: 'string', text: side, at };
    if (this.takeWord('from')) return [this.valueExpression(), { kind: 'string', text: ' ', at }, sideText];
    const first = this.valueExpression();
    if (this.takeWord('from')) return [this.valueExpression(), first, sideText];
    if (this.takeSymbol(',')) return [first, this.valueExpression(), sideText];
    return [first];
  }

  private normalizeArguments(): Expression[] {
    const of = this.valueExpression();
    if (!this.takeSymbol(',')) return [of];
    const { at } = this.token;
    return [of, { kind: 'string', text: this.memberName().name, at }];
  }

  private over(): WindowSpec {
    const { at } = this.token;
    if (!this.isSymbol('(')) return { base: this.identifier(), partitionBy: [], orderBy: [], at };
    return this.parenthesized(() => this.windowSpec());
  }

  windowSpec(): WindowSpec {
    const { at } = this.token;
    const keyword = ['partition', 'order', 'rows', 'range', 'groups'].some((word) => this.isWord(word));
    const base = !keyword && this.isIdentifier() ? this.identifier() : undefined;
    const partitionBy = this.takeWord('partition', 'by') ? this.list(() => this.expression()) : [];
    const orderBy = this.takeWord('order', 'by') ? this.list(() => this.sortItem()) : [];
    const unit = (['rows', 'range', 'groups'] as const).find((word) => this.takeWord(word));
    const spec = { ...(base && { base }), partitionBy, orderBy, at };
    if (unit === undefined) return spec;
    if (!this.takeWord('between')) return { ...spec, frame: { unit, from: this.frameBound() } };
    const from = this.frameBound();
    this.expectWord('and');
    return { ...spec, frame: { unit, from, to: this.frameBound() } };
  }

  private frameBound(): FrameBound {
    if (this.takeWord('unbounded', 'preceding')) return { kind: 'unboundedPreceding' };
    if (this.takeWord('unbounded', 'following')) return { kind: 'unboundedFollowing' };
    if (this.takeWord('current', 'row')) return { kind: 'currentRow' };
    const value = this.expression();
    if (this.takeWord('preceding')) return { kind: 'preceding', value };
    this.expectWord('following');
    return { kind: 'following', value };
  }

  sortItem(): SortItem {
    const by = this.expression();
    const descending = this.takeWord('desc');
    if (!descending) this.takeWord('asc');
    const nullsFirst = this.takeWord('nulls', 'first');
    if (!nullsFirst) this.takeWord('nulls', 'last');
    return { by, descending, nullsFirst };
  }

  protected startsQuery(ahead: number): boolean {
    return ['select', 'with', 'values', 'table'].some((word) => this.isWord(word, ahead));
  }
}
