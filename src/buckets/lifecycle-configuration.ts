// SPDX-License-Identifier: Apache-2.0
import { BucketError } from './bucket-error.js';
import type { LifecycleDocument, LifecycleFilterDocument, LifecycleRuleDocument } from './lifecycle-rule.js';
import { objectTagsMax, type Tag, toTagRecord } from './tag-rules.js';

/** Source: S3 User Guide, "Lifecycle configuration elements": at most 1,000 rules, IDs of at most 255 characters. */
const lifecycleRulesMax = 1000;
const idCharsMax = 255;
const dayMs = 86_400_000;

/** A rule as the API hands it over: like the kept one, but with dates, and nothing checked. */
export interface SentLifecycleRule {
  readonly ID?: string | undefined;
  readonly Status?: string | undefined;
  readonly Prefix?: string | undefined;
  readonly Filter?: SentFilter | undefined;
  readonly Expiration?:
    | {
        readonly Date?: Date | undefined;
        readonly Days?: number | undefined;
        readonly ExpiredObjectDeleteMarker?: boolean | undefined;
      }
    | undefined;
  readonly NoncurrentVersionExpiration?:
    | { readonly NoncurrentDays?: number | undefined; readonly NewerNoncurrentVersions?: number | undefined }
    | undefined;
  readonly AbortIncompleteMultipartUpload?: { readonly DaysAfterInitiation?: number | undefined } | undefined;
  readonly Transitions?: readonly object[] | undefined;
  readonly NoncurrentVersionTransitions?: readonly object[] | undefined;
}

interface SentFilterTerms {
  readonly Prefix?: string | undefined;
  readonly ObjectSizeGreaterThan?: number | undefined;
  readonly ObjectSizeLessThan?: number | undefined;
}

interface SentFilter extends SentFilterTerms {
  readonly Tag?: Tag | undefined;
  readonly And?: (SentFilterTerms & { readonly Tags?: readonly Tag[] | undefined }) | undefined;
}

/**
 * The configuration as it is kept. Throws MalformedXML, InvalidArgument or InvalidRequest where S3 does.
 * `newId` names rules that come without one.
 */
export function toLifecycleDocument(
  rules: readonly SentLifecycleRule[] | undefined,
  newId: () => string,
): LifecycleDocument {
  if (rules === undefined || rules.length === 0 || rules.length > lifecycleRulesMax) throw malformed();
  const ids = new Set<string>();
  const documents = rules.map((rule) => toRule(rule, newId));
  for (const { ID } of documents) {
    if (ids.has(ID))
      throw new BucketError(
        'InvalidArgument',
        'Rule ID must be unique. Found same ID for more than one rule',
      );
    ids.add(ID);
  }
  return { Rules: documents };
}

function toRule(rule: SentLifecycleRule, newId: () => string): LifecycleRuleDocument {
  verifyShape(rule);
  verifyExpiration(rule);
  verifyNoncurrent(rule);
  verifyAbort(rule);
  const id = rule.ID === undefined || rule.ID === '' ? newId() : rule.ID;
  // The JSON round trip drops undefined members and turns dates into text: what the state keeps.
  return JSON.parse(
    JSON.stringify({ ...rule, ID: id, Filter: toFilter(rule.Filter) }),
  ) as LifecycleRuleDocument;
}

function verifyShape(rule: SentLifecycleRule): void {
  if (rule.Status !== 'Enabled' && rule.Status !== 'Disabled') throw malformed();
  if ((rule.Filter === undefined) === (rule.Prefix === undefined)) throw malformed();
  if ((rule.ID?.length ?? 0) > idCharsMax) {
    throw new BucketError('InvalidArgument', `ID length should not exceed allowed limit of ${idCharsMax}`);
  }
  const actions = [rule.Expiration, rule.NoncurrentVersionExpiration, rule.AbortIncompleteMultipartUpload];
  const transitions = [...(rule.Transitions ?? []), ...(rule.NoncurrentVersionTransitions ?? [])];
  if (actions.every((action) => action === undefined) && transitions.length === 0) {
    throw new BucketError('InvalidRequest', 'At least one action needs to be specified in a rule');
  }
}

