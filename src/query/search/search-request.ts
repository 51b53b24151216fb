// SPDX-License-Identifier: Apache-2.0
import { isIPv4 } from 'node:net';
import { isSearchField, type SearchField } from './search-fields.js';

/** Of one field; every list means one of them. All conditions of a search hold together. */
export interface SearchCondition {
  readonly field: SearchField;
  readonly equals?: readonly string[];
  readonly not?: readonly string[];
  readonly prefix?: readonly string[];
  readonly contains?: readonly string[];
  /** IPv4, of `sourceIp`. */
  readonly cidr?: readonly string[];
  readonly exists?: boolean;
}

export interface SearchRequest {
  /** Bounds of eventTime, ms since the epoch: from, and before. */
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Whose histories; absent: the caller's own, `*`: all that the caller sees. */
  readonly accounts?: readonly string[] | '*';
  readonly where: readonly SearchCondition[];
  /** Texts that the whole record has, whatever their case. */
  readonly text: readonly string[];
  readonly limit: number;
  readonly after?: SearchPlace;
  readonly facets: readonly SearchField[];
  readonly facetLimit: number;
  readonly histogram: boolean;
}

/** Behind which event a page begins, and up to which one the first page had seen. */
export interface SearchPlace {
  readonly happenedMs: number;
  readonly place: string;
  readonly lastPlace: string;
}

export class InvalidSearchError extends Error {
  override readonly name = 'InvalidSearchError';
}

const limitDefault = 50;
const limitMax = 1_000;
const conditionsMax = 32;
const valuesMax = 100;
const valueLengthMax = 2_048;
const textsMax = 16;
const facetsMax = 12;
const facetLimitMax = 100;
const accountsMax = 1_000;

type Document = Readonly<Record<string, unknown>>;

/** Throws InvalidSearchError. */
export function toSearchRequest(asked: unknown): SearchRequest {
  const document = asDocument(asked, 'the search');
  const known = 'accounts from to where text limit after facets facetLimit histogram'.split(' ');
  const other = Object.keys(document).find((name) => !known.includes(name));
  if (other !== undefined) throw new InvalidSearchError(`${other} is no member of a search`);
  const { from, to, after, accounts, histogram = false } = document;
  if (typeof histogram !== 'boolean') throw new InvalidSearchError('histogram must be true or false');
  const where = asList(document.where ?? [], 'where', conditionsMax).map(toCondition);
  const facets = asTexts(document.facets ?? [], 'facets', facetsMax).map(toField);
  return {
    where,
    facets,
    histogram,
    text: asTexts(document.text ?? [], 'text', textsMax),
    limit: toCount(document.limit ?? limitDefault, 'limit', limitMax),
    facetLimit: toCount(document.facetLimit ?? 10, 'facetLimit', facetLimitMax),
    ...(from === undefined ? {} : { fromMs: toTime(from, 'from') }),
    ...(to === undefined ? {} : { toMs: toTime(to, 'to') }),
    ...(after === undefined ? {} : { after: readToken(after) }),
    ...(accounts === undefined ? {} : { accounts: toAccounts(accounts) }),
  };
}

function toCondition(asked: unknown): SearchCondition {
  const { field, exists, ...lists } = asDocument(asked, 'a condition');
  if (typeof field !== 'string') throw new InvalidSearchError('a condition needs a field');
  if (exists !== undefined && typeof exists !== 'boolean')
    throw new InvalidSearchError('exists must be true or false');
  const condition: { -readonly [Name in keyof SearchCondition]: SearchCondition[Name] } = {
    field: toField(field),
  };
  if (exists !== undefined) condition.exists = exists;
  for (const [name, values] of Object.entries(lists)) {
    if (name !== 'equals' && name !== 'not' && name !== 'prefix' && name !== 'contains' && name !== 'cidr')
      throw new InvalidSearchError(
        `a condition has equals, not, prefix, contains, cidr or exists, not ${name}`,
      );
    condition[name] = asTexts(values, name, valuesMax);
  }
  if (condition.cidr !== undefined) verifyCidrs(condition);
  if (Object.keys(condition).length < 2) throw new InvalidSearchError(`what is asked of ${field}?`);
  return condition;
}

function verifyCidrs({ field, cidr = [] }: SearchCondition): void {
  if (field !== 'sourceIp') throw new InvalidSearchError('cidr is for sourceIp');
  for (const block of cidr) {
    const [address = '', bits = '', more] = block.split('/');
    const isBlock = isIPv4(address) && /^\d{1,2}$/.test(bits) && Number(bits) <= 32 && more === undefined;
    if (!isBlock) throw new InvalidSearchError(`${block} is no IPv4 block`);
  }
}

function toAccounts(asked: unknown): readonly string[] | '*' {
  if (asked === '*') return asked;
  const ids = [...new Set(asTexts(asked, 'accounts', accountsMax))];
  if (ids.length === 0 || !ids.every((id) => /^\d{12}$/.test(id)))
    throw new InvalidSearchError('accounts must be ids of accounts, of 12 digits, or *');
  return ids;
}

function toField(name: string): SearchField {
  if (!isSearchField(name)) throw new InvalidSearchError(`${name} is no field that can be searched`);
  return name;
}

function toCount(asked: unknown, name: string, max: number): number {
  if (typeof asked === 'number' && Number.isInteger(asked) && asked >= 0 && asked <= max) return asked;
  throw new InvalidSearchError(`${name} must be a number from 0 to ${max}`);
}

/** ms since the epoch, or ISO 8601. */
function toTime(asked: unknown, name: string): number {
  const ms = typeof asked === 'string' ? Date.parse(asked) : asked;
  if (typeof ms === 'number' && Number.isFinite(ms) && Math.abs(ms) < 8.64e15) return Math.trunc(ms);
  throw new InvalidSearchError(`${name} must be a time: ISO 8601, or milliseconds since 1970`);
}

function asDocument(asked: unknown, what: string): Document {
  if (typeof asked === 'object' && asked !== null && !Array.isArray(asked)) return asked as Document;
  throw new InvalidSearchError(`${what} must be an object`);
}

function asList(asked: unknown, name: string, max: number): readonly unknown[] {
  if (Array.isArray(asked) && asked.length <= max) return asked;
  throw new InvalidSearchError(`${name} must be a list of at most ${max}`);
}

/** One text stands for a list of it. */
function asTexts(asked: unknown, name: string, max: number): readonly string[] {
  return asList(typeof asked === 'string' ? [asked] : asked, name, max).map((each) => {
    if (typeof each === 'string' && each.length <= valueLengthMax && !/\u0000/.test(each)) return each;
    throw new InvalidSearchError(`${name} must hold texts of at most ${valueLengthMax} characters`);
  });
}

export function toToken({ happenedMs, place, lastPlace }: SearchPlace): string {
  return Buffer.from(`${happenedMs}:${place}:${lastPlace}`).toString('base64url');
}

function readToken(token: unknown): SearchPlace {
  const text = typeof token === 'string' ? Buffer.from(token, 'base64url').toString('latin1') : '';
  const [, happenedMs, place, lastPlace] = /^(-?\d{1,16}):(\d{1,20}):(\d{1,20})$/.exec(text) ?? [];
  if (happenedMs === undefined || place === undefined || lastPlace === undefined)
    throw new InvalidSearchError('after is no token of a page');
  return { happenedMs: Number(happenedMs), place, lastPlace };
}
