// SPDX-License-Identifier: Apache-2.0
import type { EventCategory } from '../../../ports/event-log.js';

/** The numbers are stored: never change one, only add. */
const codes: Record<EventCategory, number> = {
  Management: 0,
  Data: 1,
  NetworkActivity: 2,
  Insight: 3,
  Aggregated: 4,
  ActivityAuditLog: 5,
};

export function categoryCode(category: EventCategory): number {
  return codes[category];
}

const names = Object.keys(codes) as EventCategory[];

export function categoryOfCode(code: number): EventCategory {
  const name = names.find((category) => codes[category] === code);
  if (name === undefined) throw new Error(`there is no category ${code}`);
  return name;
}

/** `readOnly` as it is stored. */
const readOnlyCodes = { unknown: 0, true: 1, false: 2 } as const;

export function readOnlyCode(readOnly: 'true' | 'false' | undefined): number {
  return readOnlyCodes[readOnly ?? 'unknown'];
}
