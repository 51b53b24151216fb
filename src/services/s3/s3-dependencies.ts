// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../../ports/clock.js';
import type { ObjectStore } from '../../ports/object-store.js';
import type { ServiceModel } from '../../wire/service-model.js';
import type { Handler } from '../service.js';

export interface S3Dependencies {
  readonly objectStore: ObjectStore;
  readonly clock: Clock;
  /** A fresh identifier, at most 64 characters of letters, digits, `-`, `_` and `.`. */
  readonly randomId: () => string;
  readonly model: ServiceModel;
}

export type HandlerMap = Readonly<Record<string, Handler>>;
