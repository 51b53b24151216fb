// SPDX-License-Identifier: Apache-2.0
import { readVectors } from './vector.js';

export const TIME_VECTORS = readVectors(`
# Date and time functions and operators: operators
date '2012-08-08' + interval '2' day ⇒ 2012-08-10
time '01:00' + interval '3' hour ⇒ 04:00:00.000
timestamp '2012-08-08 01:00' + interval '29' hour ⇒ 2012-08-09 06:00:00.000
timestamp '2012-10-31 01:00' + interval '1' month ⇒ 2012-11-30 01:00:00.000
interval '2' day + interval '3' hour ⇒ 2 03:00:00.000
interval '3' year + interval '5' month ⇒ 3-5
date '2012-08-08' - interval '2' day ⇒ 2012-08-06
time '01:00' - interval '3' hour ⇒ 22:00:00.000
timestamp '2012-08-08 01:00' - interval '29' hour ⇒ 2012-08-06 20:00:00.000
timestamp '2012-10-31 01:00' - interval '1' month ⇒ 2012-09-30 01:00:00.000
interval '2' day - interval '3' hour ⇒ 1 21:00:00.000
interval '3' year - interval '5' month ⇒ 2-7
timestamp '2012-10-31 01:00 UTC' ⇒ 2012-10-31 01:00:00.000 UTC
timestamp '2012-10-31 01:00 UTC' AT TIME ZONE 'America/Los_Angeles' ⇒ 2012-10-30 18:00:00.000 America/Los_Angeles
# Date and time functions and operators: functions
from_iso8601_timestamp('2020-05-11') ⇒ 2020-05-11 00:00:00.000 UTC
from_iso8601_timestamp('2020-05-11T11:15:05') ⇒ 2020-05-11 11:15:05.000 UTC
from_iso8601_timestamp('2020-05-11T11:15:05.055+01:00') ⇒ 2020-05-11 11:15:05.055 +01:00
from_iso8601_date('2020-05-11') ⇒ 2020-05-11
from_iso8601_date('2020-W10') ⇒ 2020-03-02
from_iso8601_date('2020-123') ⇒ 2020-05-02
with_timezone(TIMESTAMP '2022-11-01 09:08:07.321', 'America/Los_Angeles') ⇒ 2022-11-01 09:08:07.321 America/Los_Angeles
date_trunc('day' , TIMESTAMP '2022-10-20 05:10:00') ⇒ 2022-10-20 00:00:00.000
date_trunc('month' , TIMESTAMP '2022-10-20 05:10:00') ⇒ 2022-10-01 00:00:00.000
date_trunc('year', TIMESTAMP '2022-10-20 05:10:00') ⇒ 2022-01-01 00:00:00.000
date_trunc('millisecond', TIMESTAMP '2001-08-22 03:04:05.321') ⇒ 2001-08-22 03:04:05.321
date_add('second', 86, TIMESTAMP '2020-03-01 00:00:00') ⇒ 2020-03-01 00:01:26.000
date_add('hour', 9, TIMESTAMP '2020-03-01 00:00:00') ⇒ 2020-03-01 09:00:00.000
date_add('day', -1, TIMESTAMP '2020-03-01 00:00:00 UTC') ⇒ 2020-02-29 00:00:00.000 UTC
date_diff('second', TIMESTAMP '2020-03-01 00:00:00', TIMESTAMP '2020-03-02 00:00:00') ⇒ 86400
date_diff('hour', TIMESTAMP '2020-03-01 00:00:00 UTC', TIMESTAMP '2020-03-02 00:00:00 UTC') ⇒ 24
date_diff('day', DATE '2020-03-01', DATE '2020-03-02') ⇒ 1
date_diff('second', TIMESTAMP '2020-06-01 12:30:45.000000000', TIMESTAMP '2020-06-02 12:30:45.123456789') ⇒ 86400
date_diff('millisecond', TIMESTAMP '2020-06-01 12:30:45.000000000', TIMESTAMP '2020-06-02 12:30:45.123456789') ⇒ 86400123
parse_duration('42.8ms') ⇒ 0 00:00:00.043
parse_duration('3.81 d') ⇒ 3 19:26:24.000
parse_duration('5m') ⇒ 0 00:05:00.000
human_readable_seconds(96) ⇒ 1 minute, 36 seconds
human_readable_seconds(3762) ⇒ 1 hour, 2 minutes, 42 seconds
human_readable_seconds(56363463) ⇒ 93 weeks, 1 day, 8 hours, 31 minutes, 3 seconds
date_format(TIMESTAMP '2022-10-20 05:10:00', '%m-%d-%Y %H') ⇒ 10-20-2022 05
date_parse('2022/10/20/05', '%Y/%m/%d/%H') ⇒ 2022-10-20 05:00:00.000
extract(YEAR FROM TIMESTAMP '2022-10-20 05:10:00') ⇒ 2022
timezone(TIMESTAMP '2024-01-01 12:00:00 Asia/Tokyo') ⇒ Asia/Tokyo
timezone(TIMESTAMP '2024-01-01 12:00:00 +01:00') ⇒ +01:00
timezone(TIMESTAMP '2024-02-29 12:00:00 UTC') ⇒ UTC
# TestDateTimeFunctions.testFromUnixTime, testFromUnixTimeWithTimeZone
from_unixtime(7200) ⇒ 1970-01-01 02:00:00.000 UTC
from_unixtime(980132645.888E0) ⇒ 2001-01-22 03:04:05.888 UTC
from_unixtime(7200, 'Asia/Shanghai') ⇒ 1970-01-01 10:00:00.000 Asia/Shanghai
from_unixtime(7200, 'Asia/Tokyo') ⇒ 1970-01-01 11:00:00.000 Asia/Tokyo
from_unixtime(7200, 'Europe/Moscow') ⇒ 1970-01-01 05:00:00.000 Europe/Moscow
from_unixtime(7200, 'America/New_York') ⇒ 1969-12-31 21:00:00.000 America/New_York
from_unixtime(7200, 'America/Los_Angeles') ⇒ 1969-12-31 18:00:00.000 America/Los_Angeles
from_unixtime(980132645, 1, 10) ⇒ 2001-01-22 04:14:05.000 +01:10
from_unixtime(0, 10000, 0) ⇒ error: offset
from_unixtime_nanos(1234567890123456789) ⇒ 2009-02-13 23:31:30.123 UTC
# TestDateTimeFunctions.testToUnixTime, testDate, testToIso8601
to_unixtime(TIMESTAMP '2001-08-22 03:04:05.321 +07:09') ⇒ 9.98423705321E8
date('2001-08-22') ⇒ 2001-08-22
date(TIMESTAMP '2001-08-22 03:04:05.321 +07:09') ⇒ 2001-08-22
date(TIMESTAMP '2001-08-22 03:04:05.321') ⇒ 2001-08-22
to_iso8601(TIMESTAMP '2001-08-22 03:04:05.321') ⇒ 2001-08-22T03:04:05.321
to_iso8601(TIMESTAMP '2001-08-22 03:04:05.321 +07:09') ⇒ 2001-08-22T03:04:05.321+07:09
to_iso8601(DATE '2001-08-22') ⇒ 2001-08-22
from_iso8601_timestamp('2001-08-22T03:04:05.321+07:09') ⇒ 2001-08-22 03:04:05.321 +07:09
from_iso8601_date('2001-08-22') ⇒ 2001-08-22
# TestDateTimeFunctions.testPartFunctions
millisecond(TIMESTAMP '2001-08-22 03:04:05.321') ⇒ 321
second(TIMESTAMP '2001-08-22 03:04:05.321') ⇒ 5
minute(TIMESTAMP '2001-08-22 03:04:05.321') ⇒ 4
hour(TIMESTAMP '2001-08-22 03:04:05.321') ⇒ 3
day_of_week(TIMESTAMP '2001-08-22 03:04:05.321') ⇒ 3
day_of_year(TIMESTAMP '2001-08-22 03:04:05.321') ⇒ 234
week(TIMESTAMP '2001-08-22 03:04:05.321') ⇒ 34
quarter(TIMESTAMP '2001-08-22 03:04:05.321') ⇒ 3
hour(TIMESTAMP '2001-08-22 03:04:05.321 +07:09') ⇒ 3
minute(TIMESTAMP '2001-08-22 03:04:05.321 +07:09') ⇒ 4
doy(TIMESTAMP '2001-08-22 03:04:05.321 +07:09') ⇒ 234
timezone_minute(TIMESTAMP '2001-08-22 03:04:05.321 +07:09') ⇒ 9
timezone_hour(TIMESTAMP '2001-08-22 03:04:05.321 +07:09') ⇒ 7
millisecond(TIME '03:04:05.321') ⇒ 321
second(TIME '03:04:05.321') ⇒ 5
hour(TIME '03:04:05.321') ⇒ 3
millisecond(INTERVAL '90061.234' SECOND) ⇒ 234
second(INTERVAL '90061.234' SECOND) ⇒ 1
minute(INTERVAL '90061.234' SECOND) ⇒ 1
hour(INTERVAL '90061.234' SECOND) ⇒ 1
# TestDateTimeFunctions.testYearOfWeek
year_of_week(DATE '2001-08-22') ⇒ 2001
yow(DATE '2001-08-22') ⇒ 2001
year_of_week(DATE '2005-01-02') ⇒ 2004
year_of_week(DATE '2008-12-28') ⇒ 2008
year_of_week(DATE '2008-12-29') ⇒ 2009
year_of_week(DATE '2010-01-03') ⇒ 2009
year_of_week(TIMESTAMP '2010-01-03 03:04:05.321') ⇒ 2009
# TestDateTimeFunctions.testLastDayOfMonth
last_day_of_month(DATE '2019-08-01') ⇒ 2019-08-31
last_day_of_month(TIMESTAMP '2019-08-31 23:59:59.999') ⇒ 2019-08-31
last_day_of_month(TIMESTAMP '2018-12-31 23:59:59.999 Asia/Tokyo') ⇒ 2018-12-31
last_day_of_month(TIMESTAMP '2019-01-01 00:00:00.000 America/Los_Angeles') ⇒ 2019-01-31
last_day_of_month(TIMESTAMP '2019-01-01 00:00:00.001 -05:45') ⇒ 2019-01-31
# TestDateTimeFunctions.testExtractFromTimestamp, testExtractFromTime, testExtractFromDate
extract(second FROM TIMESTAMP '2001-08-22 03:04:05.321') ⇒ 5
extract(dow FROM TIMESTAMP '2001-08-22 03:04:05.321') ⇒ 3
extract(day_of_month FROM TIMESTAMP '2001-08-22 03:04:05.321') ⇒ 22
extract(year_of_week FROM TIMESTAMP '2001-08-22 03:04:05.321') ⇒ 2001
extract(timezone_minute FROM TIMESTAMP '2001-08-22 03:04:05.321 +07:09') ⇒ 9
extract(timezone_hour FROM TIMESTAMP '2001-08-22 03:04:05.321 +07:09') ⇒ 7
extract(minute FROM TIME '03:04:05.321') ⇒ 4
extract(doy FROM DATE '2001-08-22') ⇒ 234
extract(week FROM DATE '2001-08-22') ⇒ 34
extract(quarter FROM DATE '2001-03-31') ⇒ 1
extract(quarter FROM DATE '2001-04-01') ⇒ 2
extract(quarter FROM TIMESTAMP '2001-12-31 23:59:59.999') ⇒ 4
extract(quarter FROM TIMESTAMP '2001-10-01 00:00:00.000 +06:00') ⇒ 4
# TestDateTimeFunctions.testExtractFromInterval
extract(second FROM INTERVAL '65' SECOND) ⇒ 5
extract(minute FROM INTERVAL '64' MINUTE) ⇒ 4
extract(minute FROM INTERVAL '247' SECOND) ⇒ 4
extract(hour FROM INTERVAL '27' HOUR) ⇒ 3
extract(hour FROM INTERVAL '187' MINUTE) ⇒ 3
extract(day FROM INTERVAL '2' DAY) ⇒ 2
extract(day FROM INTERVAL '55' HOUR) ⇒ 2
extract(month FROM INTERVAL '15' MONTH) ⇒ 3
extract(year FROM INTERVAL '29' MONTH) ⇒ 2
# TestDateTimeFunctions.testTruncateTimestamp, testTruncateTime, testTruncateDate
date_trunc('second', TIMESTAMP '2001-08-22 03:04:05.321') ⇒ 2001-08-22 03:04:05.000
date_trunc('minute', TIMESTAMP '2001-08-22 03:04:05.321') ⇒ 2001-08-22 03:04:00.000
date_trunc('week', TIMESTAMP '2001-08-22 03:04:05.321') ⇒ 2001-08-20 00:00:00.000
date_trunc('quarter', TIMESTAMP '2001-08-22 03:04:05.321') ⇒ 2001-07-01 00:00:00.000
date_trunc('hour', TIMESTAMP '2001-08-22 03:04:05.321 +07:09') ⇒ 2001-08-22 03:00:00.000 +07:09
date_trunc('day', TIMESTAMP '2001-08-22 03:04:05.321 +07:09') ⇒ 2001-08-22 00:00:00.000 +07:09
date_trunc('second', TIME '03:04:05.321') ⇒ 03:04:05.000
date_trunc('minute', TIME '03:04:05.321') ⇒ 03:04:00.000
date_trunc('hour', TIME '03:04:05.321') ⇒ 03:00:00.000
date_trunc('week', DATE '2001-08-22') ⇒ 2001-08-20
date_trunc('quarter', DATE '2001-08-22') ⇒ 2001-07-01
# TestDateTimeFunctions.testAddFieldToTimestamp, testAddFieldToDate, testAddFieldToTime
date_add('millisecond', 3, TIMESTAMP '2001-08-22 03:04:05.321') ⇒ 2001-08-22 03:04:05.324
date_add('hour', -23, TIMESTAMP '2001-08-22 03:04:05.321') ⇒ 2001-08-21 04:04:05.321
date_add('quarter', 3, TIMESTAMP '2001-08-22 03:04:05.321') ⇒ 2002-05-22 03:04:05.321
date_add('year', 3, TIMESTAMP '2001-08-22 03:04:05.321 +07:09') ⇒ 2004-08-22 03:04:05.321 +07:09
date_add('week', 3, DATE '2001-08-22') ⇒ 2001-09-12
date_add('quarter', 3, DATE '2001-08-22') ⇒ 2002-05-22
date_add('millisecond', 3, TIME '03:04:05.321') ⇒ 03:04:05.324
date_add('hour', 23, TIME '03:04:05.321') ⇒ 02:04:05.321
date_add('hour', -4, TIME '03:04:05.321') ⇒ 23:04:05.321
# TestDateTimeFunctions.testDateDiffTimestamp, testDateDiffDate, testDateDiffTime
date_diff('minute', TIMESTAMP '1960-05-03 07:02:09.678', TIMESTAMP '2001-08-22 03:04:05.321') ⇒ 21723601
date_diff('day', TIMESTAMP '1960-05-03 07:02:09.678', TIMESTAMP '2001-08-22 03:04:05.321') ⇒ 15085
date_diff('week', TIMESTAMP '1960-05-03 07:02:09.678', TIMESTAMP '2001-08-22 03:04:05.321') ⇒ 2155
date_diff('month', TIMESTAMP '1960-05-03 07:02:09.678', TIMESTAMP '2001-08-22 03:04:05.321') ⇒ 495
date_diff('quarter', TIMESTAMP '1960-05-03 07:02:09.678', TIMESTAMP '2001-08-22 03:04:05.321') ⇒ 165
date_diff('year', DATE '1960-05-03', DATE '2001-08-22') ⇒ 41
date_diff('hour', TIME '07:02:09.678', TIME '03:04:05.321') ⇒ -3
date_diff('minute', TIME '07:02:09.678', TIME '03:04:05.321') ⇒ -238
# TestDateTimeFunctions.testParseDatetime, testFormatDatetime
parse_datetime('2020-08-18 03:04:05.678', 'yyyy-MM-dd HH:mm:ss.SSS') ⇒ 2020-08-18 03:04:05.678 UTC
parse_datetime('1960/01/22 03:04', 'yyyy/MM/dd HH:mm') ⇒ 1960-01-22 03:04:00.000 UTC
parse_datetime('1960/01/22 03:04 +0500', 'yyyy/MM/dd HH:mm Z') = TIMESTAMP '1960-01-22 03:04:00 +05:00' ⇒ true
format_datetime(TIMESTAMP '2001-08-22 03:04:05.321', 'YYYY/MM/dd HH:mm') ⇒ 2001/08/22 03:04
format_datetime(TIMESTAMP '2001-08-22 03:04:05.321 +07:09', 'YYYY/MM/dd HH:mm') ⇒ 2001/08/22 03:04
format_datetime(TIMESTAMP '2001-08-22 03:04:05.321 +07:09', 'YYYY/MM/dd HH:mm ZZZZ') ⇒ 2001/08/22 03:04 +07:09
# TestDateTimeFunctions.testDateFormat
date_format(TIMESTAMP '2001-01-09 13:04:05.321', '%a') ⇒ Tue
date_format(TIMESTAMP '2001-01-09 13:04:05.321', '%b') ⇒ Jan
date_format(TIMESTAMP '2001-01-09 13:04:05.321', '%c') ⇒ 1
date_format(TIMESTAMP '2001-01-09 13:04:05.321', '%d') ⇒ 09
date_format(TIMESTAMP '2001-01-09 13:04:05.321', '%e') ⇒ 9
date_format(TIMESTAMP '2001-01-09 13:04:05.321', '%f') ⇒ 321000
date_format(TIMESTAMP '2001-01-09 13:04:05.321', '%H') ⇒ 13
date_format(TIMESTAMP '2001-01-09 13:04:05.321', '%h') ⇒ 01
date_format(TIMESTAMP '2001-01-09 13:04:05.321', '%I') ⇒ 01
date_format(TIMESTAMP '2001-01-09 13:04:05.321', '%i') ⇒ 04
date_format(TIMESTAMP '2001-01-09 13:04:05.321', '%j') ⇒ 009
date_format(TIMESTAMP '2001-01-09 13:04:05.321', '%k') ⇒ 13
date_format(TIMESTAMP '2001-01-09 13:04:05.321', '%l') ⇒ 1
date_format(TIMESTAMP '2001-01-09 13:04:05.321', '%M') ⇒ January
date_format(TIMESTAMP '2001-01-09 13:04:05.321', '%m') ⇒ 01
date_format(TIMESTAMP '2001-01-09 13:04:05.321', '%p') ⇒ PM
date_format(TIMESTAMP '2001-01-09 13:04:05.321', '%r') ⇒ 01:04:05 PM
date_format(TIMESTAMP '2001-01-09 13:04:05.321', '%S') ⇒ 05
date_format(TIMESTAMP '2001-01-09 13:04:05.321', '%s') ⇒ 05
date_format(TIMESTAMP '2001-01-09 13:04:05.321', '%T') ⇒ 13:04:05
date_format(TIMESTAMP '2001-01-09 13:04:05.321', '%v') ⇒ 02
date_format(TIMESTAMP '2001-01-09 13:04:05.321', '%W') ⇒ Tuesday
date_format(TIMESTAMP '2001-01-09 13:04:05.321', '%Y') ⇒ 2001
date_format(TIMESTAMP '2001-01-09 13:04:05.321', '%y') ⇒ 01
date_format(TIMESTAMP '2001-01-09 13:04:05.321', '%%') ⇒ %
date_format(TIMESTAMP '2001-01-09 13:04:05.321', 'foo') ⇒ foo
date_format(TIMESTAMP '2001-01-09 13:04:05.321', '%g') ⇒ g
date_format(TIMESTAMP '2001-01-09 13:04:05.321', '%4') ⇒ 4
date_format(TIMESTAMP '2001-01-09 13:04:05.321', '%x %v') ⇒ 2001 02
date_format(TIMESTAMP '2001-01-09 13:04:05.321', '%Y年%m月%d日') ⇒ 2001年01月09日
date_format(TIMESTAMP '2001-01-09 13:04:05.321 +07:09', '%H') ⇒ 13
date_format(TIMESTAMP '2001-01-09 13:04:05.32', '%f') ⇒ 320000
date_format(TIMESTAMP '2001-01-09 00:04:05.32', '%k') ⇒ 0
date_format(DATE '2001-01-09', '%D') ⇒ error: %D not supported in date format string
date_format(DATE '2001-01-09', '%U') ⇒ error: %U not supported in date format string
date_format(DATE '2001-01-09', '%w') ⇒ error: %w not supported in date format string
date_format(DATE '2001-01-09', '%X') ⇒ error: %X not supported in date format string
# TestDateTimeFunctions.testDateParse
date_parse('2013', '%Y') ⇒ 2013-01-01 00:00:00.000
date_parse('2013-05', '%Y-%m') ⇒ 2013-05-01 00:00:00.000
date_parse('2013-05-17', '%Y-%m-%d') ⇒ 2013-05-17 00:00:00.000
date_parse('2013-05-17 12:35:10', '%Y-%m-%d %h:%i:%s') ⇒ 2013-05-17 00:35:10.000
date_parse('2013-05-17 12:35:10 PM', '%Y-%m-%d %h:%i:%s %p') ⇒ 2013-05-17 12:35:10.000
date_parse('2013-05-17 12:35:10 AM', '%Y-%m-%d %h:%i:%s %p') ⇒ 2013-05-17 00:35:10.000
date_parse('2013-05-17 23:35:10', '%Y-%m-%d %H:%i:%s') ⇒ 2013-05-17 23:35:10.000
date_parse('abc 2013-05-17 fff 23:35:10 xyz', 'abc %Y-%m-%d fff %H:%i:%s xyz') ⇒ 2013-05-17 23:35:10.000
date_parse('1998 53', '%x %v') ⇒ 1998-12-28 00:00:00.000
date_parse('1.1', '%s.%f') ⇒ 1970-01-01 00:00:01.100
date_parse('1.01', '%s.%f') ⇒ 1970-01-01 00:00:01.010
date_parse('1.2006', '%s.%f') ⇒ 1970-01-01 00:00:01.200
date_parse('59.123456789', '%s.%f') ⇒ 1970-01-01 00:00:59.123
date_parse('0', '%k') ⇒ 1970-01-01 00:00:00.000
date_parse('28-JAN-16 11.45.46.421000 PM','%d-%b-%y %l.%i.%s.%f %p') ⇒ 2016-01-28 23:45:46.421
date_parse('11-DEC-70 11.12.13.456000 AM','%d-%b-%y %l.%i.%s.%f %p') ⇒ 1970-12-11 11:12:13.456
date_parse('', '%D') ⇒ error: %D not supported in date format string
date_parse('', '%w') ⇒ error: %w not supported in date format string
# TestDateTimeFunctions.testDateTimeOutputString
date '0001-10-25' ⇒ 0001-10-25
date '1560-04-29' ⇒ 1560-04-29
time '23:59:59.999' ⇒ 23:59:59.999
timestamp '1234-05-06 23:23:23.233' ⇒ 1234-05-06 23:23:23.233
timestamp '2333-02-23 23:59:59.999 Asia/Tokyo' ⇒ 2333-02-23 23:59:59.999 Asia/Tokyo
# TestDateTimeFunctions.testParseDuration, testIntervalDayToSecondToMilliseconds
parse_duration('1234 us') ⇒ 0 00:00:00.001
parse_duration('1234 ms') ⇒ 0 00:00:01.234
parse_duration('1234 s') ⇒ 0 00:20:34.000
parse_duration('1234 h') ⇒ 51 10:00:00.000
parse_duration('1234.567 ms') ⇒ 0 00:00:01.235
parse_duration('1234.567m') ⇒ 0 20:34:34.020
parse_duration('1234.567d') ⇒ 1234 13:36:28.800
parse_duration('1f') ⇒ error: Unknown time unit: f
parse_duration('abc') ⇒ error: duration is not a valid data duration string: abc
to_milliseconds(parse_duration('1ms')) ⇒ 1
to_milliseconds(parse_duration('1h')) ⇒ 3600000
to_milliseconds(parse_duration('1d')) ⇒ 86400000
# TestDateTimeFunctions.testWithTimezone
with_timezone(TIMESTAMP '2001-08-22 03:04:05.321', 'UTC') ⇒ 2001-08-22 03:04:05.321 UTC
with_timezone(TIMESTAMP '2001-08-22 03:04:05.321', '+00:45') ⇒ 2001-08-22 03:04:05.321 +00:45
with_timezone(TIMESTAMP '2001-12-01 03:04:05.321', 'America/Los_Angeles') ⇒ 2001-12-01 03:04:05.321 America/Los_Angeles
with_timezone(TIMESTAMP '2001-08-22 03:04:05.321', 'invalidzoneid') ⇒ error: 'invalidzoneid' is not a valid time zone
# TestIntervalDayTime
INTERVAL '12 10:45:32.123' DAY TO SECOND ⇒ 12 10:45:32.123
INTERVAL '12 10:45' DAY TO SECOND ⇒ 12 10:45:00.000
INTERVAL '-12 10:45:32.12' DAY TO SECOND ⇒ -12 10:45:32.120
INTERVAL '12 10' DAY TO HOUR ⇒ 12 10:00:00.000
INTERVAL '90' DAY ⇒ 90 00:00:00.000
INTERVAL '10:45:32.123' HOUR TO SECOND ⇒ 0 10:45:32.123
INTERVAL '10:45' HOUR TO MINUTE ⇒ 0 10:45:00.000
INTERVAL '45:32.123' MINUTE TO SECOND ⇒ 0 00:45:32.123
INTERVAL '32.12' SECOND ⇒ 0 00:00:32.120
INTERVAL '12X' DAY ⇒ error: INTERVAL
INTERVAL '12 10' DAY ⇒ error: INTERVAL
INTERVAL '12 -10' DAY TO HOUR ⇒ error: INTERVAL
INTERVAL '3' SECOND + INTERVAL '6' DAY ⇒ 6 00:00:03.000
INTERVAL '3' SECOND - INTERVAL '6' DAY ⇒ -5 23:59:57.000
INTERVAL '6' SECOND * 2 ⇒ 0 00:00:12.000
2.5 * INTERVAL '1' SECOND ⇒ 0 00:00:02.500
INTERVAL '1' DAY * 2.5 ⇒ 2 12:00:00.000
INTERVAL '3' SECOND / 2 ⇒ 0 00:00:01.500
INTERVAL '6' SECOND / 2.5 ⇒ 0 00:00:02.400
INTERVAL '4' DAY / 2.5 ⇒ 1 14:24:00.000
INTERVAL '6' DAY / 0 ⇒ error: zero
- INTERVAL '3' SECOND ⇒ -0 00:00:03.000
INTERVAL '6' DAY = INTERVAL '6' DAY ⇒ true
INTERVAL '3' SECOND < INTERVAL '4' SECOND ⇒ true
INTERVAL '3' SECOND between INTERVAL '2' SECOND and INTERVAL '4' SECOND ⇒ true
cast(INTERVAL '12 10:45:32.123' DAY TO SECOND as varchar) ⇒ 12 10:45:32.123
cast(INTERVAL '45' MINUTE as varchar) ⇒ 0 00:45:00.000
# TestIntervalYearMonth
INTERVAL '124-30' YEAR TO MONTH ⇒ 126-6
INTERVAL '-124-30' YEAR TO MONTH ⇒ -126-6
INTERVAL '124' YEAR ⇒ 124-0
INTERVAL '30' MONTH ⇒ 2-6
INTERVAL '124-30' YEAR ⇒ error: INTERVAL
INTERVAL '124--30' YEAR TO MONTH ⇒ error: INTERVAL
INTERVAL '3' MONTH + INTERVAL '6' YEAR ⇒ 6-3
INTERVAL '3' MONTH - INTERVAL '6' YEAR ⇒ -5-9
INTERVAL '10' MONTH * 2.5 ⇒ 2-1
INTERVAL '1' YEAR * 2.5 ⇒ 2-6
INTERVAL '60' MONTH / 2.5 ⇒ 2-0
INTERVAL '4' YEAR / 4.8 ⇒ 0-10
- INTERVAL '6' YEAR ⇒ -6-0
cast(INTERVAL '124-30' YEAR TO MONTH as varchar) ⇒ 126-6
`);