function verifyExpiration({ Expiration: expiration, Filter: filter }: SentLifecycleRule): void {
  if (expiration === undefined) return;
  const { Days: days, Date: date, ExpiredObjectDeleteMarker: marker } = expiration;
  const given = [days, date, marker].filter((part) => part !== undefined).length;
  if (given !== 1) throw malformed();
  if (days !== undefined) verifyPositive(days, "'Days' for Expiration action must be a positive integer");
  if (date !== undefined && (Number.isNaN(date.getTime()) || date.getTime() % dayMs !== 0)) {
    throw new BucketError('InvalidArgument', "'Date' must be at midnight GMT");
  }
  if (marker !== undefined && hasTags(filter)) {
    throw new BucketError('InvalidRequest', 'ExpiredObjectDeleteMarker cannot be specified with tags');
  }
}

function verifyNoncurrent({ NoncurrentVersionExpiration: noncurrent }: SentLifecycleRule): void {
  if (noncurrent === undefined) return;
  const { NoncurrentDays: days, NewerNoncurrentVersions: newer } = noncurrent;
  if (days === undefined) throw malformed();
  verifyPositive(days, "'NoncurrentDays' for NoncurrentVersionExpiration action must be a positive integer");
  if (newer !== undefined && (!Number.isInteger(newer) || newer < 1 || newer > 100)) {
    throw new BucketError('InvalidArgument', "'NewerNoncurrentVersions' must be between 1 and 100");
  }
}

function verifyAbort({ AbortIncompleteMultipartUpload: abort, Filter: filter }: SentLifecycleRule): void {
  if (abort === undefined) return;
  const message =
    "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive integer";
  verifyPositive(abort.DaysAfterInitiation ?? Number.NaN, message);
  if (hasTags(filter))
    throw new BucketError('InvalidRequest', 'AbortIncompleteMultipartUpload cannot be specified with Tags');
  if (hasSizes(filter))
    throw new BucketError(
      'InvalidRequest',
      'AbortIncompleteMultipartUpload cannot be specified with Object Size',
    );
}

function toFilter(filter: SentFilter | undefined): LifecycleFilterDocument | undefined {
  if (filter === undefined) return undefined;
  const terms = [
    filter.Prefix,
    filter.Tag,
    filter.ObjectSizeGreaterThan,
    filter.ObjectSizeLessThan,
    filter.And,
  ];
  if (terms.filter((term) => term !== undefined).length > 1) throw malformed();
  const { And: and } = filter;
  if (and !== undefined) {
    const parts = [and.Prefix, and.ObjectSizeGreaterThan, and.ObjectSizeLessThan, ...(and.Tags ?? [])];
    if (parts.filter((part) => part !== undefined).length < 2) throw malformed();
  }
  toTagRecord(filter.Tag === undefined ? (and?.Tags ?? []) : [filter.Tag], objectTagsMax);
  verifySizes(and ?? filter);
  return filter as LifecycleFilterDocument;
}

function verifySizes({ ObjectSizeGreaterThan: above, ObjectSizeLessThan: below }: SentFilterTerms): void {
  if ((above ?? 0) < 0 || (below ?? 1) < 1)
    throw new BucketError('InvalidArgument', 'The object size of a filter is out of range');
  if (above !== undefined && below !== undefined && below - above <= 1) {
    throw new BucketError(
      'InvalidRequest',
      "'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan' by at least 2",
    );
  }
}

function verifyPositive(value: number, message: string): void {
  if (!Number.isInteger(value) || value < 1) throw new BucketError('InvalidArgument', message);
}

function hasTags(filter: SentFilter | undefined): boolean {
  return filter?.Tag !== undefined || (filter?.And?.Tags?.length ?? 0) > 0;
}

function hasSizes(filter: SentFilter | undefined): boolean {
  const terms = filter?.And ?? filter;
  return terms?.ObjectSizeGreaterThan !== undefined || terms?.ObjectSizeLessThan !== undefined;
}

function malformed(): BucketError {
  return new BucketError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );
}
