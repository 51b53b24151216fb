# SPDX-License-Identifier: Apache-2.0
"""Oracle: boto3 with its waiters and paginators, against a server that run.mjs started."""
import datetime
import gzip
import json
import os
import time
import uuid

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError


@pytest.fixture(scope="module")
def account():
    return boto3.client("sts").get_caller_identity()["Account"]


@pytest.fixture()
def bucket():
    name = f"boto3-{uuid.uuid4().hex[:12]}"
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=name)
    s3.get_waiter("bucket_exists").wait(Bucket=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    return name


def trail_policy(bucket, account):
    service = {"Service": "cloudtrail.amazonaws.com"}
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": service, "Action": "s3:GetBucketAcl", "Resource": f"arn:aws:s3:::{bucket}"},
            {
                "Effect": "Allow",
                "Principal": service,
                "Action": "s3:PutObject",
                "Resource": f"arn:aws:s3:::{bucket}/AWSLogs/{account}/*",
                "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}},
            },
        ],
    }


def test_lookup_events_paginator_sees_each_event_once():
    sts, cloudtrail = boto3.client("sts"), boto3.client("cloudtrail")
    for _ in range(60):
        sts.get_caller_identity()
    deadline = time.monotonic() + 180
    while True:
        pages = cloudtrail.get_paginator("lookup_events").paginate(
            LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "GetCallerIdentity"}],
            PaginationConfig={"PageSize": 7},
        )
        events = [event for page in pages for event in page["Events"]]
        if len(events) >= 60 or time.monotonic() > deadline:
            break
    assert len(events) >= 60
    assert len({event["EventId"] for event in events}) == len(events)
    assert all(isinstance(event["EventTime"], datetime.datetime) for event in events)


def test_modelled_errors_become_exception_classes():
    cloudtrail = boto3.client("cloudtrail")
    with pytest.raises(cloudtrail.exceptions.TrailNotFoundException):
        cloudtrail.get_trail_status(Name="no-such-trail")
    with pytest.raises(cloudtrail.exceptions.S3BucketDoesNotExistException):
        cloudtrail.create_trail(Name="a-trail", S3BucketName="no-such-bucket-anywhere")
    with pytest.raises(cloudtrail.exceptions.InvalidTimeRangeException):
        cloudtrail.lookup_events(StartTime=datetime.datetime(2020, 1, 2), EndTime=datetime.datetime(2020, 1, 1))
    with pytest.raises(cloudtrail.exceptions.InvalidNextTokenException):
        cloudtrail.lookup_events(NextToken="not-a-token")


def test_wrong_secret_is_refused():
    sts = boto3.client("sts", aws_access_key_id=os.environ["AWS_ACCESS_KEY_ID"], aws_secret_access_key="0" * 40)
    with pytest.raises(ClientError) as refused:
        sts.get_caller_identity()
    assert refused.value.response["Error"]["Code"] == "SignatureDoesNotMatch"


def test_operations_that_are_not_there_say_so():
    with pytest.raises(ClientError) as refused:
        boto3.client("cloudtrail").generate_query(EventDataStores=["some-store"], Prompt="what?")
    assert refused.value.response["Error"]["Code"] == "NotImplemented"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert "GenerateQuery" in refused.value.response["Error"]["Message"]


def test_objects_and_presigned_urls(bucket):
    import urllib.request

    # Without it boto3 presigns by SigV2, which AWS no longer takes for new buckets.
    s3 = boto3.client("s3", config=Config(signature_version="s3v4"))
    s3.put_object(Bucket=bucket, Key="a/b c+ü.txt", Body=b"hello", Metadata={"colour": "green"})
    s3.get_waiter("object_exists").wait(Bucket=bucket, Key="a/b c+ü.txt", WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "a/b c+ü.txt"}, ExpiresIn=60)
    assert urllib.request.urlopen(url).read() == b"hello"
    assert s3.head_object(Bucket=bucket, Key="a/b c+ü.txt")["Metadata"] == {"colour": "green"}
    keys = [f"many/{number:04}" for number in range(25)]
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="many/", PaginationConfig={"PageSize": 4})
    assert [item["Key"] for page in pages for item in page["Contents"]] == keys


def test_multipart_upload_through_the_transfer_manager(bucket, tmp_path):
    from boto3.s3.transfer import TransferConfig

    content = bytes(range(256)) * 50_000
    source, copy = tmp_path / "source", tmp_path / "copy"
    source.write_bytes(content)
    s3 = boto3.client("s3")
    s3.upload_file(str(source), bucket, "large", Config=TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20))
    assert s3.head_object(Bucket=bucket, Key="large")["ETag"].endswith('-3"')
    s3.download_file(bucket, "large", str(copy))
    assert copy.read_bytes() == content


def test_a_trail_delivers(bucket, account):
    s3, cloudtrail = boto3.client("s3"), boto3.client("cloudtrail")
    with pytest.raises(cloudtrail.exceptions.InsufficientS3BucketPolicyException):
        cloudtrail.create_trail(Name="boto3-trail", S3BucketName=bucket)
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(trail_policy(bucket, account)))
    cloudtrail.create_trail(Name="boto3-trail", S3BucketName=bucket)
    cloudtrail.start_logging(Name="boto3-trail")
    wanted = cloudtrail.describe_trails(trailNameList=["boto3-trail"])["ResponseMetadata"]["RequestId"]
    deadline = time.monotonic() + 180
    seen = []
    while wanted not in seen and time.monotonic() < deadline:
        time.sleep(0.3)
        listing = s3.list_objects_v2(Bucket=bucket, Prefix=f"AWSLogs/{account}/CloudTrail/").get("Contents", [])
        bodies = [s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read() for item in listing]
        seen = [record["requestID"] for body in bodies for record in json.loads(gzip.decompress(body))["Records"]]
    assert seen.count(wanted) == 1
    assert len(seen) == len(set(seen))
    cloudtrail.delete_trail(Name="boto3-trail")
