// SPDX-License-Identifier: Apache-2.0
import type { DataKeys } from '../../keys/data-keys.js';
import type { Clock } from '../../ports/clock.js';
import type { ObjectStore } from '../../ports/object-store.js';
import type { ServiceModel } from '../../wire/service-model.js';
import type { Handler } from '../service.js';

export interface S3Dependencies {
  readonly objectStore: ObjectStore;
  /** KMS, for SSE-KMS. */
  readonly dataKeys: DataKeys;
  readonly clock: Clock;
  /** A fresh identifier, at most 64 characters of letters, digits, `-`, `_` and `.`. */
  readonly randomId: () => string;
  readonly model: ServiceModel;
}

export type HandlerMap = Readonly<Record<string, Handler>>;
