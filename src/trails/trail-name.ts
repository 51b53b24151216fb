// SPDX-License-Identifier: Apache-2.0

const nameLengthMin = 3;
const nameLengthMax = 128;

/**
 * What is wrong with a trail's name, in AWS's words; undefined when nothing is.
 * Source: CloudTrail API Reference, "CreateTrail" (Name) and "InvalidTrailNameException".
 */
export function trailNameProblem(name: string): string | undefined {
  if (name.trim() === '') return 'Trail name cannot be blank!';
  if (name.length < nameLengthMin) return lengthProblem('short', 'Minimum', nameLengthMin, name.length);
  if (name.length > nameLengthMax) return lengthProblem('long', 'Maximum', nameLengthMax, name.length);
  return rules.find(([broken]) => broken.test(name))?.[1];
}

const rules: readonly (readonly [RegExp, string])[] = [
  [/^[^a-zA-Z0-9]/, 'Trail name must starts with a letter or number.'],
  [/[^a-zA-Z0-9]$/, 'Trail name must ends with a letter or number.'],
  [
    /[^a-zA-Z0-9._-]/,
    'Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, periods (.), hyphens (-), and underscores (_).',
  ],
  [/[._-]{2}/, 'Trail name cannot have adjacent periods (.), hyphens (-), or underscores (_).'],
  [/^\d{1,3}(\.\d{1,3}){3}$/, 'Trail name must not be in IP address format (for example, 192.168.5.4).'],
];

function lengthProblem(word: string, bound: string, limit: number, actual: number): string {
  return `Trail name too ${word}. ${bound} allowed length: ${limit} characters. Specified name length: ${actual} characters.`;
}
