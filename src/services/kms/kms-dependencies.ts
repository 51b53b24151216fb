// SPDX-License-Identifier: Apache-2.0
import type { KeyMaterials } from '../../keys/key-material.js';
import type { ServiceModel } from '../../wire/service-model.js';

export interface KmsDependencies {
  readonly model: ServiceModel;
  readonly materials: KeyMaterials;
  /** A new key's id: a UUID. */
  readonly randomId: () => string;
}
