// SPDX-License-Identifier: Apache-2.0

const digitBits = 11;
const digits = 1 << digitBits;

/** Sorts keys of 32 bits ascending, each with its value, and keeps the order of equal ones. Changes what it is given. */
export function radixSort(
  keys: Uint32Array,
  values: Uint32Array,
): { readonly keys: Uint32Array; readonly values: Uint32Array } {
  let fromKeys = keys;
  let fromValues = values;
  let toKeys: Uint32Array = new Uint32Array(keys.length);
  let toValues: Uint32Array = new Uint32Array(keys.length);
  for (let shift = 0; shift < 32; shift += digitBits) {
    const starts = startsOf(fromKeys, shift);
    for (let index = 0; index < fromKeys.length; index++) {
      const key = fromKeys[index]!;
      const to = starts[(key >>> shift) & (digits - 1)]!++;
      toKeys[to] = key;
      toValues[to] = fromValues[index]!;
    }
    [fromKeys, toKeys] = [toKeys, fromKeys];
    [fromValues, toValues] = [toValues, fromValues];
  }
  return { keys: fromKeys, values: fromValues };
}

function startsOf(keys: Uint32Array, shift: number): Uint32Array {
  const starts = new Uint32Array(digits);
  for (let index = 0; index < keys.length; index++) starts[(keys[index]! >>> shift) & (digits - 1)]!++;
  let sum = 0;
  for (let digit = 0; digit < digits; digit++) {
    const count = starts[digit]!;
    starts[digit] = sum;
    sum += count;
  }
  return starts;
}
