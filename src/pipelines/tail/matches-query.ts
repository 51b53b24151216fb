// SPDX-License-Identifier: Apache-2.0
import type { LoggedRecord } from '../../ports/event-log.js';
import type { LookupAttribute, LookupQuery } from '../../ports/event-store.js';
import type { IndexFields } from '../../record/index-fields.js';

/** What a tail selects: a look-up without time bounds and paging. */
export type TailFilter = Pick<LookupQuery, 'accountId' | 'region' | 'attributes' | 'category'>;

/** Whether the record is of the account, Region and category; cheap, so asked before anything is read from its text. */
export function isInScope(record: LoggedRecord, filter: TailFilter): boolean {
  if (record.accountId !== filter.accountId) return false;
  if (filter.region !== undefined && record.region !== filter.region) return false;
  return filter.category === undefined || record.category === filter.category;
}

/** Whether all attributes hold, compared as `EventStore.lookup` compares them. */
export function hasAttributes(fields: IndexFields, attributes: TailFilter['attributes']): boolean {
  return attributes.every(({ key, value }) => hasAttribute(fields, key, value));
}

function hasAttribute(fields: IndexFields, key: LookupAttribute, value: string): boolean {
  switch (key) {
    case 'EventId':
      return fields.eventId === value;
    case 'EventName':
      return fields.eventName === value;
    case 'ReadOnly':
      return fields.readOnly === value.toLowerCase();
    case 'Username':
      return fields.username === value;
    case 'EventSource':
      return fields.eventSource === value;
    case 'AccessKeyId':
      return fields.accessKeyId === value;
    case 'ResourceType':
      return fields.resources.some((resource) => resource.type === value);
    case 'ResourceName':
      return fields.resources.some((resource) => resource.name === value);
  }
}
