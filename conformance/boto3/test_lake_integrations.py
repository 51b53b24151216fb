# SPDX-License-Identifier: Apache-2.0
"""Oracles: boto3 with its exception classes, against a server that run.mjs started; CloudTrail API Reference, "CreateChannel",
"SearchSampleQueries"; CloudTrail Data Service API Reference, "PutAuditEvents"."""
import base64
import hashlib
import json
import time

import boto3
import pytest


@pytest.fixture(scope="module")
def cloudtrail():
    return boto3.client("cloudtrail")


@pytest.fixture(scope="module")
def account():
    return boto3.client("sts").get_caller_identity()["Account"]


def new_store(cloudtrail, name, category):
    selector = {"FieldSelectors": [{"Field": "eventCategory", "Equals": [category]}]}
    return cloudtrail.create_event_data_store(
        Name=name, TerminationProtectionEnabled=False, AdvancedEventSelectors=[selector]
    )["EventDataStoreArn"]


@pytest.fixture(scope="module")
def activity(cloudtrail):
    return new_store(cloudtrail, "boto3-activity", "ActivityAuditLog")


@pytest.fixture(scope="module")
def channel(cloudtrail, activity):
    return cloudtrail.create_channel(
        Name="boto3", Source="Custom", Destinations=[{"Type": "EVENT_DATA_STORE", "Location": activity}]
    )["ChannelArn"]


def audit_event(account, uid, **more):
    data = {
        "version": "1.0",
        "userIdentity": {"type": "User", "principalId": "alice"},
        "eventSource": "shop.example.com",
        "eventName": "OrderPlaced",
        "eventTime": "2026-11-21T10:00:00Z",
        "UID": uid,
        "recipientAccountId": account,
        **more,
    }
    # json.dumps puts spaces between its parts, as most clients do.
    text = json.dumps(data, indent=1)
    checksum = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return {"id": uid, "eventData": text, "eventDataChecksum": checksum}


def run(cloudtrail, sql):
    query = cloudtrail.start_query(QueryStatement=sql)["QueryId"]
    for _ in range(1800):
        answer = cloudtrail.get_query_results(QueryId=query)
        if answer["QueryStatus"] not in ("QUEUED", "RUNNING"):
            break
        time.sleep(0.1)
    assert answer["QueryStatus"] == "FINISHED", f'{answer["QueryStatus"]} {answer.get("ErrorMessage")}: {sql}'
    return [{key: value for cell in row for key, value in cell.items()} for row in answer["QueryResultRows"]]


def test_a_hundred_events_are_taken_in_one_request_and_found_once(cloudtrail, account, activity, channel):
    data = boto3.client("cloudtrail-data")
    events = [audit_event(account, f"e{n}") for n in range(100)]
    answer = data.put_audit_events(auditEvents=events, channelArn=channel)
    assert answer["failed"] == []
    assert [each["id"] for each in answer["successful"]] == [event["id"] for event in events]
    store = activity.split("/")[1]
    rows = run(cloudtrail, f"SELECT eventID AS id, eventData.UID AS uid FROM {store}")
    assert {row["uid"]: row["id"] for row in rows} == {e["id"]: e["eventID"] for e in answer["successful"]}
    assert len(rows) == 100


def test_refusals_are_the_exceptions_of_the_client(cloudtrail, account, channel):
    data = boto3.client("cloudtrail-data")
    twice = [audit_event(account, "a"), audit_event(account, "a")]
    with pytest.raises(data.exceptions.DuplicatedAuditEventId):
        data.put_audit_events(auditEvents=twice, channelArn=channel)
    with pytest.raises(data.exceptions.ChannelNotFound):
        data.put_audit_events(auditEvents=twice[:1], channelArn=channel + "0")
    with pytest.raises(data.exceptions.InvalidChannelARN):
        data.put_audit_events(auditEvents=twice[:1], channelArn="arn:aws:s3:::bucket")
    with pytest.raises(cloudtrail.exceptions.ChannelAlreadyExistsException):
        destinations = cloudtrail.get_channel(Channel=channel)["Destinations"]
        cloudtrail.create_channel(Name="boto3", Source="Custom", Destinations=destinations)


def test_every_sample_query_runs(cloudtrail, activity):
    trail_events = new_store(cloudtrail, "boto3-samples", "Management").split("/")[1]
    samples = {}
    for phrase in "user policy bucket instance calls key changed deleted errors application region".split():
        for found in cloudtrail.search_sample_queries(SearchPhrase=phrase, MaxResults=50)["SearchResults"]:
            samples[found["Name"]] = found
    assert len(samples) > 60
    for sample in samples.values():
        is_activity = "data stores of integrations" in sample["Description"]
        store = activity.split("/")[1] if is_activity else trail_events
        run(cloudtrail, sample["SQL"].replace("$EDS_ID", store))
