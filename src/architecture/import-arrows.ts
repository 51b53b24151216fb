// SPDX-License-Identifier: Apache-2.0

const everything = ['*'];

/** What a folder of src/ may import from, besides itself and packages. The reason stands in docs/ARCHITECTURE.md. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  record: [],
  pattern: [],
  digest: [],
  wire: [],
  ports: ['record'],
  identity: ['record', 'ports'],
  buckets: ['record', 'ports', 'identity'],
  trails: ['record', 'ports', 'identity', 'buckets', 'digest', 'pattern'],
  keys: ['record', 'ports', 'identity'],
  topics: ['record', 'ports', 'identity'],
  'log-groups': ['record', 'ports', 'identity', 'pattern'],
  signin: ['record', 'ports', 'identity'],
  query: ['record', 'ports', 'identity'],
  'event-data-stores': ['record', 'ports', 'identity', 'trails'],
  athena: ['record', 'ports', 'identity', 'query'],
  's3-select': ['record', 'ports'],
  'data-directory': [],
  testing: [],
  adapters: ['ports', 'record'],
  pipelines: [
    'ports',
    'record',
    'pattern',
    'digest',
    'identity',
    'buckets',
    'trails',
    'keys',
    'topics',
    'log-groups',
    'query',
    'event-data-stores',
    'athena',
    's3-select',
    'data-directory',
  ],
  services: [
    'wire',
    'ports',
    'record',
    'pattern',
    'digest',
    'identity',
    'buckets',
    'trails',
    'keys',
    'topics',
    'log-groups',
    'query',
    'event-data-stores',
    'athena',
    's3-select',
  ],
  http: ['wire', 'ports', 'record', 'identity'],
  'request-path': ['wire', 'ports', 'record', 'identity', 'services', 'http', 'trails', 'signin', 'query'],
  cli: ['ports', 'record', 'identity', 'digest', 'data-directory', 'wire', 'signin', 'query', '.'],
  // settings.ts, version.ts, cannot-start-error.ts
  '.': [],
  architecture: [],
  // Tests of the whole server.
  'server-tests': everything,
};

/** Folders whose files do no I/O: no file system, no network, no processes. */
const pureFolders: ReadonlySet<string> = new Set(['record', 'pattern', 'digest', 'wire']);
const ioModules = /^node:(fs|net|http|https|http2|tls|dns|dgram|child_process|worker_threads|cluster)(\/|$)/;

/** Functions of those modules that compute and touch nothing. */
const pureImports = /^import \{ (?:isIP|isIPv4|isIPv6)(?:, isIPv[46])* \} from 'node:net';$/gm;

/** Files at the root of src/ that may import everything: the composition of ports and adapters. */
const compositionRoot = /^(app|composition[\w-]*)\.ts$/;

export interface Violation {
  readonly file: string;
  readonly imports: string;
  readonly why: string;
}

/** Module specifiers that a file's source names in import, export-from and import() forms. */
export function importsOf(source: string): string[] {
  const form = /(?:\bfrom\s*|\bimport\s*\(?\s*|new URL\(\s*)(['"])([^'"\n]+)\1/g;
  return Array.from(source.matchAll(form), (match) => match[2] as string);
}

/**
 * Violations of the arrows in one file.
 * @param file path below src/, `/`-separated, e.g. `wire/aws-json.ts`
 */
export function violationsIn(file: string, source: string): Violation[] {
  if (compositionRoot.test(file)) return [];
  const folder = folderOf(file);
  const allowed = arrows[folder];
  const found: Violation[] = [];
  for (const specifier of importsOf(source.replace(pureImports, ''))) {
    const why =
      allowed === undefined
        ? `src/${folder}/ has no arrows yet: add it to import-arrows.ts`
        : reasonAgainst(file, folder, specifier, allowed);
    if (why !== undefined) found.push({ file, imports: specifier, why });
  }
  return found;
}

function reasonAgainst(
  file: string,
  folder: string,
  specifier: string,
  allowed: readonly string[],
): string | undefined {
  const isTest = /\.test\.ts$|\/(testing|contract)\//.test(file);
  if (!specifier.startsWith('.')) {
    const isForbiddenIo = pureFolders.has(folder) && !isTest && ioModules.test(specifier);
    return isForbiddenIo ? `src/${folder}/ does no I/O` : undefined;
  }
  // Tests may use real adapters and neighbours: that is what makes them worth running.
  if (isTest) return undefined;
  const target = folderOf(resolveBelow(file, specifier));
  if (target === folder || allowed === everything || allowed.includes(target)) return undefined;
  return `src/${folder}/ may import ${allowed.length === 0 ? 'nothing of the other folders' : allowed.join(', ')}, not ${target}`;
}

function folderOf(file: string): string {
  const slash = file.indexOf('/');
  return slash < 0 ? '.' : file.slice(0, slash);
}

/** The path below src/ that a relative specifier of a file means. */
function resolveBelow(file: string, specifier: string): string {
  const parts = file.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}
