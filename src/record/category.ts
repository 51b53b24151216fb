// SPDX-License-Identifier: Apache-2.0
import { eventNameOf } from './event-names.js';
import { serviceOf } from './member-names.js';

/** The categories that an API call can have; Insight records come from elsewhere. */
export type CallCategory = 'Management' | 'Data' | 'NetworkActivity';

/**
 * Data events by service and recorded event name; everything else is a management event. Sources: S3 user guide,
 * "Amazon S3 CloudTrail events" (ListObjects, ListObjectVersions, ListParts and HeadBucket are data events,
 * ListMultipartUploads is not on that list); CloudTrail user guide, "Logging data events"; KMS developer guide:
 * every KMS call is a management event.
 */
const dataEvents: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    s3: names(`AbortMultipartUpload CompleteMultipartUpload CopyObject CreateMultipartUpload CreateSession
      DeleteObject DeleteObjectAnnotation DeleteObjectTagging DeleteObjects GetObject GetObjectAcl
      GetObjectAnnotation GetObjectAttributes GetObjectLegalHold GetObjectRetention GetObjectTagging
      GetObjectTorrent HeadBucket HeadObject ListObjectAnnotations ListObjectVersions ListObjects ListParts
      PostObject PutObject PutObjectAcl PutObjectAnnotation PutObjectLegalHold PutObjectRetention
      PutObjectTagging RenameObject RestoreObject SelectObjectContent UpdateObjectEncryption UploadPart
      UploadPartCopy WriteGetObjectResponse`),
    sns: names('Publish PublishBatch'),
    sqs: names(`ChangeMessageVisibility ChangeMessageVisibilityBatch DeleteMessage DeleteMessageBatch ReceiveMessage
      SendMessage SendMessageBatch`),
    lambda: names('Invoke InvokeAsync InvokeExecution InvokeFunctionUrl InvokeWithResponseStream'),
    'cloudtrail-data': names('PutAuditEvents'),
    dynamodb:
      names(`BatchExecuteStatement BatchGetItem BatchWriteItem DeleteItem ExecuteStatement ExecuteTransaction
      GetItem PutItem Query Scan TransactGetItems TransactWriteItems UpdateItem GetRecords GetShardIterator`),
    ses: names(
      'SendBounce SendBulkEmail SendBulkTemplatedEmail SendCustomVerificationEmail SendEmail SendRawEmail SendTemplatedEmail',
    ),
    logs: names('PutLogEvents StartLiveTail'),
    monitoring: names('GetMetricData GetMetricStatistics GetMetricWidgetImage ListMetrics PutMetricData'),
    events: names('PutEvents'),
    kinesis: names('GetRecords GetShardIterator PutRecord PutRecords SubscribeToShard'),
    xray: names('BatchGetTraces GetTraceGraph GetTraceSummaries PutTraceSegments'),
  }),
);

/** The category of a call, by its service (`s3`) and the name that it is recorded under. */
export function callCategoryOf(service: string, eventName: string): CallCategory {
  return dataEvents.get(service)?.has(eventName) === true ? 'Data' : 'Management';
}

/** The category of a call by its service (`s3.amazonaws.com`) and the operation's own name, before its record is built. */
export function categoryOfOperation(eventSource: string, operation: string): CallCategory {
  const service = serviceOf(eventSource);
  return callCategoryOf(service, eventNameOf(service, operation));
}

function names(list: string): ReadonlySet<string> {
  return new Set(list.split(/\s+/));
}
