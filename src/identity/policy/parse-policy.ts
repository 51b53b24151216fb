// SPDX-License-Identifier: Apache-2.0
import { compileConditions } from './condition.js';
import { verifiedAndCompiled } from './iam-policy-rules.js';
import { jsonPlaces, repeatedKey } from './json-places.js';
import { MalformedPolicyError } from './malformed-policy-error.js';
import type { Inverted, Policy, Statement } from './policy.js';
import { compilePrincipals, type PrincipalPattern } from './policy-principal.js';
import { type PolicyText, parsePolicyText, replaceVariables } from './policy-text.js';

/**
 * What the policy hangs on: a resource (a bucket, a topic, a key) or a role that may be assumed ('trust'), whose statements
 * say who they are about; or a user, group, role, boundary ('identity'), an account ('scp'), a session.
 */
export type PolicyKind = 'resource' | 'trust' | 'identity' | 'session' | 'scp';

export interface ParseOptions {
  /** It was taken once and is only compiled: what is refused on the way in does not matter any more. */
  readonly isStored?: boolean;
}

const policyFields = ['Version', 'Id', 'Statement'];
const statementFields = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
];

/**
 * Compiles a policy document. Throws MalformedPolicyError: with S3's reasons for resource policies, with IAM's for the
 * others. What only the resource's own service can know (its actions, its ARNs, its size limit) is checked there: for
 * buckets in `parseBucketPolicy`.
 * Source: IAM User Guide, "Grammar of the IAM JSON policy language".
 */
export function parsePolicy(text: string, kind: PolicyKind, { isStored = false }: ParseOptions = {}): Policy {
  if (isStored || kind === 'resource') return compileDocument(parseDocument(text, kind, isStored), kind);
  return verifiedAndCompiled(text, kind, () => compileDocument(parseDocument(text, kind, false), kind));
}

function compileDocument(document: Fields, kind: PolicyKind): Policy {
  refuseUnknown(document, policyFields);
  const version = document.Version ?? '2008-10-17';
  if (version !== '2012-10-17' && version !== '2008-10-17') {
    throw new MalformedPolicyError('The policy must contain a valid version string');
  }
  const id = optionalText(document.Id);
  const raw = document.Statement;
  if (raw === undefined) throw new MalformedPolicyError('Missing required field Statement');
  const statements = Array.isArray(raw) ? raw : [raw];
  if (statements.length === 0)
    throw new MalformedPolicyError('Could not parse the policy: Statement is empty!');
  const variables = version === '2012-10-17';
  return {
    version,
    id,
    statements: statements.map((one, index) => parseStatement(one, index, { kind, variables })),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function parseDocument(text: string, kind: PolicyKind, isStored: boolean): Fields {
  if (!(kind === 'resource' ? text : text.trimStart()).startsWith('{')) {
    throw new MalformedPolicyError("Policies must be valid JSON and the first byte must be '{'");
  }
  let document: Fields;
  try {
    document = JSON.parse(text) as Fields;
  } catch {
    throw new MalformedPolicyError('This policy contains invalid Json');
  }
  // Two Effects in one statement: whoever reads the text and whoever evaluates it could take different ones.
  const repeated = isStored ? undefined : repeatedKey(jsonPlaces(text));
  if (repeated !== undefined) throw new MalformedPolicyError(`Duplicate field ${repeated.slice(0, 64)}`);
  return document;
}

function refuseUnknown(fields: Fields, known: readonly string[]): void {
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new MalformedPolicyError(`Unknown field ${unknown.slice(0, 64)}`);
}

function optionalText(value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  throw new MalformedPolicyError('Invalid policy syntax.');
}

function parseStatement(
  raw: unknown,
  index: number,
  how: { readonly kind: PolicyKind; readonly variables: boolean },
): Statement {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    throw new MalformedPolicyError('Invalid policy syntax.');
  }
  const fields = raw as Fields;
  refuseUnknown(fields, statementFields);
  const effect = parseEffect(fields.Effect);
  const { variables } = how;
  return {
    index,
    sid: optionalText(fields.Sid),
    effect,
    principals: namesPrincipals(how.kind) ? parsePrincipals(fields, effect) : undefined,
    actions: textList(fields, 'Action', false),
    resources:
      how.kind === 'trust' ? theRole : textList(fields, 'Resource', variables, how.kind !== 'resource'),
    conditions: fields.Condition === undefined ? [] : compileConditions(fields.Condition, variables),
  };
}

const namesPrincipals = (kind: PolicyKind): boolean => kind === 'resource' || kind === 'trust';

/** A trust policy is about the role that it hangs on, whatever its ARN. */
const theRole: Inverted<PolicyText> = {
  inverted: false,
  patterns: [parsePolicyText('*', { wildcards: true, variables: false })],
};

function parseEffect(effect: unknown): 'Allow' | 'Deny' {
  if (effect === 'Allow' || effect === 'Deny') return effect;
  if (effect === undefined) throw new MalformedPolicyError('Missing required field Effect');
  throw new MalformedPolicyError(`Invalid effect: ${String(effect).slice(0, 64)}`);
}

function parsePrincipals(fields: Fields, effect: 'Allow' | 'Deny'): Inverted<PrincipalPattern> {
  const name = oneOf(fields, 'Principal');
  const inverted = name === 'NotPrincipal';
  // Source: "AWS JSON policy elements: NotPrincipal": with Allow it would let in everybody else in the world.
  if (inverted && effect === 'Allow')
    throw new MalformedPolicyError('Allow with NotPrincipal is not allowed.');
  return { inverted, patterns: compilePrincipals(fields[name]) };
}

/** `Action` or `NotAction`, never both and never neither. */
function oneOf(fields: Fields, name: 'Principal' | 'Action' | 'Resource'): string {
  const [plain, inverted] = [fields[name], fields[`Not${name}`]];
  if (plain !== undefined && inverted !== undefined) {
    throw new MalformedPolicyError(`A statement cannot have both ${name} and Not${name}`);
  }
  if (plain === undefined && inverted === undefined)
    throw new MalformedPolicyError(`Missing required field ${name}`);
  return plain === undefined ? `Not${name}` : name;
}

function textList(
  fields: Fields,
  element: 'Action' | 'Resource',
  variables: boolean,
  completes = false,
): Inverted<PolicyText> {
  const name = oneOf(fields, element);
  const raw = fields[name];
  const values = Array.isArray(raw) ? raw : [raw];
  if (values.length === 0)
    throw new MalformedPolicyError(`Missing required field ${element} cannot be empty!`);
  const patterns = values.map((value: unknown) => {
    if (typeof value !== 'string' || value === '') {
      throw new MalformedPolicyError(`Policy has invalid ${element.toLowerCase()}`);
    }
    const whole = completes ? completeArn(value) : value;
    return parsePolicyText(whole, { wildcards: true, variables });
  });
  return { inverted: name.startsWith('Not'), patterns };
}

/**
 * An ARN that ends before its sixth field means whatever may follow; in policies of identities, not of resources.
 * Source: IAM User Guide, "IAM JSON policy elements: Resource", "if you specify an incomplete ARN".
 */
function completeArn(text: string): string {
  if (!text.startsWith('arn:') || text.endsWith('*')) return text;
  const fields = replaceVariables(text, () => '').split(':').length;
  return fields >= 6 ? text : text + ':*'.repeat(6 - fields);
}
