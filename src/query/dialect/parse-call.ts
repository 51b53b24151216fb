// SPDX-License-Identifier: Apache-2.0
import type { CallExpression, Expression, FrameBound, JsonClauses, SortItem, WindowSpec } from './ast.js';
import { isJsonFunction, jsonArguments } from './parse-json-call.js';
import { TokenReader } from './token-reader.js';

/** Calls: their arguments, in the forms that some functions have of their own, and what may stand behind them. */
export abstract class CallParser extends TokenReader {
  abstract expression(): Expression;
  abstract valueExpression(): Expression;

  protected call(at: number): CallExpression {
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
}
