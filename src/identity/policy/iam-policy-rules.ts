// SPDX-License-Identifier: Apache-2.0
//
// What IAM and Organizations check of a policy when it is put, in the order and in the words in which they refuse it.
// Sources: IAM User Guide, "Grammar of the IAM JSON policy language", "IAM JSON policy element reference" and "Troubleshoot
// IAM policies"; Organizations User Guide, "SCP syntax". The words are those of the services' answers.

import { MalformedPolicyError } from './malformed-policy-error.js';
import type { PolicyKind } from './parse-policy.js';
import { verifyResourceText } from './resource-text-rules.js';

type Fields = Readonly<Record<string, unknown>>;
type IamKind = Exclude<PolicyKind, 'resource'>;

const syntax = 'Syntax errors in policy.';
const unparsable = 'The policy failed legacy parsing';

/**
 * Verifies a document, then compiles it. The faults that are left to the compiler have S3's names: here they get IAM's. What
 * Organizations refuses, it refuses in one sentence; the reason is in `detail`. Throws MalformedPolicyError.
 */
export function verifiedAndCompiled<T>(text: string, kind: IamKind, compile: () => T): T {
  let isVerified = false;
  try {
    verifyIamPolicy(text, kind);
    isVerified = true;
    return compile();
  } catch (error) {
    if (!(error instanceof MalformedPolicyError)) throw error;
    if (kind === 'scp') throw new MalformedPolicyError(ofPolicyType, error.message);
    throw isVerified ? inIamWords(error) : error;
  }
}

/** Source: Organizations API Reference, "MalformedPolicyDocumentException", as the service words it. */
const ofPolicyType =
  'The provided policy document does not meet the requirements of the specified policy type.';

function inIamWords(error: MalformedPolicyError): MalformedPolicyError {
  const { message, detail } = error;
  if (message === 'Invalid principal in policy' && detail !== undefined) {
    return new MalformedPolicyError(`Invalid principal in policy: ${detail.replace('" : ', '":')}`);
  }
  return iamWords.has(message) ? error : new MalformedPolicyError(syntax, detail ?? message);
}

const iamWords = new Set([
  'This policy contains invalid Json',
  'Allow with NotPrincipal is not allowed.',
  'Missing required field Principal',
  'Missing required field Principal cannot be empty!',
]);

function verifyIamPolicy(text: string, kind: IamKind): void {
  const document = readObject(text);
  const statements = [document.Statement].flat();
  if (document.Statement === undefined || statements.length === 0) throw new MalformedPolicyError(syntax);
  const fields = statements.map((statement) => asFields(statement));
  for (const statement of fields) verifyShape(statement);
  verifyVersion(document.Version, kind);
  verifySids(fields);
  for (const statement of fields) {
    verifyPrincipal(statement, kind);
    verifyActions(statement, kind);
    verifyResources(statement, kind);
    verifyConditionKeys(statement);
  }
}

function readObject(text: string): Fields {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new MalformedPolicyError('This policy contains invalid Json');
  }
  return asFields(document);
}

function asFields(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new MalformedPolicyError(syntax);
  return value as Fields;
}

function verifyShape(statement: Fields): void {
  const { Effect, Sid } = statement;
  if (typeof Effect !== 'string' || (Sid !== undefined && typeof Sid !== 'string'))
    throw new MalformedPolicyError(syntax);
  // `allow` passes for a word of the language, but not for one that means anything.
  if (Effect !== 'Allow' && Effect !== 'Deny')
    throw new MalformedPolicyError(/^(?:allow|deny)$/i.test(Effect) ? unparsable : syntax);
}

/** Trust and session policies of the old version exist; the others are refused. */
function verifyVersion(version: unknown, kind: IamKind): void {
  if (version !== undefined && version !== '2012-10-17' && version !== '2008-10-17')
    throw new MalformedPolicyError(syntax);
  if (version !== '2012-10-17' && (kind === 'identity' || kind === 'scp'))
    throw new MalformedPolicyError('Policy document must be version 2012-10-17 or greater.');
}

