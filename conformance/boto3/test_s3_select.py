# SPDX-License-Identifier: Apache-2.0
"""Oracles: boto3, which reads the event stream; Python's json, csv, gzip and bz2 for what the rows are."""
import bz2
import csv
import gzip
import io
import json
import uuid

import boto3
import pytest
from botocore.exceptions import ClientError, EventStreamError

ROWS = [{"n": n, "name": f'row "{n}", ü', "half": n / 2, "tags": ["a", "b"][: n % 3]} for n in range(3000)]
LINES = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS).encode()


@pytest.fixture(scope="module")
def s3():
    return boto3.client("s3")


@pytest.fixture(scope="module")
def bucket(s3):
    name = f"select-{uuid.uuid4().hex[:12]}"
    s3.create_bucket(Bucket=name)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["n", "name"])
    writer.writerows([row["n"], row["name"]] for row in ROWS)
    objects = {"lines": LINES, "gz": gzip.compress(LINES), "bz2": bz2.compress(LINES), "csv": out.getvalue().encode()}
    for key, body in objects.items():
        s3.put_object(Bucket=name, Key=key, Body=body)
    return name


def select(s3, bucket, key, expression, compression="NONE", **more):
    arguments = {
        "InputSerialization": {"JSON": {"Type": "LINES"}, "CompressionType": compression},
        "OutputSerialization": {"JSON": {}},
        **more,
    }
    answer = s3.select_object_content(
        Bucket=bucket, Key=key, Expression=expression, ExpressionType="SQL", **arguments
    )
    return list(answer["Payload"])


def payload(events):
    return b"".join(event["Records"]["Payload"] for event in events if "Records" in event)


@pytest.mark.parametrize("key,compression", [("lines", "NONE"), ("gz", "GZIP"), ("bz2", "BZIP2")])
def test_every_row_and_the_counts(s3, bucket, key, compression):
    events = select(s3, bucket, key, "SELECT * FROM S3Object", compression, RequestProgress={"Enabled": True})
    found = payload(events)
    assert [json.loads(line) for line in found.decode().splitlines()] == ROWS
    *_, progress, stats, end = events
    size = s3.head_object(Bucket=bucket, Key=key)["ContentLength"]
    counts = {"BytesScanned": size, "BytesProcessed": len(LINES), "BytesReturned": len(found)}
    assert stats["Stats"]["Details"] == counts
    assert progress["Progress"]["Details"] == counts
    assert end == {"End": {}}


def test_filters_and_aggregates(s3, bucket):
    events = select(s3, bucket, "lines", "SELECT s.n FROM S3Object s WHERE s.half > 1499 AND s.tags[1] = 'b'")
    wanted = [{"n": row["n"]} for row in ROWS if row["half"] > 1499 and len(row["tags"]) > 1]
    assert [json.loads(line) for line in payload(events).decode().splitlines()] == wanted
    events = select(s3, bucket, "lines", "SELECT COUNT(*) c, SUM(n) s, AVG(half) a, MAX(n) x, MIN(n) i FROM S3Object")
    halves = [row["half"] for row in ROWS]
    assert json.loads(payload(events)) == {
        "c": 3000, "s": sum(range(3000)), "a": sum(halves) / len(halves), "x": 2999, "i": 0,
    }


def test_csv_in_and_out(s3, bucket):
    events = select(
        s3, bucket, "csv", "SELECT * FROM S3Object s WHERE CAST(s.n AS INT) % 500 = 0",
        InputSerialization={"CSV": {"FileHeaderInfo": "USE"}}, OutputSerialization={"CSV": {}},
    )
    found = list(csv.reader(io.StringIO(payload(events).decode())))
    assert found == [[str(row["n"]), row["name"]] for row in ROWS if row["n"] % 500 == 0]


def test_scan_ranges_side_by_side(s3, bucket):
    found = b""
    for start in range(0, len(LINES), 50_000):
        scan = {"Start": start, "End": min(start + 50_000, len(LINES)) - 1}
        found += payload(select(s3, bucket, "lines", "SELECT s.n FROM S3Object s", ScanRange=scan))
    assert [json.loads(line)["n"] for line in found.decode().splitlines()] == list(range(3000))


def test_errors_of_the_call_and_of_the_stream(s3, bucket):
    with pytest.raises(ClientError) as refused:
        select(s3, bucket, "lines", "SELECT CAST(s.name AS INT) FROM S3Object s")
    assert refused.value.response["Error"]["Code"] == "CastFailed"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    s3.put_object(Bucket=bucket, Key="late", Body=LINES * 4 + b'{"n":')
    with pytest.raises(EventStreamError, match="JSONParsingError"):
        select(s3, bucket, "late", "SELECT * FROM S3Object")
