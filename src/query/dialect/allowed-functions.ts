// SPDX-License-Identifier: Apache-2.0
import { MACRO_NAMES } from './macros.js';

/**
 * The functions of DuckDB that a translation may call: they compute, and nothing else. None reads a file, a setting or the
 * catalog, none writes, none runs SQL. In lower case; operators (`+`, `~~`) are not named.
 */
export const ALLOWED_FUNCTIONS: ReadonlySet<string> = new Set([
  ...MACRO_NAMES,
  ...`
  abs acos any_value approx_quantile arg_max arg_max_null arg_min arg_min_null array_to_string asin atan atan2 avg bin bit_and bit_count bit_or bit_xor bool_and
  bool_or cardinality cbrt ceil chr coalesce concat_ws corr cos cosh count count_star count_if covar_pop covar_samp create_sort_key cume_dist date_part
  date_sub date_trunc decode degrees dense_rank encode ends_with entropy epoch epoch_ms epoch_us exp first_value flatten floor from_base64 generate_series
  geomean greatest grouping hamming hex histogram isfinite isinf isnan json json_array json_array_length json_extract json_extract_string
  json_keys json_transform json_type kurtosis lag last_day last_value lead least left len list_concat length levenshtein like_escape
  list list_bool_or list_contains list_count list_distinct list_extract list_filter list_has_any list_max list_min list_position list_reduce
  list_reverse list_slice list_sort list_sum list_transform list_value list_zip ln log10 lower lpad ltrim make_timestamp make_timestamptz map map_concat map_contains map_entries
  map_extract_value map_from_entries map_keys map_values max md5 min nfc_normalize not_like_escape nth_value ntile nullif octet_length
  percent_rank pi power printf radians random rank regexp_extract regexp_extract_all regexp_full_match regexp_matches regexp_replace
  regr_intercept regr_slope repeat replace reverse right round row row_number rpad rtrim sha1 sha256 sign sin sinh skewness sqrt starts_with
  stddev_pop stddev_samp strftime string_agg string_split string_split_regex strpos strptime struct_extract struct_pack substring
  sum tan tanh timezone to_base to_base64 to_days to_hours to_json to_milliseconds to_minutes to_months to_seconds to_timestamp to_weeks
  to_years translate trim trunc unhex unicode unnest upper url_decode url_encode uuid var_pop var_samp xor
  `
    .trim()
    .split(/\s+/),
]);
