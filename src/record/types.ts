// SPDX-License-Identifier: Apache-2.0

/**
 * The CloudTrail record, event version 1.11.
 * Source: AWS CloudTrail User Guide, "CloudTrail record contents" and "CloudTrail userIdentity element".
 */
export interface CloudTrailRecord {
  eventVersion: string;
  userIdentity: UserIdentity;
  /** `2026-11-21T10:00:00Z`, whole seconds. */
  eventTime: string;
  eventSource: string;
  eventName: string;
  awsRegion: string;
  sourceIPAddress: string;
  userAgent: string;
  errorCode?: string;
  errorMessage?: string;
  requestParameters: JsonObject | null;
  responseElements: JsonObject | null;
  additionalEventData?: JsonObject;
  requestID?: string;
  eventID: string;
  readOnly?: boolean;
  resources?: RecordResource[];
  eventType:
    | 'AwsApiCall'
    | 'AwsServiceEvent'
    | 'AwsConsoleAction'
    | 'AwsConsoleSignIn'
    | 'AwsCloudTrailInsight'
    | 'AwsVpceEvent';
  apiVersion?: string;
  managementEvent?: boolean;
  recipientAccountId: string;
  sharedEventID?: string;
  serviceEventDetails?: JsonObject;
  vpcEndpointId?: string;
  vpcEndpointAccountId?: string;
  eventCategory: 'Management' | 'Data' | 'NetworkActivity' | 'Insight';
  tlsDetails?: { tlsVersion: string; cipherSuite: string; clientProvidedHostHeader: string };
  sessionCredentialFromConsole?: 'true';
}

export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;
export interface JsonObject {
  [name: string]: JsonValue | undefined;
}

export interface RecordResource {
  ARN?: string;
  /** Instead of an ARN where a call is about all objects under a prefix (S3 lists). */
  ARNPrefix?: string;
  accountId?: string;
  type?: string;
}

export interface UserIdentity {
  type:
    | 'Root'
    | 'IAMUser'
    | 'AssumedRole'
    | 'Role'
    | 'FederatedUser'
    | 'Directory'
    | 'AWSAccount'
    | 'AWSService'
    | 'IdentityCenterUser'
    | 'SAMLUser'
    | 'WebIdentityUser'
    | 'Unknown';
  principalId?: string;
  arn?: string;
  accountId?: string;
  accessKeyId?: string;
  userName?: string;
  sessionContext?: {
    sessionIssuer?: { type: string; principalId: string; arn: string; accountId: string; userName?: string };
    webIdFederationData?: JsonObject;
    attributes?: { creationDate: string; mfaAuthenticated: string };
    sourceIdentity?: string;
    ec2RoleDelivery?: string;
    assumedRoot?: string;
  };
  invokedBy?: string;
  identityProvider?: string;
}
