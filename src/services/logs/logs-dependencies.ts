// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '../../ports/clock.js';
import type { LogEventStore } from '../../ports/log-event-store.js';
import type { ServiceModel } from '../../wire/service-model.js';

export interface LogsDependencies {
  readonly model: ServiceModel;
  readonly logEventStore: LogEventStore;
  readonly clock: Clock;
  /** At most 200 bytes of letters, digits and hyphens, never the same twice. */
  readonly randomId: () => string;
}
