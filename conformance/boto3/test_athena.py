# SPDX-License-Identifier: Apache-2.0
"""Oracle: boto3 with its paginators, in the way of PyAthena (start, poll, fetch), against a server that run.mjs started."""
import csv
import io
import json
import time
import uuid

import boto3
import pytest
from botocore.exceptions import ClientError


@pytest.fixture(scope="module")
def output():
    name = f"boto3-athena-{uuid.uuid4().hex[:12]}"
    boto3.client("s3").create_bucket(Bucket=name)
    return f"s3://{name}/out/"


def execute(athena, sql, output, **more):
    started = athena.start_query_execution(
        QueryString=sql, ResultConfiguration={"OutputLocation": output}, **more
    )
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        found = athena.get_query_execution(QueryExecutionId=started["QueryExecutionId"])["QueryExecution"]
        if found["Status"]["State"] not in ("QUEUED", "RUNNING"):
            return found
        time.sleep(0.05)
    raise AssertionError("the query did not end")


def fetch(athena, execution):
    assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
    pages = athena.get_paginator("get_query_results").paginate(
        QueryExecutionId=execution["QueryExecutionId"], PaginationConfig={"PageSize": 7}
    )
    rows, columns = [], None
    for page in pages:
        columns = columns or page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
        rows += [[cell.get("VarCharValue") for cell in row["Data"]] for row in page["ResultSet"]["Rows"]]
    return columns, rows


def test_start_poll_fetch(output):
    athena, s3 = boto3.client("athena"), boto3.client("s3")
    execution = execute(
        athena,
        "SELECT n, CAST(n AS double) / 2 AS half, CASE WHEN n = 3 THEN NULL ELSE 'x' || CAST(n AS varchar) END AS t "
        "FROM UNNEST(sequence(1, 30)) AS s(n) ORDER BY n",
        output,
    )
    columns, rows = fetch(athena, execution)
    assert [(each["Name"], each["Type"], each["Precision"]) for each in columns] == [
        ("n", "bigint", 19), ("half", "double", 17), ("t", "varchar", 2147483647),
    ]
    expected = [["n", "half", "t"]] + [
        [str(n), str(n / 2), None if n == 3 else f"x{n}"] for n in range(1, 31)
    ]
    assert rows == expected
    bucket, key = execution["ResultConfiguration"]["OutputLocation"][5:].split("/", 1)
    text = s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
    assert list(csv.reader(io.StringIO(text))) == [[cell or "" for cell in row] for row in expected]
    statistics = execution["Statistics"]
    assert statistics["TotalExecutionTimeInMillis"] >= statistics["QueryQueueTimeInMillis"] >= 0


def test_the_history_sees_the_call_before(output):
    athena, sts = boto3.client("athena"), boto3.client("sts")
    sts.get_caller_identity()
    _, rows = fetch(athena, execute(
        athena, "SELECT count(*) > 0 FROM cairn_history WHERE eventname = 'GetCallerIdentity'", output
    ))
    assert rows[1:] == [["true"]]


def test_json_table_over_the_history(output):
    athena = boto3.client("athena")
    bucket = output.split("/")[2]
    _, rows = fetch(athena, execute(
        athena,
        "SELECT h.eventname, j.bucket FROM cairn_history AS h, JSON_TABLE(h.requestparameters, 'lax $' "
        "COLUMNS (bucket varchar PATH 'lax $.bucketName')) AS j "
        f"WHERE h.eventname = 'CreateBucket' AND j.bucket = '{bucket}'",
        output,
    ))
    assert rows[1:] == [["CreateBucket", bucket]]


def test_explain_says_the_plan_and_analyze_the_figures(output):
    athena = boto3.client("athena")
    sql = "SELECT eventname, count(*) AS n FROM cairn_history GROUP BY eventname"
    columns, rows = fetch(athena, execute(athena, f"EXPLAIN {sql}", output))
    assert [(each["Name"], each["Type"]) for each in columns] == [("Query Plan", "varchar")]
    assert [row[0] for row in rows[1:]] == [
        "Output[columnNames = [eventname, n]]",
        "│   Layout: [eventname:varchar, n:bigint]",
        "└─ Project[]",
        "   │   n := count(*)",
        "   └─ Aggregate[keys = [eventname]]",
        "      │   count(*)",
        "      └─ TableScan[table = awsdatacatalog:default:cairn_history]",
        "             Layout: [eventname:varchar]",
        # A plan ends with two line ends, and Athena adds one.
        "", "", "",
    ]
    _, rows = fetch(athena, execute(athena, f"EXPLAIN ANALYZE (FORMAT JSON) {sql}", output))
    (fragment,) = json.loads("\n".join(row[0] for row in rows[1:]))["fragments"]
    assert int(fragment["stageStats"]["inputRows"].split()[0]) > 0
    _, rows = fetch(athena, execute(athena, f"EXPLAIN (TYPE VALIDATE) {sql}", output))
    assert rows == [["Valid"], ["true"], [""]]


def test_a_query_that_fails_raises_what_athena_raises(output):
    athena = boto3.client("athena")
    execution = execute(athena, "SELECT * FROM nope", output)
    assert execution["Status"]["State"] == "FAILED"
    assert execution["Status"]["AthenaError"]["ErrorType"] == 1301
    with pytest.raises(ClientError) as caught:
        athena.get_query_results(QueryExecutionId=execution["QueryExecutionId"])
    error = caught.value.response
    assert error["Error"]["Code"] == "InvalidRequestException"
    assert error["Error"]["Message"] == "Query did not finish successfully. Final query state: FAILED"
    assert error["AthenaErrorCode"] == "INVALID_QUERY_EXECUTION_STATE"
    with pytest.raises(athena.exceptions.InvalidRequestException):
        athena.get_query_results(QueryExecutionId=str(uuid.uuid4()))


