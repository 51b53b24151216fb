// SPDX-License-Identifier: Apache-2.0
import { type OperatorFamily, simpleOperator } from './condition-operator.js';

/** Base64 on both sides; compared are the bytes. */
function toBytes(text: string): Buffer | undefined {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  return Buffer.from(text, 'base64');
}

export const binaryOperators: OperatorFamily = {
  BinaryEquals: simpleOperator((text) => {
    const value = toBytes(text);
    return value && ((given) => toBytes(given)?.equals(value) === true);
  }),
};
