// SPDX-License-Identifier: Apache-2.0
import type { AthenaDependencies } from './athena/athena-dependencies.js';
import { athenaModel } from './athena/model.js';
import type { CloudTrailDependencies } from './cloudtrail/cloudtrail-service.js';
import { cloudtrailModel } from './cloudtrail/model.js';
import type { CloudTrailDataDependencies } from './cloudtrail-data/cloudtrail-data-service.js';
import { cloudtrailDataModel } from './cloudtrail-data/model.js';
import type { IamDependencies } from './iam/iam-service.js';
import { iamModel } from './iam/model.js';
import type { KmsDependencies } from './kms/kms-dependencies.js';
import { kmsModel } from './kms/model.js';
import type { LogsDependencies } from './logs/logs-dependencies.js';
import { logsModel } from './logs/model.js';
import { organizationsModel } from './organizations/model.js';
import type { OrganizationsDependencies } from './organizations/organizations-service.js';
import { s3Model } from './s3/model.js';
import type { S3Dependencies } from './s3/s3-service.js';
import { type ServedService, servedService } from './served-service.js';
import { snsModel } from './sns/model.js';
import type { SnsDependencies } from './sns/sns-dependencies.js';
import { stsModel } from './sts/model.js';
import type { StsDependencies } from './sts/sts-service.js';

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

/** Every service that is served, in the order of docs/parity.md. Their code (500 modules) is not loaded with this one. */
export function createServices(deps: ServicesDependencies): readonly ServedService[] {
  return [
    servedService(cloudtrailModel, async (model) =>
      (await import('./cloudtrail/cloudtrail-service.js')).createCloudTrailService({
        ...deps.cloudtrail,
        model,
      }),
    ),
    servedService(cloudtrailDataModel, async (model) =>
      (await import('./cloudtrail-data/cloudtrail-data-service.js')).createCloudTrailDataService({
        ...deps.cloudtrailData,
        model,
      }),
    ),
    servedService(athenaModel, async (model) =>
      (await import('./athena/athena-service.js')).createAthenaService({ ...deps.athena, model }),
    ),
    servedService(s3Model, async (model) =>
      (await import('./s3/s3-service.js')).createS3Service({ ...deps.s3, model }),
    ),
    servedService(kmsModel, async (model) =>
      (await import('./kms/kms-service.js')).createKmsService({ ...deps.kms, model }),
    ),
    servedService(logsModel, async (model) =>
      (await import('./logs/logs-service.js')).createLogsService({ ...deps.logs, model }),
    ),
    servedService(snsModel, async (model) =>
      (await import('./sns/sns-service.js')).createSnsService({ ...deps.sns, model }),
    ),
    stsService(deps.sts),
    servedService(iamModel, async (model) =>
      (await import('./iam/iam-service.js')).createIamService({ ...deps.iam, model }),
    ),
    servedService(organizationsModel, async (model) =>
      (await import('./organizations/organizations-service.js')).createOrganizationsService({
        ...deps.organizations,
        model,
      }),
    ),
  ];
}

/** Also what signing in takes roles by. */
export function stsService(deps: ServicesDependencies['sts']): ServedService {
  return servedService(stsModel, async (model) =>
    (await import('./sts/sts-service.js')).createStsService({ ...deps, model }),
  );
}
