// SPDX-License-Identifier: Apache-2.0
import { serviceControlPolicy } from './policy-types.js';

type Fields = Readonly<Record<string, unknown>>;

/** Deeper documents mean nothing, and everything that reads them goes down by recursion. */
const depthMax = 20;

/**
 * What is wrong with the content of a policy, in a sentence; undefined when nothing is.
 * Sources: Organizations User Guide, "SCP syntax", "Policy syntax and inheritance for management policy types".
 */
export function policyContentProblem(type: string, content: string): string | undefined {
  let document: unknown;
  try {
    document = JSON.parse(content);
  } catch {
    return 'The provided policy document is not valid JSON.';
  }
  if (!isFields(document)) return 'The provided policy document is not a JSON object.';
  if (isDeeperThan(document, depthMax)) return 'The provided policy document is nested too deeply.';
  return type === serviceControlPolicy ? serviceControlProblem(document) : managementProblem(document);
}

const policyFields: ReadonlySet<string> = new Set(['Version', 'Id', 'Statement']);
const statementFields: ReadonlySet<string> = new Set([
  'Sid',
  'Effect',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);

function serviceControlProblem(document: Fields): string | undefined {
  const unknown = Object.keys(document).find((name) => !policyFields.has(name));
  if (unknown !== undefined) return `The policy has an unknown element: ${unknown.slice(0, 64)}.`;
  if (document.Version !== '2012-10-17' && document.Version !== '2008-10-17')
    return 'The policy must have a Version of 2012-10-17.';
  const statements = Array.isArray(document.Statement) ? document.Statement : [document.Statement];
  if (statements.length === 0) return 'The policy has no statement.';
  for (const statement of statements) {
    const problem = statementProblem(statement);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function statementProblem(statement: unknown): string | undefined {
  if (!isFields(statement)) return 'A statement of the policy is not a JSON object.';
  const unknown = Object.keys(statement).find((name) => !statementFields.has(name));
  if (unknown !== undefined)
    return `A statement of a service control policy cannot have the element ${unknown.slice(0, 64)}.`;
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny')
    return 'The Effect of a statement must be Allow or Deny.';
  if (
    statement.Sid !== undefined &&
    !(typeof statement.Sid === 'string' && /^[A-Za-z0-9]*$/.test(statement.Sid))
  )
    return 'A Sid can only have letters and digits.';
  return (
    oneOfTwo(statement, 'Action', 'NotAction') ??
    oneOfTwo(statement, 'Resource', 'NotResource') ??
    actionProblem(statement.Action ?? statement.NotAction) ??
    conditionProblem(statement.Condition)
  );
}

function oneOfTwo(statement: Fields, plain: string, inverted: string): string | undefined {
  const given = [plain, inverted].filter((name) => statement[name] !== undefined);
  const [name] = given;
  if (given.length !== 1 || name === undefined)
    return `A statement must have either ${plain} or ${inverted}.`;
  const values = textsOf(statement[name]);
  return values === undefined || values.length === 0
    ? `${name} must be a text or a list of texts.`
    : undefined;
}

/** `*` or `service:Action*`. A service control policy that names no service would limit nothing, or everything. */
function actionProblem(value: unknown): string | undefined {
  const wrong = textsOf(value)?.find((text) => text !== '*' && !/^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$/.test(text));
  return wrong === undefined ? undefined : `${wrong.slice(0, 128)} is not an action.`;
}

function conditionProblem(condition: unknown): string | undefined {
  if (condition === undefined) return undefined;
  const isWhole =
    isFields(condition) &&
    Object.values(condition).every(
      (keys) => isFields(keys) && Object.values(keys).every((value) => textsOf(value, true) !== undefined),
    );
  return isWhole ? undefined : 'A Condition must have operators, and these must have keys with values.';
}

function textsOf(value: unknown, withScalars = false): readonly string[] | undefined {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const isText = (item: unknown): boolean =>
    typeof item === 'string' || (withScalars && (typeof item === 'boolean' || typeof item === 'number'));
  return list.every(isText) ? list.map(String) : undefined;
}

const valueOperators: ReadonlySet<string> = new Set(['@@assign', '@@append', '@@remove']);
const childControl = '@@operators_allowed_for_child_policies';

function managementProblem(document: Fields): string | undefined {
  if (Object.keys(document).length === 0) return 'The policy has no element.';
  return operatorProblem(document);
}

function operatorProblem(node: Fields): string | undefined {
  for (const [name, value] of Object.entries(node)) {
    if (!name.startsWith('@@')) {
      if (!isFields(value)) return `${name.slice(0, 64)} must be set by an operator, such as @@assign.`;
      const problem = operatorProblem(value);
      if (problem !== undefined) return problem;
    } else if (name === childControl) {
      const given = textsOf(value);
      if (
        given === undefined ||
        !given.every((one) => valueOperators.has(one) || one === '@@all' || one === '@@none')
      )
        return `${childControl} must be a list of operators, @@all or @@none.`;
    } else if (!valueOperators.has(name)) return `${name.slice(0, 64)} is not an operator.`;
    else if (textsOf(value, true) === undefined) return `${name} must have a value or a list of values.`;
  }
  return undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(inner, levels - 1));
}
