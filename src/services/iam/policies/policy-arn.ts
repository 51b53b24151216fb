// SPDX-License-Identifier: Apache-2.0

export interface PolicyArn {
  /** Twelve digits, or `aws` for AWS's own. */
  readonly owner: string;
  readonly path: string;
  readonly policyName: string;
}

const form = /^arn:aws:iam::(\d{12}|aws):policy((?:\/[\w.,+@=-]+)*\/)([\w+=,.@-]{1,128})$/;

/** Undefined for what is no ARN of a managed policy. */
export function parsePolicyArn(arn: string): PolicyArn | undefined {
  if (arn.length > 2048) return undefined;
  const [, owner, path, policyName] = form.exec(arn) ?? [];
  return owner === undefined || path === undefined || policyName === undefined
    ? undefined
    : { owner, path, policyName };
}

export function isPolicyArn(arn: string): boolean {
  return parsePolicyArn(arn) !== undefined;
}
