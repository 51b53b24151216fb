// SPDX-License-Identifier: Apache-2.0
import { SelectorFault } from './selector-fault.js';

/** What one value of a basic selector's DataResources stands for. */
export type DataResourceValue =
  /** Every resource of the type. */
  | { readonly match: 'all' }
  /** Every ARN that starts so. */
  | { readonly match: 'prefix'; readonly arn: string }
  | { readonly match: 'exact'; readonly arn: string };

/** Bucket names as general purpose buckets have them; a prefix may hold anything that a key may. */
const objects = /^arn:aws[a-z-]*:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/.*$/s;
const lambdaFunction =
  /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]{1,140}(:[A-Za-z0-9$_-]+)?$/;
const dynamoDbTable = /^arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:\d{12}:table\/[A-Za-z0-9_.-]{1,255}$/;

interface ValueForms {
  /** Values that mean every resource of the type. */
  readonly all: RegExp;
  readonly one: RegExp;
  readonly match: 'prefix' | 'exact';
}

/** Source: CloudTrail API Reference, "DataResource" (Type, Values); `arn:aws:s3:::` in User Guide, "Managing trails with the AWS CLI". */
const forms: Readonly<Record<string, ValueForms>> = {
  'AWS::S3::Object': { all: /^arn:aws[a-z-]*:s3(:::)?$/, one: objects, match: 'prefix' },
  'AWS::Lambda::Function': { all: /^arn:aws[a-z-]*:lambda$/, one: lambdaFunction, match: 'exact' },
  'AWS::DynamoDB::Table': { all: /^arn:aws[a-z-]*:dynamodb$/, one: dynamoDbTable, match: 'exact' },
};

/** Throws SelectorFault for a type that basic selectors do not have. */
export function verifyDataResourceType(type: string): void {
  formsOf(type);
}

/**
 * What a value of a DataResource means. Throws SelectorFault for a value that the type does not have: a bucket without
 * the slash behind it, wildcards, ARNs of other services.
 */
export function readDataResourceValue(type: string, value: string): DataResourceValue {
  const known = formsOf(type);
  if (known.all.test(value)) return { match: 'all' };
  // AWS's words, as its clients report them.
  if (!known.one.test(value)) throw new SelectorFault(`Value ${value} for DataResources.Values is invalid.`);
  return { match: known.match, arn: value };
}

function formsOf(type: string): ValueForms {
  const known = Object.hasOwn(forms, type) ? forms[type] : undefined;
  if (known !== undefined) return known;
  const message = `Value ${type} for DataResources.Type is invalid. Basic event selectors take ${Object.keys(forms).join(', ')}.`;
  throw new SelectorFault(message);
}
