// SPDX-License-Identifier: Apache-2.0
import type { AccessNeed } from './access.js';

/**
 * What somebody needs who hands a role to a service: without it, whoever may configure the service could act with the
 * rights of any role that trusts it. Source: IAM User Guide, "Grant a user permissions to pass a role to an AWS service".
 * @param service whom the role is handed to: `cloudtrail.amazonaws.com`
 * @param associatedResourceArn what the role is to work for, where the service says
 */
export function passRoleNeed(roleArn: string, service: string, associatedResourceArn?: string): AccessNeed {
  return {
    action: 'iam:PassRole',
    resource: roleArn,
    context: {
      'iam:PassedToService': service,
      ...(associatedResourceArn === undefined ? {} : { 'iam:AssociatedResourceArn': associatedResourceArn }),
    },
  };
}
