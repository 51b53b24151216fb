// SPDX-License-Identifier: Apache-2.0
import { readVectors } from './vector.js';

export const NETWORK_VECTORS = readVectors(`
# IP Address Functions
contains('10.0.0.0/8', IPADDRESS '10.255.255.255') ⇒ true
contains('10.0.0.0/8', IPADDRESS '11.255.255.255') ⇒ false
contains('2001:0db8:0:0:0:ff00:0042:8329/128', IPADDRESS '2001:0db8:0:0:0:ff00:0042:8329') ⇒ true
contains('2001:0db8:0:0:0:ff00:0042:8329/128', IPADDRESS '2001:0db8:0:0:0:ff00:0042:8328') ⇒ false
# TestIpAddressFunctions
contains('0.0.0.0/0', IPADDRESS '255.255.255.255') ⇒ true
contains('128.0.0.0/1', IPADDRESS '128.0.0.0') ⇒ true
contains('192.0.0.0/2', IPADDRESS '192.0.0.0') ⇒ true
contains('224.0.0.0/3', IPADDRESS '224.0.0.0') ⇒ true
contains('254.0.0.0/7', IPADDRESS '254.0.0.0') ⇒ true
contains('0.128.0.0/9', IPADDRESS '0.128.0.0') ⇒ true
contains('0.255.0.0/16', IPADDRESS '0.255.0.0') ⇒ true
contains('0.0.254.0/23', IPADDRESS '0.0.254.0') ⇒ true
contains('0.0.0.252/30', IPADDRESS '0.0.0.252') ⇒ true
contains('0.0.0.255/32', IPADDRESS '255.0.0.0') ⇒ false
contains('127.0.0.1/32', IPADDRESS '127.0.0.0') ⇒ false
contains('127.0.0.1/32', IPADDRESS '127.0.0.1') ⇒ true
contains('::ffff:7f00:0001/32', IPADDRESS '127.0.0.0') ⇒ false
contains('::ffff:7f00:0001/32', IPADDRESS '127.0.0.1') ⇒ true
contains('127.0.0.1/32', IPADDRESS '::ffff:7f00:0001') ⇒ true
contains('127.0.0.1/32', IPADDRESS '::ffff:7f00:0002') ⇒ false
contains('::ffff:0000:0000/0', IPADDRESS '::ffff:ffff:ffff') ⇒ true
contains('64:ff9b::10.0.0.0/64', IPADDRESS '64:ff9a:f:f:f:f:f:f') ⇒ false
contains('64:ff9b::10.0.0.0/64', IPADDRESS '64:ff9b:0:0:f:f:f:f') ⇒ true
contains('64:ff9b::10.0.0.0/64', IPADDRESS '64:ff9b:0:1:0:0:0:0') ⇒ false
contains('2001:0DB8:0000:CD30:0000:0000:0000:0000/60', IPADDRESS '2001:0DB8::CD30:0:0:0:0') ⇒ true
contains('2620:109:c003:104::/64', IPADDRESS '2620:109:c003:104::C01') ⇒ true
contains('::/0', IPADDRESS '2001::') ⇒ true
contains('::1/128', IPADDRESS '::1') ⇒ true
contains('::1/128', IPADDRESS '::') ⇒ false
contains('hello', IPADDRESS '1.2.3.4') ⇒ error: Invalid CIDR
contains('10.0.0.0/33', IPADDRESS '1.2.3.4') ⇒ error: Invalid
# After TestIpAddressOperators
IPADDRESS '1.2.3.4' ⇒ 1.2.3.4
IPADDRESS '192.168.0.0' ⇒ 192.168.0.0
IPADDRESS '::ffff:1.2.3.4' ⇒ 1.2.3.4
IPADDRESS '::ffff:102:304' ⇒ 1.2.3.4
IPADDRESS '2001:0db8:0000:0000:0000:ff00:0042:8329' ⇒ 2001:db8::ff00:42:8329
IPADDRESS '2001:db8:0:0:1:0:0:1' ⇒ 2001:db8::1:0:0:1
IPADDRESS '2001:db8:0:1:1:1:1:1' ⇒ 2001:db8:0:1:1:1:1:1
IPADDRESS '::' ⇒ ::
IPADDRESS '::1' ⇒ ::1
IPADDRESS 'facebook.com' ⇒ error: Cannot cast value to IPADDRESS
IPADDRESS '1.2.3' ⇒ error: Cannot cast value to IPADDRESS
IPADDRESS '64:ff9b::10' = IPADDRESS '64:ff9b::0:10' ⇒ true
IPADDRESS '2001:db8::ff00:42:8329' = IPADDRESS '2001:0DB8:0000:0000:0000:ff00:0042:8329' ⇒ true
IPADDRESS '1.2.3.4' = IPADDRESS '1.2.3.5' ⇒ false
IPADDRESS '1.2.3.4' < IPADDRESS '1.2.3.5' ⇒ true
IPADDRESS '9.0.0.0' < IPADDRESS '10.0.0.0' ⇒ true
cast(IPADDRESS '2001:0db8::1' as varchar) ⇒ 2001:db8::1
# After TestUrlFunctions.testUrlExtract
url_extract_protocol('http://example.com/path1/p.php?k1=v1&k2=v2#Ref1') ⇒ http
url_extract_host('http://example.com/path1/p.php?k1=v1&k2=v2#Ref1') ⇒ example.com
url_extract_port('http://example.com/path1/p.php?k1=v1&k2=v2#Ref1') ⇒ NULL
url_extract_path('http://example.com/path1/p.php?k1=v1&k2=v2#Ref1') ⇒ /path1/p.php
url_extract_query('http://example.com/path1/p.php?k1=v1&k2=v2#Ref1') ⇒ k1=v1&k2=v2
url_extract_fragment('http://example.com/path1/p.php?k1=v1&k2=v2#Ref1') ⇒ Ref1
url_extract_port('http://example.com:8080/path1') ⇒ 8080
url_extract_host('https://username:password@example.com') ⇒ example.com
url_extract_path('https://username:password@example.com') ⇒
url_extract_protocol('mailto:test@example.com') ⇒ mailto
url_extract_host('mailto:test@example.com') ⇒
url_extract_path('mailto:test@example.com') ⇒
url_extract_path('foo') ⇒ foo
url_extract_protocol('foo') ⇒
url_extract_host('http://example.com/^') ⇒ NULL
url_extract_path('http://example.com/^') ⇒ NULL
# TestUrlFunctions.testUrlExtractParameter
url_extract_parameter('http://example.com/path1/p.php?k1=v1&k2=v2&k3&k4#Ref1', 'k1') ⇒ v1
url_extract_parameter('http://example.com/path1/p.php?k1=v1&k2=v2&k3&k4#Ref1', 'k2') ⇒ v2
url_extract_parameter('http://example.com/path1/p.php?k1=v1&k2=v2&k3&k4#Ref1', 'k3') ⇒
url_extract_parameter('http://example.com/path1/p.php?k1=v1&k2=v2&k3&k4#Ref1', 'k5') ⇒ NULL
url_extract_parameter('http://example.com/path1/p.php?k1=v1&k1=v2&k1&k1#Ref1', 'k1') ⇒ v1
url_extract_parameter('http://example.com/path1/p.php?k=a=b=c&x=y#Ref1', 'k') ⇒ a=b=c
url_extract_parameter('http://example.com/path1/p.php?k1=a%26k2%3Db&k2=c#Ref1', 'k2') ⇒ c
url_extract_parameter('foo', 'k1') ⇒ NULL
# TestUrlFunctions.testUrlEncode, testUrlDecode
url_encode('http://test') ⇒ http%3A%2F%2Ftest
url_encode('http://test?a=b&c=d') ⇒ http%3A%2F%2Ftest%3Fa%3Db%26c%3Dd
url_encode('~@:.-*_+ ☃') ⇒ %7E%40%3A.-*_%2B+%E2%98%83
url_encode('test') ⇒ test
url_decode('http%3A%2F%2Ftest%3Fa%3Db%26c%3Dd') ⇒ http://test?a=b&c=d
url_decode('%7E%40%3A.-*_%2B+%E2%98%83') ⇒ ~@:.-*_+ ☃
url_decode('http%3A%2F%2F%E3%83%86%E3%82%B9%E3%83%88') ⇒ http://テスト
# URL functions
url_extract_protocol('http://localhost:8080/req_path') ⇒ http
url_extract_protocol('ftp://path/file') ⇒ ftp
# After TestUuidFunctions, TestUuidOperators
cast(UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59' as varchar) ⇒ 12151fd2-7586-11e9-8f9e-2a86e4085a59
UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59' = UUID '12151FD2-7586-11E9-8F9E-2A86E4085A59' ⇒ true
length(cast(uuid() as varchar)) ⇒ 36
`);
