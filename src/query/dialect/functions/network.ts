// SPDX-License-Identifier: Apache-2.0
import { VARCHAR } from '../trino-type.js';
import { typed } from '../typed.js';
import { type FunctionTable, scalar } from './function-call.js';
import { bySignature } from './signatures.js';
import { text } from './strings.js';

/** Parts of a URL (RFC 3986, appendix B). */
const URL_PATTERN = String.raw`'^(?:([^:/?#]+):)?(?://(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)(?::(\d*))?)?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$'`;

/** What Java's URI does not take: no part of it is known (RFC 2396, section 2.4.3: excluded characters). */
const INVALID = String.raw`'[\x00-\x20<>"{}|\\^\`]|%[^0-9a-fA-F]|%.[^0-9a-fA-F]'`;

const part = (group: number): string =>
  `(CASE WHEN NOT regexp_matches($1, ${INVALID}) THEN regexp_extract($1, ${URL_PATTERN}, ${group}) END)`;

/** An opaque one, as \`mailto:someone\`, has no path. */
const path = `(CASE WHEN regexp_matches($1, '^[^:/?#]+:[^/]') THEN '' ELSE url_decode(${part(4)}) END)`;

/** Trino, "URL functions". */
export const NETWORK_FUNCTIONS: FunctionTable = {
  ...bySignature({
    'url_extract_protocol(varchar) varchar': part(1),
    'url_extract_host(varchar) varchar': part(2),
    'url_extract_port(varchar) bigint': `TRY_CAST(${part(3)} AS BIGINT)`,
    'url_extract_path(varchar) varchar': path,
    'url_extract_query(varchar) varchar': part(5),
    'url_extract_fragment(varchar) varchar': part(6),
    'url_encode(varchar) varchar':
      "replace(replace(replace(url_encode($1), '%20', '+'), '%2A', '*'), '~', '%7E')",
    'url_decode(varchar) varchar': "url_decode(replace($1, '+', ' '))",
  }),
  url_extract_parameter: scalar((call) => {
    call.takes(2);
    const query = part(5).replaceAll('$1', () => text(call, 0));
    return typed(`cairn_url_parameter(${query}, ${text(call, 1)})`, VARCHAR);
  }),
};
