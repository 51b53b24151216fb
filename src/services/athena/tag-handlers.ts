// SPDX-License-Identifier: Apache-2.0
import type {
  ListTagsForResourceInput,
  ListTagsForResourceOutput,
  TagResourceInput,
  UntagResourceInput,
} from '@aws-sdk/client-athena';
import { isAwsDataCatalog } from '../../athena/catalog/catalog-name.js';
import { dataCatalogKey } from '../../athena/data-catalog.js';
import { findWorkGroup, workGroupKey } from '../../athena/work-group.js';
import type { Call, Handler } from '../service.js';
import { invalidRequest, resourceNotFound } from './athena-errors.js';
import { checkLength } from './check-members.js';
import { findDataCatalog } from './data-catalog-handlers.js';
import { pageOf } from './paging.js';
import { tagList, withoutTags, withTags } from './tags.js';

interface Tagged {
  readonly key: string;
  readonly document: { readonly tags: Readonly<Record<string, string>> };
}

export const tagResource: Handler<TagResourceInput> = (input, call) => {
  const { key, document } = changeable(input.ResourceARN, call);
  call.state.put(key, { ...document, tags: withTags(document.tags, input.Tags ?? []) });
  return {};
};

export const untagResource: Handler<UntagResourceInput> = (input, call) => {
  const { key, document } = changeable(input.ResourceARN, call);
  call.state.put(key, { ...document, tags: withoutTags(document.tags, input.TagKeys ?? []) });
  return {};
};

export const listTagsForResource: Handler<ListTagsForResourceInput, ListTagsForResourceOutput> = (
  input,
  call,
) => {
  const { document } = find(input.ResourceARN, call);
  const all = tagList(document.tags).toSorted((a, b) => (a.Key < b.Key ? -1 : 1));
  const rules = { kind: 'tags', min: 75, max: 75, otherwise: 75 };
  const { items, ...next } = pageOf(all, ({ Key }) => Key, input, rules);
  return { Tags: [...items], ...next };
};

function find(arn: string | undefined, call: Call): Tagged {
  const text = checkLength(arn ?? '', 'resourceARN', 1, 1011);
  const match = /^arn:aws[\w-]*:athena:([a-z0-9-]+):(\d{12}):(workgroup|datacatalog)\/(.+)$/.exec(text);
  if (match === null) throw invalidRequest('The resource ARN is not that of a work group or a data catalog.');
  const [, region, accountId, kind, name = ''] = match;
  // What is another account's, or another Region's, is not there for this call.
  const isHere = region === call.region && accountId === call.accountId;
  const document = !isHere
    ? undefined
    : kind === 'workgroup'
      ? findWorkGroup(call.state, call, /^[\w.-]{1,128}$/.test(name) ? name : '')
      : findDataCatalog(name, call);
  if (document === undefined) throw resourceNotFound(`Resource ${text} was not found`, text);
  return { key: kind === 'workgroup' ? workGroupKey(call, name) : dataCatalogKey(call, name), document };
}

function changeable(arn: string | undefined, call: Call): Tagged {
  const found = find(arn, call);
  if (/:datacatalog\//.test(arn ?? '') && isAwsDataCatalog((arn ?? '').split('/').at(-1) ?? ''))
    throw invalidRequest('The data catalog AwsDataCatalog has no tags.');
  return found;
}
