// SPDX-License-Identifier: Apache-2.0
import type { ServiceModel } from '../wire/service-model.js';
import { onDemand } from './on-demand.js';
import type { Service } from './service.js';

/** A service before its first request: what tells its requests from others', and how to get at the rest. */
export interface ServedService {
  readonly model: ServiceModel;
  /** The same service at every call. Rejects when its code cannot be loaded. */
  load(): Promise<Service>;
}

/** @param create not called before the first `load`, nor again unless it rejects */
export function servedService(
  model: ServiceModel,
  create: (model: ServiceModel) => Promise<Service>,
): ServedService {
  return { model, load: onDemand(() => create(model)) };
}

/** A service whose code is there already. */
export function loadedService(service: Service): ServedService {
  return { model: service.model, load: () => Promise.resolve(service) };
}
