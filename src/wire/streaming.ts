// SPDX-License-Identifier: Apache-2.0
import { requestBindings } from './protocols/http-bindings.js';
import type { OperationModel } from './service-model.js';
import { shapeOf } from './shape.js';

/** True when the operation's body is handed on as a stream (PutObject, UploadPart) instead of read into memory. */
export function hasStreamingInput(operation: OperationModel): boolean {
  if (operation.input === undefined) return false;
  return requestBindings(shapeOf(operation.input)).payload?.streaming === true;
}
