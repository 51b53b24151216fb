// SPDX-License-Identifier: Apache-2.0
import type {
  AddClientIDToOpenIDConnectProviderRequest,
  CreateOpenIDConnectProviderRequest,
  CreateOpenIDConnectProviderResponse,
  DeleteOpenIDConnectProviderRequest,
  GetOpenIDConnectProviderRequest,
  GetOpenIDConnectProviderResponse,
  ListOpenIDConnectProvidersRequest,
  ListOpenIDConnectProvidersResponse,
  RemoveClientIDFromOpenIDConnectProviderRequest,
  UpdateOpenIDConnectProviderThumbprintRequest,
} from '@aws-sdk/client-iam';
import {
  type OidcProviderDocument,
  oidcProviderArn,
  oidcProviderKey,
  oidcProvidersPrefix,
} from '../../../identity/iam-documents.js';
import type { Handler } from '../../service.js';
import { iamDate } from '../shared/iam-date.js';
import { alreadyExists, noSuchEntity, quotaExceeded } from '../shared/iam-error.js';
import { InputRules } from '../shared/input-rules.js';
import { tagsMember, toTagList, verifyTags, withTags } from '../shared/tags.js';
import {
  findProvider,
  openProvider,
  providersMax,
  toProviderUrl,
  verifyClientIds,
  verifyThumbprints,
} from './oidc-rules.js';

/** Nothing is fetched from the provider: a thumbprint that is not given is not looked up, but never asked for either. */
export const createOpenIdConnectProvider: Handler<
  CreateOpenIDConnectProviderRequest,
  CreateOpenIDConnectProviderResponse
> = (input, { state, accountId, receivedAtMs }) => {
  verifyClientIds(input.ClientIDList);
  verifyThumbprints(input.ThumbprintList);
  verifyTags(input.Tags, 'kept');
  const url = toProviderUrl(input.Url ?? '');
  const key = oidcProviderKey(accountId, url);
  if (state.get(key) !== undefined) throw alreadyExists(`Provider with url https://${url} already exists.`);
  if (state.list(oidcProvidersPrefix(accountId), { limit: providersMax }).length >= providersMax)
    throw quotaExceeded('OpenIdConnectProvidersPerAccount', providersMax);
  const provider: OidcProviderDocument = {
    accountId,
    url,
    clientIds: Array.from(new Set(input.ClientIDList)),
    thumbprints: Array.from(new Set(input.ThumbprintList?.map((thumbprint) => thumbprint.toLowerCase()))),
    createdAtMs: receivedAtMs,
    tags: withTags({}, input.Tags, 'kept'),
  };
  state.put(key, provider);
  return { OpenIDConnectProviderArn: oidcProviderArn(provider), ...tagsMember(provider.tags) };
};

export const getOpenIdConnectProvider: Handler<
  GetOpenIDConnectProviderRequest,
  GetOpenIDConnectProviderResponse
> = (input, { state, accountId }) => {
  const { provider } = openProvider(state, accountId, input.OpenIDConnectProviderArn ?? '');
  return {
    Url: provider.url,
    ClientIDList: [...provider.clientIds],
    ThumbprintList: [...provider.thumbprints],
    CreateDate: iamDate(provider.createdAtMs),
    Tags: toTagList(provider.tags),
  };
};

export const listOpenIdConnectProviders: Handler<
  ListOpenIDConnectProvidersRequest,
  ListOpenIDConnectProvidersResponse
> = (_input, { state, accountId }) => ({
  OpenIDConnectProviderList: state
    .list<OidcProviderDocument>(oidcProvidersPrefix(accountId))
    .map(({ value }) => ({ Arn: oidcProviderArn(value) })),
});

export const deleteOpenIdConnectProvider: Handler<DeleteOpenIDConnectProviderRequest> = (
  input,
  { state, accountId },
) => {
  const arn = input.OpenIDConnectProviderArn ?? '';
  const found = findProvider(state, accountId, arn);
  if (found === undefined) throw noSuchEntity(`OpenId connect Provider ${arn} cannot be found.`);
  state.delete(found.key);
  return {};
};

/** An id that is there already is no error. Source: IAM API Reference, "AddClientIDToOpenIDConnectProvider". */
export const addClientId: Handler<AddClientIDToOpenIDConnectProviderRequest> = (
  input,
  { state, accountId },
) => {
  const clientId = input.ClientID ?? '';
  new InputRules().text('clientID', clientId, { min: 1, max: 255 }).verify();
  const { key, provider } = openProvider(state, accountId, input.OpenIDConnectProviderArn ?? '');
  const clientIds = Array.from(new Set([...provider.clientIds, clientId]));
  verifyClientIds(clientIds);
  state.put(key, { ...provider, clientIds });
  return {};
};

/** An id that is not there is no error. Source: IAM API Reference, "RemoveClientIDFromOpenIDConnectProvider". */
export const removeClientId: Handler<RemoveClientIDFromOpenIDConnectProviderRequest> = (
  input,
  { state, accountId },
) => {
  const clientId = input.ClientID ?? '';
  new InputRules().text('clientID', clientId, { min: 1, max: 255 }).verify();
  const { key, provider } = openProvider(state, accountId, input.OpenIDConnectProviderArn ?? '');
  state.put(key, { ...provider, clientIds: provider.clientIds.filter((known) => known !== clientId) });
  return {};
};

export const updateThumbprint: Handler<UpdateOpenIDConnectProviderThumbprintRequest> = (
  input,
  { state, accountId },
) => {
  verifyThumbprints(input.ThumbprintList);
  const { key, provider } = openProvider(state, accountId, input.OpenIDConnectProviderArn ?? '');
  const thumbprints = Array.from(
    new Set(input.ThumbprintList?.map((thumbprint) => thumbprint.toLowerCase())),
  );
  state.put(key, { ...provider, thumbprints });
  return {};
};
