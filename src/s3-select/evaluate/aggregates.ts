// SPDX-License-Identifier: Apache-2.0
import type { AggregateName } from '../language/syntax.js';
import { SelectError } from '../select-error.js';
import { calculate } from '../values/arithmetic.js';
import { isNumeric, order, toDecimal } from '../values/compare.js';
import { Float } from '../values/scalar.js';
import { isAbsent, type Value } from '../values/value.js';

/** Takes values in and has the result at the end. NULL and MISSING are passed over. */
export interface Aggregate {
  add(value: Value): void;
  result(): Value;
}

/** Source: S3 User Guide, "Aggregate functions": what they give for which types. */
export function makeAggregate(name: AggregateName): Aggregate {
  switch (name) {
    case 'count':
      return new Count();
    case 'sum':
      return new Sum();
    case 'avg':
      return new Average();
    case 'max':
      return new Extreme(1);
    case 'min':
      return new Extreme(-1);
  }
}

class Count implements Aggregate {
  #count = 0;

  add(value: Value): void {
    if (!isAbsent(value)) this.#count += 1;
  }

  result(): number {
    return this.#count;
  }
}

class Sum implements Aggregate {
  #sum: Value = null;

  add(value: Value): void {
    if (isAbsent(value)) return;
    verifyNumeric(value);
    this.#sum = this.#sum === null ? value : calculate('+', this.#sum, value);
  }

  result(): Value {
    return this.#sum;
  }
}

class Average implements Aggregate {
  readonly #sum = new Sum();
  readonly #count = new Count();

  add(value: Value): void {
    this.#sum.add(value);
    this.#count.add(value);
  }

  /** A DECIMAL for INTs: what they sum up to is divided without a loss. */
  result(): Value {
    const sum = this.#sum.result();
    if (!isNumeric(sum)) return null;
    return calculate('/', sum instanceof Float ? sum : toDecimal(sum), this.#count.result());
  }
}

class Extreme implements Aggregate {
  readonly #sign: 1 | -1;
  #value: Value = null;

  constructor(sign: 1 | -1) {
    this.#sign = sign;
  }

  add(value: Value): void {
    if (isAbsent(value)) return;
    if (this.#value === null) {
      this.#value = value;
      return;
    }
    const sign = order(value, this.#value);
    if (sign === undefined)
      throw new SelectError('IncorrectSqlFunctionArgumentType', 'MAX and MIN want values of one type.');
    if (sign === this.#sign) this.#value = value;
  }

  result(): Value {
    return this.#value;
  }
}

function verifyNumeric(value: Value): void {
  if (!isNumeric(value))
    throw new SelectError('IncorrectSqlFunctionArgumentType', 'SUM and AVG want numbers.');
}
