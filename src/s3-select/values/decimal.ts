// SPDX-License-Identifier: Apache-2.0
import { SelectError } from '../select-error.js';
import { Scalar } from './scalar.js';

/** Significant digits that a DECIMAL may have. Source: S3 User Guide, "Data types". */
export const precisionMax = 38;
/** An exponent beyond it is no number that anybody means; printing it would fill the memory. */
const scaleMax = 1000;

/** An exact number: `digits` × 10^-`scale`. */
export class Decimal extends Scalar {
  constructor(
    readonly digits: bigint,
    readonly scale: number,
  ) {
    super();
  }

  /** undefined for what is no number. */
  static parse(text: string): Decimal | undefined {
    const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?$/.exec(text);
    if (match === null) return undefined;
    const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
    if (whole === '' && fraction === '') return undefined;
    const scale = fraction.length - Number(exponent);
    if (Math.abs(scale) > scaleMax || whole.length + fraction.length > scaleMax) return undefined;
    const digits = BigInt(whole + fraction);
    return new Decimal(sign === '-' ? -digits : digits, scale);
  }

  static of(value: number | bigint): Decimal {
    return new Decimal(BigInt(value), 0);
  }

  /** undefined for NaN and the infinities. */
  static fromFloat(value: number): Decimal | undefined {
    return Number.isFinite(value) ? Decimal.parse(String(value)) : undefined;
  }

  plus(other: Decimal): Decimal {
    const scale = Math.max(this.scale, other.scale);
    return new Decimal(this.#digitsAt(scale) + other.#digitsAt(scale), scale).#checked();
  }

  minus(other: Decimal): Decimal {
    return this.plus(other.negated());
  }

  times(other: Decimal): Decimal {
    return new Decimal(this.digits * other.digits, this.scale + other.scale).#checked();
  }

  negated(): Decimal {
    return new Decimal(-this.digits, this.scale);
  }

  /** To 38 significant digits, half away from zero; no zeros behind. The divisor is not 0. */
  dividedBy(other: Decimal): Decimal {
    const lengthen = Math.max(0, precisionMax + 1 + digitCount(other.digits) - digitCount(this.digits));
    const digits = (this.digits * 10n ** BigInt(lengthen)) / other.digits;
    return new Decimal(digits, this.scale + lengthen - other.scale).#rounded().#withoutZeros();
  }

  /** As JavaScript's %: the sign of the dividend. The divisor is not 0. */
  remainder(other: Decimal): Decimal {
    const scale = Math.max(this.scale, other.scale);
    return new Decimal(this.#digitsAt(scale) % other.#digitsAt(scale), scale);
  }

  compare(other: Decimal): number {
    const scale = Math.max(this.scale, other.scale);
    const [mine, its] = [this.#digitsAt(scale), other.#digitsAt(scale)];
    return mine < its ? -1 : mine > its ? 1 : 0;
  }

  isZero(): boolean {
    return this.digits === 0n;
  }

  toNumber(): number {
    return Number(`${this.digits}e${-this.scale}`);
  }

  /** Towards zero. */
  toInteger(): bigint {
    return this.scale <= 0 ? this.#digitsAt(0) : this.digits / 10n ** BigInt(this.scale);
  }

  override toString(): string {
    if (this.scale <= 0) return `${this.#digitsAt(0)}`;
    const isNegative = this.digits < 0n;
    const text = `${isNegative ? -this.digits : this.digits}`.padStart(this.scale + 1, '0');
    const point = text.length - this.scale;
    return `${isNegative ? '-' : ''}${text.slice(0, point)}.${text.slice(point)}`;
  }

  #digitsAt(scale: number): bigint {
    return this.digits * 10n ** BigInt(scale - this.scale);
  }

  #checked(): Decimal {
    if (Math.abs(this.scale) > scaleMax) throw new SelectError('NumberFormatError');
    return digitCount(this.digits) > precisionMax ? this.#rounded() : this;
  }

  #rounded(): Decimal {
    const excess = digitCount(this.digits) - precisionMax;
    if (excess <= 0) return this;
    const unit = 10n ** BigInt(excess);
    const half = this.digits < 0n ? -unit / 2n : unit / 2n;
    return new Decimal((this.digits + half) / unit, this.scale - excess);
  }

  #withoutZeros(): Decimal {
    let { digits, scale } = this;
    while (scale > 0 && digits % 10n === 0n) {
      digits /= 10n;
      scale -= 1;
    }
    return new Decimal(digits, scale);
  }
}

function digitCount(digits: bigint): number {
  return (digits < 0n ? -digits : digits).toString().length;
}
