# SPDX-License-Identifier: Apache-2.0
"""Oracle: CloudTrail API Reference (event data stores, StartQuery to GetQueryResults), by boto3's models and exceptions, against a
server that run.mjs started; what the queries should find is counted from the calls that the test has made itself."""
import time
import uuid

import boto3
import pytest

cloudtrail = boto3.client("cloudtrail")


@pytest.fixture(scope="module")
def store():
    arn = cloudtrail.create_event_data_store(Name=f"boto3-{uuid.uuid4().hex[:8]}")["EventDataStoreArn"]
    yield arn
    cloudtrail.update_event_data_store(EventDataStore=arn, TerminationProtectionEnabled=False)
    cloudtrail.delete_event_data_store(EventDataStore=arn)


def ask(statement):
    """Starts a query, waits for it, and gives its rows as dictionaries with names in lower case."""
    query_id = cloudtrail.start_query(QueryStatement=statement)["QueryId"]
    deadline = time.monotonic() + 180
    while True:
        query = cloudtrail.describe_query(QueryId=query_id)
        if query["QueryStatus"] not in ("QUEUED", "RUNNING"):
            break
        assert time.monotonic() < deadline, query
        time.sleep(0.2)
    assert query["QueryStatus"] == "FINISHED", query.get("ErrorMessage")
    rows, token = [], {}
    while token is not None:
        page = cloudtrail.get_query_results(QueryId=query_id, MaxQueryResults=7, **token)
        for cells in page["QueryResultRows"]:
            rows.append({name.lower(): value for cell in cells for name, value in cell.items()})
        token = {"NextToken": page["NextToken"]} if "NextToken" in page else None
    assert len(rows) == page["QueryStatistics"]["TotalResultsCount"]
    return rows


def test_a_query_finds_each_call_once(store):
    topics = [f"lake-{uuid.uuid4().hex[:8]}" for _ in range(15)]
    sns = boto3.client("sns")
    for topic in topics:
        sns.create_topic(Name=topic)
    rows = ask(
        f"SELECT eventID, element_at(requestParameters, 'name') AS topic FROM {store.split('/')[1]} "
        "WHERE eventName = 'CreateTopic' AND element_at(requestParameters, 'name') LIKE 'lake-%'"
    )
    assert sorted(row["topic"] for row in rows) == sorted(topics)
    assert len({row["eventid"] for row in rows}) == len(topics)


def test_what_was_recorded_while_ingestion_was_stopped_is_not_there(store):
    sns = boto3.client("sns")
    sns.create_topic(Name="before-the-stop")
    cloudtrail.stop_event_data_store_ingestion(EventDataStore=store)
    sns.create_topic(Name="during-the-stop")
    cloudtrail.start_event_data_store_ingestion(EventDataStore=store)
    sns.create_topic(Name="after-the-stop")
    rows = ask(
        f"SELECT element_at(requestParameters, 'name') AS topic FROM {store.split('/')[1]} "
        "WHERE eventName = 'CreateTopic' AND element_at(requestParameters, 'name') LIKE '%-the-stop' ORDER BY 1"
    )
    assert [row["topic"] for row in rows] == ["after-the-stop", "before-the-stop"]


def test_selectors_decide_what_a_store_holds():
    selectors = [
        {
            "FieldSelectors": [
                {"Field": "eventCategory", "Equals": ["Management"]},
                {"Field": "eventSource", "Equals": ["sns.amazonaws.com"]},
                {"Field": "readOnly", "Equals": ["false"]},
            ]
        }
    ]
    made = cloudtrail.create_event_data_store(
        Name=f"boto3-{uuid.uuid4().hex[:8]}", AdvancedEventSelectors=selectors, TerminationProtectionEnabled=False
    )
    assert made["AdvancedEventSelectors"] == selectors
    arn = made["EventDataStoreArn"]
    boto3.client("sns").create_topic(Name="selected")
    boto3.client("sns").list_topics()
    boto3.client("sts").get_caller_identity()
    rows = ask(f"SELECT DISTINCT eventSource, eventName FROM {arn.split('/')[1]}")
    assert rows == [{"eventsource": "sns.amazonaws.com", "eventname": "CreateTopic"}]
    cloudtrail.delete_event_data_store(EventDataStore=arn)
    with pytest.raises(cloudtrail.exceptions.InactiveEventDataStoreException):
        cloudtrail.start_query(QueryStatement=f"SELECT 1 AS one FROM {arn.split('/')[1]}")


def test_errors_are_the_models_own(store):
    with pytest.raises(cloudtrail.exceptions.EventDataStoreTerminationProtectedException):
        cloudtrail.delete_event_data_store(EventDataStore=store)
    with pytest.raises(cloudtrail.exceptions.InvalidQueryStatementException):
        cloudtrail.start_query(QueryStatement="SELECT")
    with pytest.raises(cloudtrail.exceptions.QueryIdNotFoundException):
        cloudtrail.cancel_query(QueryId=str(uuid.uuid4()))
    with pytest.raises(cloudtrail.exceptions.EventDataStoreARNInvalidException):
        cloudtrail.get_event_data_store(EventDataStore="arn:aws:s3:::bucket")
