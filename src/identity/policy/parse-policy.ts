// SPDX-License-Identifier: Apache-2.0
import { compileConditions } from './condition.js';
import { MalformedPolicyError } from './malformed-policy-error.js';
import type { Inverted, Policy, Statement } from './policy.js';
import { compilePrincipals, type PrincipalPattern } from './policy-principal.js';
import { type PolicyText, parsePolicyText } from './policy-text.js';

/** What the policy hangs on: a resource (a bucket, a topic, a key), whose statements say who they are about. */
export type PolicyKind = 'resource';

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
 * Compiles a policy document. Throws MalformedPolicyError with S3's reasons. What only the resource's own service
 * can know (its actions, its ARNs, its size limit) is checked there: for buckets in `parseBucketPolicy`.
 * Source: IAM User Guide, "Grammar of the IAM JSON policy language".
 */
export function parsePolicy(text: string, kind: PolicyKind): Policy {
  const document = parseDocument(text);
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

function parseDocument(text: string): Fields {
  if (!text.startsWith('{')) {
    throw new MalformedPolicyError("Policies must be valid JSON and the first byte must be '{'");
  }
  try {
    return JSON.parse(text) as Fields;
  } catch {
    throw new MalformedPolicyError('This policy contains invalid Json');
  }
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
    principals: parsePrincipals(fields, effect),
    actions: textList(fields, 'Action', false),
    resources: textList(fields, 'Resource', variables),
    conditions: fields.Condition === undefined ? [] : compileConditions(fields.Condition, variables),
  };
}

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

function textList(fields: Fields, element: 'Action' | 'Resource', variables: boolean): Inverted<PolicyText> {
  const name = oneOf(fields, element);
  const raw = fields[name];
  const values = Array.isArray(raw) ? raw : [raw];
  if (values.length === 0)
    throw new MalformedPolicyError(`Missing required field ${element} cannot be empty!`);
  const patterns = values.map((value: unknown) => {
    if (typeof value !== 'string' || value === '') {
      throw new MalformedPolicyError(`Policy has invalid ${element.toLowerCase()}`);
    }
    return parsePolicyText(value, { wildcards: true, variables });
  });
  return { inverted: name.startsWith('Not'), patterns };
}
