// SPDX-License-Identifier: Apache-2.0
import type { AthenaDependencies } from './athena/athena-dependencies.js';
import { createAthenaService } from './athena/athena-service.js';
import { athenaModel } from './athena/model.js';
import { type CloudTrailDependencies, createCloudTrailService } from './cloudtrail/cloudtrail-service.js';
import { cloudtrailModel } from './cloudtrail/model.js';
import {
  type CloudTrailDataDependencies,
  createCloudTrailDataService,
} from './cloudtrail-data/cloudtrail-data-service.js';
import { cloudtrailDataModel } from './cloudtrail-data/model.js';
import { createIamService, type IamDependencies } from './iam/iam-service.js';
import { iamModel } from './iam/model.js';
import type { KmsDependencies } from './kms/kms-dependencies.js';
import { createKmsService } from './kms/kms-service.js';
import { kmsModel } from './kms/model.js';
import type { LogsDependencies } from './logs/logs-dependencies.js';
import { createLogsService } from './logs/logs-service.js';
import { logsModel } from './logs/model.js';
import { organizationsModel } from './organizations/model.js';
import {
  createOrganizationsService,
  type OrganizationsDependencies,
} from './organizations/organizations-service.js';
import { s3Model } from './s3/model.js';
import { createS3Service, type S3Dependencies } from './s3/s3-service.js';
import type { Service } from './service.js';
import { snsModel } from './sns/model.js';
import type { SnsDependencies } from './sns/sns-dependencies.js';
import { createSnsService } from './sns/sns-service.js';
import { stsModel } from './sts/model.js';
import { createStsService, type StsDependencies } from './sts/sts-service.js';

export interface ServicesDependencies {
  readonly cloudtrail: Omit<CloudTrailDependencies, 'model'>;
  readonly cloudtrailData: Omit<CloudTrailDataDependencies, 'model'>;
  readonly athena: Omit<AthenaDependencies, 'model'>;
  readonly s3: Omit<S3Dependencies, 'model'>;
  readonly kms: Omit<KmsDependencies, 'model'>;
  readonly sns: Omit<SnsDependencies, 'model'>;
  readonly logs: Omit<LogsDependencies, 'model'>;
  readonly iam: Omit<IamDependencies, 'model'>;
  readonly sts: Omit<StsDependencies, 'model'>;
  readonly organizations: Omit<OrganizationsDependencies, 'model'>;
}

/** Every service that is served, in the order of docs/parity.md. */
export function createServices(deps: ServicesDependencies): readonly Service[] {
  return [
    createCloudTrailService({ ...deps.cloudtrail, model: cloudtrailModel }),
    createCloudTrailDataService({ ...deps.cloudtrailData, model: cloudtrailDataModel }),
    createAthenaService({ ...deps.athena, model: athenaModel }),
    createS3Service({ ...deps.s3, model: s3Model }),
    createKmsService({ ...deps.kms, model: kmsModel }),
    createLogsService({ ...deps.logs, model: logsModel }),
    createSnsService({ ...deps.sns, model: snsModel }),
    createStsService({ ...deps.sts, model: stsModel }),
    createIamService({ ...deps.iam, model: iamModel }),
    createOrganizationsService({ ...deps.organizations, model: organizationsModel }),
  ];
}
