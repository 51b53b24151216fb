// SPDX-License-Identifier: Apache-2.0
// What calls say of themselves where queries ask for it: members of parameters and answers, named as in AWS's own records.
import type { CallTemplate, ResourceTemplate } from './event-templates.js';
import type { SeededRandom } from './seeded-random.js';

export interface CallResource {
  readonly arn: string;
  /** As an element of `resources`. */
  readonly json: string;
  /** As the call's parameters name it. */
  readonly name: string;
}

interface Details {
  /** JSON members, with a comma before each. */
  readonly request?: (random: SeededRandom) => string;
  readonly response?: (random: SeededRandom) => string;
  readonly additional?: (random: SeededRandom) => string;
}

const detailsOfCalls: Readonly<Record<string, Details>> = {
  'signin ConsoleLogin': {
    response: (random) => `,"ConsoleLogin":"${random.below(10) === 0 ? 'Failure' : 'Success'}"`,
    additional: (random) =>
      `{"LoginTo":"https://console.aws.amazon.com/console/home","MobileVersion":"No","MFAUsed":"${random.below(5) === 0 ? 'No' : 'Yes'}"}`,
  },
  'ec2 RunInstances': {
    request: () => ',"instanceType":"t3.micro"',
    response: (random) =>
      `,"instancesSet":{"items":[{"instanceId":"i-${random.hex8()}${random.hex8()}0","imageId":"ami-${random.hex8()}"}]}`,
  },
  'ec2 AuthorizeSecurityGroupIngress': {
    request: (random) =>
      `,"groupId":"sg-${random.hex8()}","ipPermissions":{"items":[{"ipProtocol":"tcp","fromPort":22,"toPort":22,"ipRanges":{"items":[{"cidrIp":"${random.below(20) === 0 ? '0.0.0.0/0' : `10.${random.below(250)}.0.0/16`}"}]}}]}`,
  },
  'iam CreateUser': { response: (random) => `,"user":{"userName":"new-${random.hex8()}","path":"/"}` },
  'iam AttachUserPolicy': {
    request: (random) =>
      `,"userName":"user-${random.below(40)}","policyArn":"arn:aws:iam::aws:policy/${random.below(10) === 0 ? 'AdministratorAccess' : 'ReadOnlyAccess'}"`,
  },
  'rds DeleteDBInstance': {
    request: (random) =>
      `,"dBInstanceIdentifier":"orders-${random.below(90)}","skipFinalSnapshot":${random.below(4) === 0}`,
  },
  'cloudtrail StartQuery': {
    request: () => ',"queryStatement":"SELECT eventID FROM events"',
    response: (random) => `,"queryId":"${random.uuid()}"`,
  },
};

export function requestJson(
  template: CallTemplate,
  resource: CallResource | undefined,
  random: SeededRandom,
): string {
  const own = detailsOf(template)?.request?.(random) ?? '';
  if (resource !== undefined)
    return `{"${memberOf(template)}":"${resource.name}","clientToken":"${random.hex8()}"${own}}`;
  if (own === '' && random.below(3) === 0) return 'null';
  return `{"maxResults":${random.below(1000)},"filterSet":{"items":[{"name":"tag:Team","valueSet":{"items":[{"value":"team-${random.below(30)}"}]}}]},"id":"${template.service}-${random.hex8()}"${own}}`;
}

export function responseJson(template: CallTemplate, failed: boolean, random: SeededRandom): string {
  const own = detailsOf(template)?.response;
  if (failed || (template.readOnly && own === undefined)) return 'null';
  return `{"requestId":"${random.uuid()}","state":{"code":${random.below(80)},"name":"pending"},"_return":true${own?.(random) ?? ''}}`;
}

/** A member with a comma behind it, or nothing. */
export function additionalJson(template: CallTemplate, random: SeededRandom): string {
  const own = detailsOf(template)?.additional;
  return own === undefined ? '' : `"additionalEventData":${own(random)},`;
}

function detailsOf({ service, eventName }: CallTemplate): Details | undefined {
  return detailsOfCalls[`${service} ${eventName}`];
}

function memberOf({ service, resource }: CallTemplate): string {
  return service === 'sts' ? 'roleArn' : (resource as ResourceTemplate).member;
}
