// SPDX-License-Identifier: Apache-2.0
import { readVectors } from './vector.js';

export const JSON_VECTORS = readVectors(String.raw`
# TestJsonFunctions.testJsonArrayLength
JSON_ARRAY_LENGTH('[]') ⇒ 0
JSON_ARRAY_LENGTH('[1, "foo", null]') ⇒ 3
JSON_ARRAY_LENGTH('[2, 4, {"a": [8, 9]}, [], [5], 4]') ⇒ 6
JSON_ARRAY_LENGTH(JSON '[1, "foo", null]') ⇒ 3
JSON_ARRAY_LENGTH(null) ⇒ NULL
# TestJsonFunctions.testJsonArrayContains…
JSON_ARRAY_CONTAINS('[]', true) ⇒ false
JSON_ARRAY_CONTAINS('[true, false]', false) ⇒ true
JSON_ARRAY_CONTAINS('[1]', true) ⇒ false
JSON_ARRAY_CONTAINS('[[true]]', true) ⇒ false
JSON_ARRAY_CONTAINS('[1, "foo", null, "true"]', true) ⇒ false
JSON_ARRAY_CONTAINS(JSON '[2, 4, {"a": [8, 9]}, [], [5], false]', false) ⇒ true
JSON_ARRAY_CONTAINS(null, true) ⇒ NULL
JSON_ARRAY_CONTAINS('[]', null) ⇒ NULL
JSON_ARRAY_CONTAINS('[-4]', -4) ⇒ true
JSON_ARRAY_CONTAINS('[1.0]', 1) ⇒ false
JSON_ARRAY_CONTAINS('[1, "foo", null, "8"]', 8) ⇒ false
JSON_ARRAY_CONTAINS('[92233720368547758071]', -9) ⇒ false
JSON_ARRAY_CONTAINS('[1.5]', 1.5) ⇒ true
JSON_ARRAY_CONTAINS('[1]', 1.0) ⇒ false
JSON_ARRAY_CONTAINS('["foo"]', 'foo') ⇒ true
JSON_ARRAY_CONTAINS('["foo", null]', cast(null as varchar)) ⇒ NULL
JSON_ARRAY_CONTAINS('[1, 5]', '5') ⇒ false
JSON_ARRAY_CONTAINS('[""]', '') ⇒ true
JSON_ARRAY_CONTAINS('', 8) ⇒ NULL
JSON_ARRAY_CONTAINS('123', 8) ⇒ NULL
JSON_ARRAY_CONTAINS('[', 8) ⇒ NULL
JSON_ARRAY_CONTAINS('[1,,0]', 8) ⇒ NULL
# TestJsonFunctions.testJsonArrayGet…
JSON_ARRAY_GET('[1]', 0) ⇒ 1
JSON_ARRAY_GET('[2, 7, 4]', 1) ⇒ 7
JSON_ARRAY_GET('[]', 0) ⇒ NULL
JSON_ARRAY_GET('[1, 3, 2]', 3) ⇒ NULL
JSON_ARRAY_GET('[2, 7, 4, 6, 8, 1, 0]', -1) ⇒ 0
JSON_ARRAY_GET('[2, 7, 4, 6, 8, 1, 0]', -7) ⇒ 2
JSON_ARRAY_GET('[2, 7, 4, 6, 8, 1, 0]', -8) ⇒ NULL
JSON_ARRAY_GET('[1]', null) ⇒ NULL
JSON_ARRAY_GET('', 1) ⇒ NULL
JSON_ARRAY_GET('["jhfa"]', 0) ⇒ jhfa
JSON_ARRAY_GET('["jhfa", null]', 1) ⇒ NULL
JSON_ARRAY_GET(JSON '["as", "fgs", "tehgf"]', 1) ⇒ fgs
JSON_ARRAY_GET('[""]', 0) ⇒
JSON_ARRAY_GET('[3.14]', 0) ⇒ 3.14
JSON_ARRAY_GET('[false, false, true]', 1) ⇒ false
JSON_ARRAY_GET('[{"hello":"world"}, [1,2, {"x" : 2} ]]', 1) ⇒ [1,2,{"x":2}]
JSON_ARRAY_GET('[{"hello":"world"}, {"a":[{"x":99}]}]', -1) ⇒ {"a":[{"x":99}]}
JSON_ARRAY_GET('[{null:null}]', 0) ⇒ NULL
# TestJsonFunctions.testInvalidJsonParse, testJsonFormat, testJsonSize
JSON 'INVALID' ⇒ error: JSON
JSON_PARSE('INVALID') ⇒ error: JSON
JSON_PARSE('"x": 1') ⇒ error: JSON
JSON_FORMAT(JSON '["a", "b"]') ⇒ ["a","b"]
JSON_SIZE('{"x": {"a" : 1, "b" : 2} }', '$') ⇒ 1
JSON_SIZE('{"x": {"a" : 1, "b" : 2} }', '$.x') ⇒ 2
JSON_SIZE('{"x": {"a" : 1, "b" : [1,2,3], "c" : {"w":9}} }', '$.x') ⇒ 3
JSON_SIZE('{"x": {"a" : 1, "b" : 2} }', '$.x.a') ⇒ 0
JSON_SIZE('[1,2,3]', '$') ⇒ 3
# TestJsonExtract.testFullScalarExtract
json_extract_scalar('{}', '$') ⇒ NULL
json_extract_scalar('{"fuu": {"bar": 1}}', '$.fuu') ⇒ NULL
json_extract_scalar('{"fuu": 1}', '$.fuu') ⇒ 1
json_extract_scalar('{"fuu": 1}', '$[fuu]') ⇒ 1
json_extract_scalar('{"fuu": 1}', '$["fuu"]') ⇒ 1
json_extract_scalar('{"fuu": null}', '$.fuu') ⇒ NULL
json_extract_scalar('{"fuu": 1}', '$.bar') ⇒ NULL
json_extract_scalar('{"fuu": 1, "bar": "abc"}', '$.bar') ⇒ abc
json_extract_scalar('{"fuu": [0.1, 1, 2]}', '$.fuu[0]') ⇒ 0.1
json_extract_scalar('{"fuu": [0, [100, 101], 2]}', '$.fuu[1]') ⇒ NULL
json_extract_scalar('{"fuu": [0, [100, 101], 2]}', '$.fuu[1][1]') ⇒ 101
json_extract_scalar('{"fuu": [0, {"bar": {"key" : ["value"]}}, 2]}', '$.fuu[1].bar.key[0]') ⇒ value
json_extract_scalar('[0, 1, 2]', '$[0]') ⇒ 0
json_extract_scalar('"abc"', '$') ⇒ abc
json_extract_scalar('123', '$') ⇒ 123
json_extract_scalar('null', '$') ⇒ NULL
json_extract_scalar('[0, 1, 2]', '$.1') ⇒ 1
json_extract_scalar('[0, 1, 2]', '$["1"]') ⇒ 1
json_extract_scalar('{"0" : 0, "1" : 1, "2" : 2}', '$.1') ⇒ 1
json_extract_scalar('{"0" : 0, "1" : 1, "2" : 2}', '$["1"]') ⇒ 1
json_extract_scalar('{"15day" : 0, "30day" : 1}', '$.30day') ⇒ 1
json_extract_scalar('{"15day" : 0, "30day" : 1}', '$[30day]') ⇒ 1
# TestJsonExtract.testFullJsonExtract
json_extract('{}', '$') ⇒ {}
json_extract('{"fuu": {"bar": 1}}', '$.fuu') ⇒ {"bar":1}
json_extract('{"fuu": null}', '$.fuu') ⇒ null
json_extract('{"fuu": 1}', '$.bar') ⇒ NULL
json_extract('{"fuu": 1, "bar": "abc"}', '$.bar') ⇒ "abc"
json_extract('{"fuu": [0, [100, 101], 2]}', '$.fuu[1]') ⇒ [100,101]
json_extract('{"fuu": {"bar": 1}}', '$["fuu"]["bar"]') ⇒ 1
json_extract('{"@$fuu": {".b.ar": 1}}', '$["@$fuu"]') ⇒ {".b.ar":1}
json_extract('{"fuu..": 1}', '$["fuu.."]') ⇒ 1
json_extract('{"fu*u": null}', '$["fu*u"]') ⇒ null
json_extract('{":fu:u:": 1, ":b:ar:": "abc"}', '$[":b:ar:"]') ⇒ "abc"
json_extract('{"?()fuu": [0.1, 1, 2]}', '$["?()fuu"][0]') ⇒ 0.1
json_extract('{"fuu": {"bar": 1}}', '$.fuu["bar"]') ⇒ 1
# TestJsonExtract.testInvalidExtracts
json_extract('{}', '$.bar[2][-1]') ⇒ error: Invalid JSON path: '$.bar[2][-1]'
json_extract('{}', '$.fuu..bar') ⇒ error: Invalid JSON path: '$.fuu..bar'
json_extract('{}', '$.') ⇒ error: Invalid JSON path: '$.'
json_extract('', '$$') ⇒ error: Invalid JSON path: '$$'
json_extract('', ' ') ⇒ error: Invalid JSON path: ' '
json_extract('{}', '$.store.book[') ⇒ error: Invalid JSON path: '$.store.book['
# JSON functions and operators: cast to JSON
CAST(NULL AS JSON) ⇒ NULL
CAST(1 AS JSON) ⇒ 1
CAST(9223372036854775807 AS JSON) ⇒ 9223372036854775807
CAST('abc' AS JSON) ⇒ "abc"
CAST(true AS JSON) ⇒ true
CAST(1.234 AS JSON) ⇒ 1.234
CAST(ARRAY[1, NULL, 456] AS JSON) ⇒ [1,null,456]
CAST(ARRAY[ARRAY[1, 23], ARRAY[456]] AS JSON) ⇒ [[1,23],[456]]
CAST(MAP(ARRAY['k1', 'k2', 'k3'], ARRAY[1, 23, 456]) AS JSON) ⇒ {"k1":1,"k2":23,"k3":456}
CAST(CAST(ROW(123, 'abc', true) AS ROW(v1 BIGINT, v2 VARCHAR, v3 BOOLEAN)) AS JSON) ⇒ {"v1":123,"v2":"abc","v3":true}
CAST('[1, 2, 3]' AS JSON) ⇒ "[1, 2, 3]"
CAST('"abc"' AS JSON) ⇒ "\"abc\""
CAST('null' AS JSON) ⇒ "null"
# TestMapOperators.testMapToJson
CAST(MAP(ARRAY[1, 2, 3], ARRAY['a', 'bb', null]) AS JSON) ⇒ {"1":"a","2":"bb","3":null}
CAST(MAP(ARRAY[2, 5, 3], ARRAY[DATE '2001-08-22', DATE '2001-08-23', null]) AS JSON) ⇒ {"2":"2001-08-22","3":null,"5":"2001-08-23"}
CAST(MAP(ARRAY['b', 'a'], ARRAY[2, 1]) AS JSON) ⇒ {"a":1,"b":2}
# JSON functions and operators: cast from JSON
CAST(JSON 'null' AS VARCHAR) ⇒ NULL
CAST(JSON '1' AS INTEGER) ⇒ 1
CAST(JSON '9223372036854775807' AS BIGINT) ⇒ 9223372036854775807
CAST(JSON '"abc"' AS VARCHAR) ⇒ abc
CAST(JSON 'true' AS BOOLEAN) ⇒ true
CAST(JSON '1.234' AS DOUBLE) ⇒ 1.234
CAST(JSON '[1,null,456]' AS ARRAY(INTEGER)) ⇒ [1, null, 456]
CAST(JSON '[[1,23],[456]]' AS ARRAY(ARRAY(INTEGER))) ⇒ [[1, 23], [456]]
CAST(JSON '{"k1":1,"k2":23,"k3":456}' AS MAP(VARCHAR, INTEGER)) ⇒ {k1=1, k2=23, k3=456}
CAST(JSON '{"v1":123,"v2":"abc","v3":true}' AS ROW(v1 BIGINT, v2 VARCHAR, v3 BOOLEAN)) ⇒ {v1=123, v2=abc, v3=true}
CAST(JSON '[123,"abc",true]' AS ROW(v1 BIGINT, v2 VARCHAR, v3 BOOLEAN)) ⇒ {v1=123, v2=abc, v3=true}
CAST(JSON '[[1, 23], 456]' AS ARRAY(JSON)) ⇒ [[1,23], 456]
CAST(JSON '{"k1": [1, 23], "k2": 456}' AS MAP(VARCHAR, JSON)) ⇒ {k1=[1,23], k2=456}
CAST(JSON '[null]' AS ARRAY(JSON)) ⇒ [null]
CAST(JSON '{"a": 1, "b": 2}' AS VARCHAR) ⇒ error: Cannot cast
CAST(JSON '[1, 2, 3]' AS VARCHAR) ⇒ error: Cannot cast
CAST(JSON '42' AS VARCHAR) ⇒ 42
CAST(JSON 'true' AS VARCHAR) ⇒ true
CAST(JSON '"2001-01-31"' AS DATE) ⇒ 2001-01-31
CAST(JSON 'null' AS DATE) ⇒ NULL
# TestArrayOperators.testJsonToArray
CAST(JSON '[true, false, 12, "puppies", "null", "", null]' AS array(VARCHAR)) ⇒ [true, false, 12, puppies, null, , null]
CAST(JSON '[5, 3.14, [1, 2, 3], "e", {"a": "b"}, null, "null", [null]]' AS array(JSON)) ⇒ [5, 3.14, [1,2,3], "e", {"a":"b"}, null, "null", [null]]
CAST(JSON '[[1, 2], [3, null], [], [null, null], null]' AS array(ARRAY(BIGINT))) ⇒ [[1, 2], [3, null], [], [null, null], null]
CAST(JSON '[{"k1": 1, "k2": "two"}, {"k2": null, "k1": 3}, null]' AS ARRAY(ROW(k1 BIGINT, k2 VARCHAR))) ⇒ [{k1=1, k2=two}, {k1=3, k2=null}, null]
CAST(JSON '[[1, "two"], [3, null], null]' AS ARRAY(ROW(k1 BIGINT, k2 VARCHAR))) ⇒ [{k1=1, k2=two}, {k1=3, k2=null}, null]
CAST(JSON '[1, 2.0, 3]' AS array(DECIMAL(10,5))) ⇒ [1.00000, 2.00000, 3.00000]
CAST(JSON '{"a": 1}' AS array(BIGINT)) ⇒ error: Expected ARRAY
CAST(JSON '["a", "b"]' AS array(BIGINT)) ⇒ error:
# TestMapOperators.testJsonToMap
CAST(JSON '{}' AS MAP(BIGINT, BIGINT)) ⇒ {}
CAST(JSON 'null' AS MAP(BIGINT, BIGINT)) ⇒ NULL
CAST(JSON '{"1": null, "2": null}' AS MAP(BIGINT, BIGINT)) ⇒ {1=null, 2=null}
CAST(JSON '{"1": true, "2": false, "3": 12, "8": "puppies", "55": null}' AS MAP(BIGINT, VARCHAR)) ⇒ {1=true, 2=false, 3=12, 8=puppies, 55=null}
CAST(JSON '{"1": [1, 2], "8": null}' AS MAP(BIGINT, ARRAY(BIGINT))) ⇒ {1=[1, 2], 8=null}
CAST(JSON '{"row3": {"k1": 1, "k2": "two"}, "row5": null}' AS MAP(VARCHAR, ROW(k1 BIGINT, k2 VARCHAR))) ⇒ {row3={k1=1, k2=two}, row5=null}
CAST(JSON '[1, 2]' AS MAP(BIGINT, BIGINT)) ⇒ error:
# JSON functions and operators: other functions
is_json_scalar('1') ⇒ true
is_json_scalar('[1, 2, 3]') ⇒ false
json_array_contains('[1, 2, 3]', 2) ⇒ true
json_array_get('["a", [3, 9], "c"]', 0) ⇒ a
json_array_get('["a", [3, 9], "c"]', 1) ⇒ [3,9]
json_array_get('["c", [3, 9], "a"]', -2) ⇒ [3,9]
json_array_get('["c", "b", "a"]', -10) ⇒ NULL
json_extract_scalar('[1, 2, 3]', '$[2]') ⇒ 3
json_format(JSON '{"a": 1, "b": 2}') ⇒ {"a":1,"b":2}
json_format(JSON '"abc"') ⇒ "abc"
json_format(JSON 'null') ⇒ null
json_parse('"abc"') ⇒ "abc"
json_parse('not_json') ⇒ error: JSON
# JSON functions and operators: json_query, json_value, json_exists
json_exists('{"comment" : "nice", "children" : [10, 13, 16]}', 'lax $.children[2]') ⇒ true
json_exists('{"comment" : "problematic", "children" : [8, 11]}', 'lax $.children[2]') ⇒ false
json_query('{"comment" : "nice", "children" : [10, 13, 16]}', 'lax $.children') ⇒ [10,13,16]
json_query('{"children" : [10, 13, 16]}', 'lax $.children[*]' WITHOUT ARRAY WRAPPER NULL ON ERROR) ⇒ NULL
json_query('{"children" : [2]}', 'lax $.children[*]' WITHOUT ARRAY WRAPPER NULL ON ERROR) ⇒ 2
json_query('{"children" : [10, 13, 16]}', 'lax $.children[last]' WITH ARRAY WRAPPER) ⇒ [16]
json_query('{"comment" : "knows best"}', 'strict $.comment' KEEP QUOTES) ⇒ "knows best"
json_query('{"comment" : "knows best"}', 'strict $.comment' OMIT QUOTES) ⇒ knows best
json_value('{"children" : [10, 13, 16]}', 'lax $.children[0]' RETURNING tinyint) ⇒ 10
json_value('{"children" : [10, 13, 16]}', 'strict $.children[2]' DEFAULT 'err' ON ERROR) ⇒ 16
json_value('{"children" : [8, 11]}', 'strict $.children[2]' DEFAULT 'err' ON ERROR) ⇒ err
json_value('{"children" : [2]}', 'lax $.children[2]' DEFAULT 'missing' ON EMPTY) ⇒ missing
json_value('{"comment" : "nice"}', 'lax $.comment') ⇒ nice
# JSON functions and operators: json_array, json_object
json_array(true, 12e-1, 'text') ⇒ [true,1.2,"text"]
json_array() ⇒ []
json_array(true, null, 1) ⇒ [true,1]
json_array(true, null, 1 ABSENT ON NULL) ⇒ [true,1]
json_array(true, null, 1 NULL ON NULL) ⇒ [true,null,1]
json_array(DATE '2001-01-31') ⇒ ["2001-01-31"]
json_object('key1' : 1, 'key2' : true) ⇒ {"key1":1,"key2":true}
json_object(KEY 'key1' VALUE 1, KEY 'key2' VALUE true) ⇒ {"key1":1,"key2":true}
json_object('key1' VALUE 1, 'key2' VALUE true) ⇒ {"key1":1,"key2":true}
json_object('x' : true, 'y' : 12e-1, 'z' : 'text') ⇒ {"x":true,"y":1.2,"z":"text"}
json_object() ⇒ {}
json_object('x' : null, 'y' : 1) ⇒ {"x":null,"y":1}
json_object('x' : null, 'y' : 1 ABSENT ON NULL) ⇒ {"y":1}
`);
