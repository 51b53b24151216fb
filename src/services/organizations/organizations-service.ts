// SPDX-License-Identifier: Apache-2.0
import type { ServiceModel } from '../../wire/service-model.js';
import type { Service } from '../service.js';

export interface OrganizationsDependencies {
  readonly model: ServiceModel;
}

/** Organizations' front: accounts, roots and units, and policies over them. */
export function createOrganizationsService({ model }: OrganizationsDependencies): Service {
  return { model, eventSource: 'organizations.amazonaws.com', handlers: {} };
}
