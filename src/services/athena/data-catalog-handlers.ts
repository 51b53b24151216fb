// SPDX-License-Identifier: Apache-2.0
import type {
  CreateDataCatalogInput,
  CreateDataCatalogOutput,
  DataCatalog,
  DeleteDataCatalogInput,
  DeleteDataCatalogOutput,
  GetDataCatalogInput,
  GetDataCatalogOutput,
  ListDataCatalogsInput,
  ListDataCatalogsOutput,
  UpdateDataCatalogInput,
} from '@aws-sdk/client-athena';
import { awsDataCatalog, isAwsDataCatalog } from '../../athena/catalog/catalog-name.js';
import { type DataCatalogDocument, dataCatalogKey, dataCatalogPrefix } from '../../athena/data-catalog.js';
import type { Call, Handler } from '../service.js';
import { invalidRequest } from './athena-errors.js';
import { checkDescription, checkLength, checkOneOf } from './check-members.js';
import { pageOf } from './paging.js';
import { withTags } from './tags.js';

const types = ['LAMBDA', 'GLUE', 'HIVE', 'FEDERATED'] as const;
const catalogsMax = 1_000;
const parametersLengthMax = 51_200;

export const createDataCatalog: Handler<CreateDataCatalogInput, CreateDataCatalogOutput> = (input, call) => {
  const name = checkLength(input.Name ?? '', 'name', 1, 256);
  if (findDataCatalog(name, call) !== undefined)
    throw invalidRequest(`DataCatalog ${name} has already been created`);
  if (call.state.list(dataCatalogPrefix(call)).length >= catalogsMax)
    throw invalidRequest(`An account has at most ${catalogsMax} data catalogs in a Region.`);
  const description = checkDescription(input.Description);
  const document: DataCatalogDocument = {
    name,
    type: checkOneOf(input.Type ?? '', 'type', types),
    ...(description === undefined ? {} : { description }),
    parameters: checkParameters(input.Parameters),
    tags: withTags({}, input.Tags ?? []),
  };
  call.state.put(dataCatalogKey(call, name), document);
  return { DataCatalog: shown(document) };
};

export const getDataCatalog: Handler<GetDataCatalogInput, GetDataCatalogOutput> = (input, call) => ({
  DataCatalog: shown(existing(input.Name, call)),
});

export const updateDataCatalog: Handler<UpdateDataCatalogInput> = (input, call) => {
  const document = changeable(input.Name, call);
  const description = checkDescription(input.Description);
  const changed: DataCatalogDocument = {
    ...document,
    type: checkOneOf(input.Type ?? '', 'type', types),
    ...(description === undefined ? {} : { description }),
    ...(input.Parameters === undefined ? {} : { parameters: checkParameters(input.Parameters) }),
  };
  call.state.put(dataCatalogKey(call, document.name), changed);
  return {};
};

export const deleteDataCatalog: Handler<DeleteDataCatalogInput, DeleteDataCatalogOutput> = (input, call) => {
  const document = changeable(input.Name, call);
  call.state.delete(dataCatalogKey(call, document.name));
  return { DataCatalog: shown(document) };
};

export const listDataCatalogs: Handler<ListDataCatalogsInput, ListDataCatalogsOutput> = (input, call) => {
  const made = call.state.list<DataCatalogDocument>(dataCatalogPrefix(call)).map(({ value }) => value);
  const all = [builtIn, ...made].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const { items, ...next } = pageOf(all, ({ name }) => name, input, { kind: 'dataCatalogs', min: 2 });
  return {
    DataCatalogsSummary: items.map(({ name, type }) => ({ CatalogName: name, Type: type })),
    ...next,
  };
};

const builtIn: DataCatalogDocument = { name: awsDataCatalog, type: 'GLUE', parameters: {}, tags: {} };

export function findDataCatalog(
  name: string,
  call: Pick<Call, 'state' | 'accountId' | 'region'>,
): DataCatalogDocument | undefined {
  if (isAwsDataCatalog(name)) return builtIn;
  return call.state.get<DataCatalogDocument>(dataCatalogKey(call, name));
}

function existing(name: string | undefined, call: Call): DataCatalogDocument {
  const found = findDataCatalog(checkLength(name ?? '', 'name', 1, 256), call);
  if (found === undefined) throw invalidRequest(`DataCatalog ${name} was not found`, 'DATACATALOG_NOT_FOUND');
  return found;
}

function changeable(name: string | undefined, call: Call): DataCatalogDocument {
  const found = existing(name, call);
  if (isAwsDataCatalog(found.name))
    throw invalidRequest(`DataCatalog ${found.name} cannot be changed or deleted`);
  return found;
}

function checkParameters(
  given: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  const parameters = given ?? {};
  if (JSON.stringify(parameters).length > parametersLengthMax)
    throw invalidRequest(`The parameters of a data catalog have at most ${parametersLengthMax} characters.`);
  return parameters;
}

function shown({ name, type, description, parameters }: DataCatalogDocument): DataCatalog {
  return {
    Name: name,
    Type: type,
    ...(description === undefined ? {} : { Description: description }),
    Parameters: { ...parameters },
  };
}
