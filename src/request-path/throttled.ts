// SPDX-License-Identifier: Apache-2.0
import type { ServiceModel } from '../wire/service-model.js';
import { WireError } from '../wire/wire-error.js';

/** "Slow down" in the words of a service's API; the SDKs know them and try again later. */
export function throttledError(model: Pick<ServiceModel, 'id' | 'protocols'>): WireError {
  if (model.id === 's3')
    return new WireError('SlowDown', 'Please reduce your request rate.', { status: 503 });
  const isQuery = model.protocols.every((protocol) => protocol === 'awsQuery');
  return new WireError(isQuery ? 'Throttling' : 'ThrottlingException', 'Rate exceeded', { status: 400 });
}
