// SPDX-License-Identifier: Apache-2.0
import { VARCHAR } from '../trino-type.js';
import { typed } from '../typed.js';
import { type FunctionTable, scalar } from './function-call.js';
import { bySignature } from './signatures.js';
import { text } from './strings.js';

/** Parts of a URL (RFC 3986, appendix B). */
const URL_PATTERN = String.raw`'^(?:([^:/?#]+):)?(?://(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)(?::(\d*))?)?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$'`;

const part = (group: number): string => `regexp_extract($1, ${URL_PATTERN}, ${group})`;

/** Trino, "URL functions". */
export const NETWORK_FUNCTIONS: FunctionTable = {
  ...bySignature({
    'url_extract_protocol(varchar) varchar': part(1),
    'url_extract_host(varchar) varchar': part(2),
    'url_extract_port(varchar) bigint': `TRY_CAST(${part(3)} AS BIGINT)`,
    'url_extract_path(varchar) varchar': `url_decode(${part(4)})`,
    'url_extract_query(varchar) varchar': part(5),
    'url_extract_fragment(varchar) varchar': part(6),
    'url_encode(varchar) varchar': "replace(url_encode($1), '%20', '+')",
    'url_decode(varchar) varchar': "url_decode(replace($1, '+', ' '))",
  }),
  url_extract_parameter: scalar((call) => {
    call.takes(2);
    const query = part(5).replace('$1', () => text(call, 0));
    return typed(`cairn_url_parameter(${query}, ${text(call, 1)})`, VARCHAR);
  }),
};
