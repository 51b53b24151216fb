// SPDX-License-Identifier: Apache-2.0

/**
 * What is made when it is first asked for, once: whoever asks meanwhile shares it. A failure reaches all who waited and is
 * not remembered.
 */
export function onDemand<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let making: Promise<Value> | undefined;
  return () => {
    making ??= make().catch((error: unknown) => {
      making = undefined;
      throw error;
    });
    return making;
  };
}
