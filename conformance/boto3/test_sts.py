# SPDX-License-Identifier: Apache-2.0
"""Oracles: boto3 with its exception classes, its credentials that refresh themselves and its presigned URLs, against a server that
run.mjs started; STS API Reference, "AssumeRole", "GetSessionToken", "AssumeRoleWithWebIdentity", "Common Errors"."""
import json
import os
import urllib.error
import urllib.request
import uuid

import boto3
import botocore.config
import botocore.credentials
import botocore.exceptions
import botocore.session
import pytest


@pytest.fixture(scope="module")
def sts():
    return boto3.client("sts")


@pytest.fixture(scope="module")
def account(sts):
    return sts.get_caller_identity()["Account"]


@pytest.fixture(scope="module")
def user(account):
    """A client's session of a new user who may do everything."""
    iam = boto3.client("iam")
    name = f"user-{uuid.uuid4().hex[:8]}"
    iam.create_user(UserName=name)
    iam.attach_user_policy(UserName=name, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return boto3.Session(aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"])


@pytest.fixture(scope="module")
def role(account):
    iam = boto3.client("iam")
    name = f"role-{uuid.uuid4().hex[:8]}"
    statement = {"Effect": "Allow", "Principal": {"AWS": account}, "Action": ["sts:AssumeRole", "sts:TagSession"]}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.attach_role_policy(RoleName=name, PolicyArn="arn:aws:iam::aws:policy/AmazonS3FullAccess")
    return arn


def session(credentials):
    return boto3.Session(
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )


def letters(times):
    """Random, so that they cannot be packed."""
    return "".join(uuid.uuid4().hex for _ in range(times))


def refused(call, code, status):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call()
    assert caught.value.response["Error"]["Code"] == code
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_a_role_whose_credentials_refresh_themselves(user, role, account):
    fetcher = botocore.credentials.AssumeRoleCredentialFetcher(
        client_creator=user._session.create_client,
        source_credentials=user.get_credentials(),
        role_arn=role,
        extra_args={"RoleSessionName": "refreshing", "DurationSeconds": 900},
    )
    own = botocore.session.get_session()
    own._credentials = botocore.credentials.DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role")
    client = boto3.Session(botocore_session=own).client("sts")
    assert client.get_caller_identity()["Arn"].endswith("/refreshing")


def test_a_session_policy_narrows_the_role(user, role):
    policy = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}]}
    )
    answer = user.client("sts").assume_role(RoleArn=role, RoleSessionName="narrow", Policy=policy)
    assert 0 < answer["PackedPolicySize"] <= 100
    s3 = session(answer["Credentials"]).client("s3")
    s3.list_buckets()
    refused(lambda: s3.create_bucket(Bucket=f"b-{uuid.uuid4().hex}"), "AccessDenied", 403)


def test_errors_are_the_classes_of_the_model(user, role):
    client = user.client("sts")
    with pytest.raises(client.exceptions.MalformedPolicyDocumentException):
        client.assume_role(RoleArn=role, RoleSessionName="name", Policy="{}")
    with pytest.raises(client.exceptions.PackedPolicyTooLargeException):
        tags = [{"Key": letters(4), "Value": letters(8)} for _ in range(50)]
        client.assume_role(RoleArn=role, RoleSessionName="name", Tags=tags)
    with pytest.raises(client.exceptions.InvalidIdentityTokenException):
        client.assume_role_with_web_identity(RoleArn=role, RoleSessionName="name", WebIdentityToken="nonsense")
    with pytest.raises(client.exceptions.InvalidAuthorizationMessageException):
        client.decode_authorization_message(EncodedMessage="nonsense")
    with pytest.raises(client.exceptions.ExpiredTradeInTokenException):
        client.get_delegated_access_token(TradeInToken="nonsense")
    with pytest.raises(client.exceptions.OutboundWebIdentityFederationDisabledException):
        client.get_web_identity_token(Audience=["a"], SigningAlgorithm="ES384")
    refused(lambda: client.assume_role(RoleArn=role, RoleSessionName="name", DurationSeconds=7200), "ValidationError", 400)


def test_roots_take_no_roles(sts, role):
    refused(lambda: sts.assume_role(RoleArn=role, RoleSessionName="name"), "AccessDenied", 403)


def test_a_token_of_one_session_beside_the_key_of_another(user):
    client = user.client("sts")
    mine, other = (client.get_session_token()["Credentials"] for _ in range(2))
    mixed = session({**mine, "SessionToken": other["SessionToken"]})
    refused(mixed.client("sts").get_caller_identity, "InvalidClientTokenId", 403)
    refused(mixed.client("cloudtrail").describe_trails, "UnrecognizedClientException", 400)
    refused(mixed.client("s3").list_buckets, "InvalidToken", 400)


def test_presigned_urls_of_a_session(user, role):
    bucket = f"b-{uuid.uuid4().hex}"
    boto3.client("s3").create_bucket(Bucket=bucket)
    credentials = user.client("sts").assume_role(RoleArn=role, RoleSessionName="urls")["Credentials"]
    s3 = session(credentials).client("s3", config=botocore.config.Config(signature_version="s3v4"))
    put = s3.generate_presigned_url("put_object", {"Bucket": bucket, "Key": "a"})
    with urllib.request.urlopen(urllib.request.Request(put, data=b"hello", method="PUT")) as answer:
        assert answer.status == 200
    get = s3.generate_presigned_url("get_object", {"Bucket": bucket, "Key": "a"})
    assert urllib.request.urlopen(get).read() == b"hello"
    other = user.client("sts").assume_role(RoleArn=role, RoleSessionName="urls")["Credentials"]["SessionToken"]
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(get.replace(credentials["SessionToken"], other))
    assert caught.value.code == 400


def test_the_region_of_the_call_is_the_region_of_the_record(user):
    endpoint = os.environ["AWS_ENDPOINT_URL"]
    user.client("sts", region_name="eu-west-1", endpoint_url=endpoint).get_session_token(DurationSeconds=1000)
    trail = boto3.client("cloudtrail", region_name="eu-west-1")
    for _ in range(100):
        attribute = {"AttributeKey": "EventName", "AttributeValue": "GetSessionToken"}
        events = trail.lookup_events(LookupAttributes=[attribute])["Events"]
        if events:
            break
    record = json.loads(events[0]["CloudTrailEvent"])
    assert record["awsRegion"] == "eu-west-1"
    assert record["requestParameters"] == {"durationSeconds": 1000}
