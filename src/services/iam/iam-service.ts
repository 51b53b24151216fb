// SPDX-License-Identifier: Apache-2.0
import type { ServiceModel } from '../../wire/service-model.js';
import type { Service } from '../service.js';

export interface IamDependencies {
  readonly model: ServiceModel;
}

/** IAM's front: who is there, and what hangs on them. */
export function createIamService({ model }: IamDependencies): Service {
  return { model, eventSource: 'iam.amazonaws.com', handlers: {} };
}