def test_a_query_can_be_stopped(output):
    athena = boto3.client("athena")
    started = athena.start_query_execution(
        QueryString="SELECT count(*) FROM UNNEST(sequence(1, 40000)) AS a(x), UNNEST(sequence(1, 40000)) AS b(y), "
        "UNNEST(sequence(1, 40000)) AS c(z) WHERE x + y + z = 1",
        ResultConfiguration={"OutputLocation": output},
    )
    athena.stop_query_execution(QueryExecutionId=started["QueryExecutionId"])
    status = athena.get_query_execution(QueryExecutionId=started["QueryExecutionId"])["QueryExecution"]["Status"]
    assert (status["State"], status["StateChangeReason"]) == ("CANCELLED", "Query cancelled by user")
    with pytest.raises(ClientError) as caught:
        athena.get_query_results(QueryExecutionId=started["QueryExecutionId"])
    assert caught.value.response["AthenaErrorCode"] == "RESULT_NOT_FOUND"


def refusal_of(call, **members):
    with pytest.raises(ClientError) as caught:
        call(**members)
    return caught.value.response["AthenaErrorCode"], caught.value.response["Error"]["Message"]


def test_a_full_page_has_a_token_and_limits_are_told(output):
    athena = boto3.client("athena")
    execution_id = execute(athena, "SELECT n FROM (VALUES 1, 2, 3) AS t (n)", output)["QueryExecutionId"]
    asked = {"QueryExecutionId": execution_id}
    first = athena.get_query_results(**asked, MaxResults=4)
    assert len(first["ResultSet"]["Rows"]) == 4
    last = athena.get_query_results(**asked, MaxResults=4, NextToken=first["NextToken"])
    assert (last["ResultSet"]["Rows"], "NextToken" in last) == ([], False)
    assert "NextToken" not in athena.get_query_results(**asked, MaxResults=5)
    assert refusal_of(athena.get_query_results, **asked, MaxResults=1001) == (
        "INVALID_INPUT", "MaxResults is more than maximum allowed length 1000",
    )
    assert refusal_of(athena.get_query_results, **asked, NextToken="abc") == (
        "INVALID_INPUT", "Malformed nextPageToken abc",
    )


def test_one_statement_without_its_semicolon(output):
    athena = boto3.client("athena")
    execution = execute(athena, "  SELECT 1 ;  ", output, ExecutionParameters=["left", "alone"])
    assert (execution["Query"], execution["Status"]["State"]) == ("SELECT 1", "SUCCEEDED")
    where = {"ResultConfiguration": {"OutputLocation": output}}
    assert refusal_of(athena.start_query_execution, QueryString="SELECT 1; SELECT 2", **where) == (
        "MALFORMED_QUERY", "Only one sql statement is allowed. Got: SELECT 1; SELECT 2",
    )
    code, message = refusal_of(athena.start_query_execution, QueryString="SELEC 1", **where)
    assert (code, message[:58]) == ("MALFORMED_QUERY", "line 1:1: mismatched input 'SELEC'. Expecting: 'ALTER', 'A")


def test_a_view_is_described_as_a_view(output):
    athena = boto3.client("athena")
    assert execute(athena, "CREATE OR REPLACE VIEW shapes AS SELECT 1 AS n, ROW('a') AS r", output)["Status"]["State"] == "SUCCEEDED"
    for sql in ("DESCRIBE shapes", "SHOW COLUMNS IN shapes"):
        execution = execute(athena, sql, output)
        columns, rows = fetch(athena, execution)
        assert execution["SubstatementType"] == "DESC_VIEW"
        assert [(each["Name"], each["Type"], each["Precision"]) for each in columns] == [
            ("column", "varchar", 0), ("type", "varchar", 0),
        ]
        assert rows[0] == ["n\tinteger"]
    found = athena.get_table_metadata(CatalogName="AwsDataCatalog", DatabaseName="default", TableName="shapes")
    assert [each["Type"] for each in found["TableMetadata"]["Columns"]] == ["int", "struct<field0:string>"]


def test_columns_and_partitions_change(output):
    athena, s3 = boto3.client("athena"), boto3.client("s3")
    bucket = output.split("/")[2]
    s3.put_object(Bucket=bucket, Key="changing/day=1/a.csv", Body=b"7,x\n")

    def rows_of(sql):
        return fetch(athena, execute(athena, sql, output))[1]

    rows_of(
        "CREATE EXTERNAL TABLE changing (id string, name string) PARTITIONED BY (day string) "
        f"ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION 's3://{bucket}/changing/'"
    )
    columns, rows = fetch(athena, execute(athena, "MSCK REPAIR TABLE changing", output))
    assert (columns, rows) == ([], [
        ["Partitions not in metastore:\tchanging:day=1"],
        ["Repair: Added partition to metastore default.changing:day=1"],
    ])
    rows_of("ALTER TABLE changing REPLACE COLUMNS (id bigint, label string)")
    rows_of("ALTER TABLE changing CHANGE COLUMN label name varchar(9) COMMENT 'of it'")
    rows_of("ALTER TABLE changing PARTITION (day = '1') RENAME TO PARTITION (day = '2')")
    assert rows_of("SELECT id + 1 AS more, name, day FROM changing")[1:] == [["8", "x", "2"]]
    rows_of(f"ALTER TABLE changing PARTITION (day = '2') SET LOCATION 's3://{bucket}/nowhere/'")
    assert rows_of("SELECT * FROM changing")[1:] == []
    assert rows_of("DESCRIBE changing name") == [[f"{'name':20}\t{'varchar(9)':20}\t{'of it':20}"]]