function verifySids(statements: readonly Fields[]): void {
  const sids = statements.flatMap(({ Sid }) => (typeof Sid === 'string' && Sid !== '' ? [Sid] : []));
  if (sids.some((sid) => !/^[0-9A-Za-z]*$/.test(sid)))
    throw new MalformedPolicyError(
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
    );
  if (new Set(sids).size < sids.length)
    throw new MalformedPolicyError('Statement IDs (SID) in a single policy must be unique.');
}

function verifyPrincipal({ Principal, NotPrincipal }: Fields, kind: IamKind): void {
  if (kind !== 'trust' && (Principal !== undefined || NotPrincipal !== undefined))
    throw new MalformedPolicyError('Policy document should not specify a principal.');
}

function verifyActions(statement: Fields, kind: IamKind): void {
  const actions = texts(statement.Action ?? statement.NotAction);
  if (actions === undefined || actions.length === 0)
    throw new MalformedPolicyError('Policy statement must contain actions.');
  for (const action of actions) verifyAction(action);
  if (kind === 'trust' && statement.NotAction === undefined && !actions.every(isAssuming))
    throw new MalformedPolicyError('AssumeRole policy may only specify STS AssumeRole actions.');
}

function verifyAction(action: string): void {
  if (action === '*') return;
  const [vendor = '', ...names] = action.split(':');
  if (names.length === 0)
    throw new MalformedPolicyError(
      'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
    );
  if (names.length > 1) throw new MalformedPolicyError('Actions/Condition can contain only one colon.');
  if (vendor !== '*' && !/^[a-zA-Z0-9.-]+$/.test(vendor))
    throw new MalformedPolicyError(`Vendor ${vendor.slice(0, 64)} is not valid`);
  if (!/^[\w*?-]+$/.test(names[0] as string)) throw new MalformedPolicyError(unparsable);
}

/** Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS Security Token Service". */
const assumingActions = [
  'AssumeRole',
  'AssumeRoleWithSAML',
  'AssumeRoleWithWebIdentity',
  'DecodeAuthorizationMessage',
  'GetAccessKeyInfo',
  'GetCallerIdentity',
  'GetFederationToken',
  'GetServiceBearerToken',
  'GetSessionToken',
  'SetContext',
  'SetSourceIdentity',
  'TagSession',
];

function isAssuming(action: string): boolean {
  const [vendor, name = ''] = action.split(':');
  if (vendor?.toLowerCase() !== 'sts') return false;
  if (/[*?]/.test(name)) return true;
  return assumingActions.some((known) => known.toLowerCase() === name.toLowerCase());
}

function verifyResources(statement: Fields, kind: IamKind): void {
  const raw = statement.Resource ?? statement.NotResource;
  if (kind === 'trust') {
    if (raw === undefined) return;
    throw new MalformedPolicyError(
      `Has prohibited field ${statement.Resource === undefined ? 'NotResource' : 'Resource'}`,
    );
  }
  const resources = texts(raw);
  if (resources === undefined || resources.length === 0)
    throw new MalformedPolicyError('Policy statement must contain resources.');
  for (const resource of resources) verifyResourceText(resource);
}

function verifyConditionKeys({ Condition }: Fields): void {
  if (Condition === undefined) return;
  for (const keys of Object.values(asFields(Condition))) {
    for (const key of Object.keys(asFields(keys))) {
      if (!key.includes(':'))
        throw new MalformedPolicyError(
          'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
        );
    }
  }
}

/** One text or a list of them; undefined when the element is not there. */
function texts(raw: unknown): string[] | undefined {
  if (raw === undefined) return undefined;
  return [raw].flat().map((value: unknown) => {
    if (typeof value !== 'string') throw new MalformedPolicyError(syntax);
    return value;
  });
}
