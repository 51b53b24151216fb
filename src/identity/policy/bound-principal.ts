// SPDX-License-Identifier: Apache-2.0

/** A user or role as a stored policy names it: the ARN it had, and the unique id that tells it from a successor. */
export interface BoundPrincipal {
  readonly arn: string;
  readonly id: string;
}

/** No name or path of IAM holds this character. */
const separator = '|';
const form =
  /^(arn:aws[a-z-]*:iam::\d{12}:(?:user|role)\/[\x21-\x7b\x7d-\x7e]+)\|(A[A-Z]{3}[A-Z0-9]{12,28})$/;

/** `arn:aws:iam::111122223333:user/jane|AIDA…` */
export function boundPrincipal({ arn, id }: BoundPrincipal): string {
  return `${arn}${separator}${id}`;
}

export function unboundPrincipal(text: string): BoundPrincipal | undefined {
  if (!text.includes(separator)) return undefined;
  const [, arn, id] = form.exec(text) ?? [];
  return arn === undefined || id === undefined ? undefined : { arn, id };
}
