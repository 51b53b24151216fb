// SPDX-License-Identifier: Apache-2.0
import type { ServiceModel } from '../wire/service-model.js';
import { cloudtrailModel } from './cloudtrail/model.js';
import { cloudtrailDataModel } from './cloudtrail-data/model.js';
import { s3Model } from './s3/model.js';
import { stsModel } from './sts/model.js';

/** The models of every API that Cairn answers to; requests are routed among them. */
export const models: readonly ServiceModel[] = [cloudtrailModel, cloudtrailDataModel, s3Model, stsModel];
