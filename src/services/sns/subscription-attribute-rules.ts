// SPDX-License-Identifier: Apache-2.0
import { DeliveryPolicyError, verifySubscriptionDeliveryPolicy } from '../../topics/delivery-policy.js';
import { compileFilterPolicy, FilterPolicyError, type FilterScope } from '../../topics/filter-policy.js';
import type { WireError } from '../../wire/wire-error.js';
import { invalidParameter, notThereYet } from './sns-error.js';

type Attributes = Readonly<Record<string, string>>;

/**
 * The attributes of a subscription with one of them changed. Throws InvalidParameter, worded differently in Subscribe
 * (`Attributes Reason: …`). Source: SNS API Reference, "SetSubscriptionAttributes".
 */
export function withSubscriptionAttribute(
  attributes: Attributes,
  name: string,
  value: string,
  prefix: '' | 'Attributes Reason: ' = '',
): Record<string, string> {
  const invalid = (what: string): WireError => invalidParameter(`${prefix}${what}`);
  const changed: Record<string, string> = { ...attributes, [name]: value };
  switch (name) {
    case 'RawMessageDelivery':
      changed[name] = value.toLowerCase();
      if (!/^(?:true|false)$/i.test(value))
        throw invalid(`RawMessageDelivery: Invalid value [${value.slice(0, 64)}]. Must be true or false.`);
      break;
    case 'DeliveryPolicy':
      if (value !== '') verifyDeliveryPolicy(value, invalid);
      break;
    case 'FilterPolicy':
    case 'FilterPolicyScope':
      verifyFilter(changed, name, value, invalid);
      break;
    case 'RedrivePolicy':
      if (value !== '') throw notThereYet('RedrivePolicy: dead-letter queues of SQS are');
      break;
    default:
      throw invalid('AttributeName');
  }
  if (value === '' || (name === 'FilterPolicy' && value.trim() === '{}')) delete changed[name];
  return changed;
}

function verifyDeliveryPolicy(value: string, invalid: (what: string) => WireError): void {
  try {
    verifySubscriptionDeliveryPolicy(value);
  } catch (error) {
    if (error instanceof DeliveryPolicyError) throw invalid(`DeliveryPolicy: ${error.message}`);
    throw error;
  }
}

/** Policy and scope must fit, whichever of them changes. */
function verifyFilter(
  { FilterPolicy: policy = '', FilterPolicyScope: scope = 'MessageAttributes' }: Attributes,
  name: string,
  value: string,
  invalid: (what: string) => WireError,
): void {
  if (scope !== 'MessageAttributes' && scope !== 'MessageBody') {
    const message = `Invalid value [${value.slice(0, 64)}]. Please use either MessageBody or MessageAttributes`;
    throw invalid(`FilterPolicyScope: ${message}`);
  }
  if (policy === '') return;
  try {
    compileFilterPolicy(policy, scope as FilterScope);
  } catch (error) {
    if (error instanceof FilterPolicyError) throw invalid(`${name}: ${error.message}`);
    throw error;
  }
}
