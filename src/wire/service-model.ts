// SPDX-License-Identifier: Apache-2.0
import type { StaticErrorSchema, StaticOperationSchema, StaticStructureSchema } from '@smithy/types';

export type ProtocolName = 'awsJson1_0' | 'awsJson1_1' | 'awsQuery' | 'restJson' | 'restXml';

export interface HttpTrait {
  readonly method: string;
  /** As the model has it, the bucket put in front for S3: `/{Bucket}/{Key+}?x-id=PutObject`. */
  readonly uri: string;
  readonly status: number;
}

export interface OperationModel {
  readonly name: string;
  readonly schema: StaticOperationSchema;
  /** Undefined when the operation takes (or gives) nothing. */
  readonly input: StaticStructureSchema | undefined;
  readonly output: StaticStructureSchema | undefined;
  readonly http: HttpTrait | undefined;
}

/** What the wire knows of a service: shapes and protocols, nothing of what its operations do. */
export interface ServiceModel {
  /** Cairn's name for it, also the folder under src/services/: `cloudtrail`, `s3`, `sts`. */
  readonly id: string;
  /** The service names in credential scopes that mean it. */
  readonly signingNames: readonly string[];
  /** The protocols it answers, the preferred one first. */
  readonly protocols: readonly ProtocolName[];
  /** Prefixes of `X-Amz-Target` that mean it, without the dot. */
  readonly targetPrefixes: readonly string[];
  /** `Version` of the query protocol. */
  readonly apiVersion: string;
  readonly xmlNamespace: string;
  /** Labels of host names that mean it (`sts`, `s3`). */
  readonly hostLabels: readonly string[];
  /** Largest body that is read into memory for one of its requests, in bytes. */
  readonly bodyBytesMax: number;
  readonly operations: ReadonlyMap<string, OperationModel>;
  /** Modelled errors by shape name. */
  readonly errors: ReadonlyMap<string, StaticErrorSchema>;
}
