// SPDX-License-Identifier: Apache-2.0
import type { Service } from './service.js';

const states = ['implemented', 'partly', 'not yet'] as const;

/** docs/parity.md: every operation of every served service with its state, from the handlers themselves. */
export function parityDocument(services: readonly Service[]): string {
  const head = [
    '# Parity with AWS',
    '',
    '<!-- Written by `npm run parity` from the code; a test fails when it is stale. -->',
    '',
    'What is **not yet** there answers `NotImplemented` (501), naming the operation.',
    '',
    `| service | ${states.join(' | ')} |`,
    '| --- | --- | --- | --- |',
    ...services.map(summaryRow),
  ];
  return `${[...head, ...services.flatMap(section)].join('\n')}\n`;
}

function summaryRow(service: Service): string {
  const found = operationsOf(service).map(([, state]) => state);
  const counts = states.map((state) => found.filter((each) => each === state).length);
  return `| [${service.model.id}](#${service.model.id}) | ${counts.join(' | ')} |`;
}

function section(service: Service): string[] {
  const rows = operationsOf(service).map(([name, state]) => {
    const note = state === 'partly' ? `: without ${service.partly?.[name]?.missing}` : '';
    return `| ${name} | ${state}${note} |`;
  });
  return ['', `## ${service.model.id}`, '', '| operation | state |', '| --- | --- |', ...rows];
}

function operationsOf(service: Service): [name: string, state: (typeof states)[number]][] {
  const names = Array.from(service.model.operations.keys()).sort();
  return names.map((name) => {
    if (!(name in service.handlers)) return [name, 'not yet'];
    return [name, service.partly?.[name] === undefined ? 'implemented' : 'partly'];
  });
}
