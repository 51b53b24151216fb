// SPDX-License-Identifier: Apache-2.0

/**
 * A double as Java writes it, which Athena's engine is written in: `1.0`, `1.0E10`, `NaN`, `-Infinity`.
 * Source: Java SE API, "Double.toString(double)": decimal from 10^-3 to below 10^7, always with a fraction, else one digit
 * before the point and an exponent.
 */
export function printDouble(value: number): string {
  return printShortest(value, () => value.toExponential());
}

/** The same for a real, with no more digits than tell it from its neighbours. */
export function printReal(value: number): string {
  return printShortest(value, () => {
    for (let digits = 0; digits < 9; digits += 1) {
      const text = value.toExponential(digits);
      if (Math.fround(Number(text)) === value) return text;
    }
    return value.toExponential();
  });
}

function printShortest(value: number, shortest: () => string): string {
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const [mantissa = '', exponentText = ''] = shortest().split('e');
  const exponent = Number(exponentText);
  const sign = value < 0 ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '');
  if (exponent < -3 || exponent >= 7) return `${sign}${digits[0]}.${digits.slice(1) || '0'}E${exponent}`;
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}

/** `12345` of scale 2: `123.45`. */
export function printDecimal(value: bigint, scale: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const sign = value < 0n ? '-' : '';
  if (scale === 0) return sign + digits;
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
