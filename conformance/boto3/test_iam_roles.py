# SPDX-License-Identifier: Apache-2.0
"""Oracles: boto3 with its exception classes and paginators, against a server that run.mjs started; IAM API Reference, "ListEntitiesForPolicy",
"GetAccountAuthorizationDetails", "CreateOpenIDConnectProvider"; AWS CLI Command Reference, examples of `aws iam`."""
import concurrent.futures
import json
import uuid

import boto3
import pytest

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
READS = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}


@pytest.fixture(scope="module")
def iam():
    return boto3.client("iam")


@pytest.fixture(scope="module")
def account():
    return boto3.client("sts").get_caller_identity()["Account"]


def name(what):
    return f"{what}-{uuid.uuid4().hex[:8]}"


def trust(account):
    statement = {"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def pages(client, operation, member, **arguments):
    return [item for page in client.get_paginator(operation).paginate(**arguments) for item in page[member]]


@pytest.fixture()
def everybody(iam, account):
    """A user, a group and a role, by kind; cleared away afterwards."""
    names = {"user": name("ute"), "group": name("gang"), "role": name("rolf")}
    iam.create_user(UserName=names["user"])
    iam.create_group(GroupName=names["group"])
    iam.create_role(RoleName=names["role"], AssumeRolePolicyDocument=trust(account))
    yield names
    for kind, one in names.items():
        getattr(iam, f"delete_{kind}")(**{f"{kind.capitalize()}Name": one})


def calls_of(iam, kind, one):
    """What can be done with one of them: `do("attach_{}_policy", PolicyArn=…)`."""
    return lambda operation, **more: getattr(iam, operation.format(kind))(**{f"{kind.capitalize()}Name": one}, **more)


def test_what_hangs_on_users_groups_and_roles(iam, everybody):
    arn = iam.create_policy(PolicyName=name("used"), PolicyDocument=json.dumps(READS))["Policy"]["Arn"]
    for kind, one in everybody.items():
        do = calls_of(iam, kind, one)
        do("attach_{}_policy", PolicyArn=arn)
        do("attach_{}_policy", PolicyArn=ADMINISTRATOR)
        attached = do("list_attached_{}_policies")["AttachedPolicies"]
        assert [policy["PolicyArn"] for policy in attached] == [ADMINISTRATOR, arn]
        do("put_{}_policy", PolicyName="in-line", PolicyDocument=json.dumps(READS))
        assert do("get_{}_policy", PolicyName="in-line")["PolicyDocument"] == READS
        assert do("list_{}_policies")["PolicyNames"] == ["in-line"]
        if kind != "group":
            do("put_{}_permissions_boundary", PermissionsBoundary=arn)
        with pytest.raises(iam.exceptions.DeleteConflictException):
            do("delete_{}")
    policy = iam.get_policy(PolicyArn=arn)["Policy"]
    assert (policy["AttachmentCount"], policy["PermissionsBoundaryUsageCount"]) == (3, 2)
    for kind, one in everybody.items():
        told = pages(iam, "list_entities_for_policy", f"Policy{kind.capitalize()}s", PolicyArn=arn)
        assert [entity[f"{kind.capitalize()}Name"] for entity in told] == [one]
    with pytest.raises(iam.exceptions.DeleteConflictException, match="attached to entities"):
        iam.delete_policy(PolicyArn=arn)

    details = list(iam.get_paginator("get_account_authorization_details").paginate(PaginationConfig={"PageSize": 1}))
    assert all(sum(len(page[kind]) for kind in page if isinstance(page[kind], list)) == 1 for page in details)
    roles = {role["RoleName"]: role for page in details for role in page["RoleDetailList"]}
    rolf = roles[everybody["role"]]
    assert rolf["RolePolicyList"] == [{"PolicyName": "in-line", "PolicyDocument": READS}]
    assert rolf["PermissionsBoundary"]["PermissionsBoundaryArn"] == arn
    managed = [policy["Arn"] for page in details for policy in page["Policies"]]
    assert arn in managed and managed.count(ADMINISTRATOR) == 1

    for kind, one in everybody.items():
        do = calls_of(iam, kind, one)
        do("detach_{}_policy", PolicyArn=arn)
        do("detach_{}_policy", PolicyArn=ADMINISTRATOR)
        do("delete_{}_policy", PolicyName="in-line")
        with pytest.raises(iam.exceptions.NoSuchEntityException, match=f"The {kind} policy with name in-line cannot be found."):
            do("get_{}_policy", PolicyName="in-line")
    with pytest.raises(iam.exceptions.DeleteConflictException):
        iam.delete_policy(PolicyArn=arn)
    iam.delete_user_permissions_boundary(UserName=everybody["user"])
    iam.delete_role_permissions_boundary(RoleName=everybody["role"])
    iam.delete_policy(PolicyArn=arn)


def test_policies_of_aws_are_listed_and_never_changed(iam):
    of_aws = pages(iam, "list_policies", "Policies", Scope="AWS", PaginationConfig={"PageSize": 5})
    assert len(of_aws) > 5 and all(policy["Arn"].startswith("arn:aws:iam::aws:policy/") for policy in of_aws)
    assert len({policy["PolicyId"] for policy in of_aws}) == len(of_aws)
    for policy in of_aws:
        version = iam.get_policy_version(PolicyArn=policy["Arn"], VersionId=policy["DefaultVersionId"])["PolicyVersion"]
        assert version["Document"]["Version"] == "2012-10-17" and version["IsDefaultVersion"]
    with pytest.raises(iam.exceptions.ClientError) as refused:
        iam.delete_policy(PolicyArn=ADMINISTRATOR)
    assert refused.value.response["Error"]["Code"] == "AccessDenied"


def test_five_versions_and_a_quota(iam):
    arn = iam.create_policy(PolicyName=name("versions"), PolicyDocument=json.dumps(READS))["Policy"]["Arn"]
    for _ in range(4):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(READS))
    with pytest.raises(iam.exceptions.LimitExceededException, match="up to 5 versions"):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(READS))
    versions = pages(iam, "list_policy_versions", "Versions", PolicyArn=arn, PaginationConfig={"PageSize": 2})
    assert [version["VersionId"] for version in versions] == ["v5", "v4", "v3", "v2", "v1"]
    for version in ("v2", "v3", "v4", "v5"):
        iam.delete_policy_version(PolicyArn=arn, VersionId=version)
    iam.delete_policy(PolicyArn=arn)
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.get_policy(PolicyArn=arn)


def test_attaching_and_deleting_at_the_same_time_leaves_nothing_behind(iam, everybody):
    do = calls_of(iam, "role", everybody["role"])
    with concurrent.futures.ThreadPoolExecutor(2) as both:
        for _ in range(15):
            arn = iam.create_policy(PolicyName=name("raced"), PolicyDocument=json.dumps(READS))["Policy"]["Arn"]
            attached, deleted = [
                asked.exception()
                for asked in (
                    both.submit(do, "attach_{}_policy", PolicyArn=arn),
                    both.submit(iam.delete_policy, PolicyArn=arn),
                )
            ]
            assert (attached is None) != (deleted is None)
            there = [policy["PolicyArn"] for policy in do("list_attached_{}_policies")["AttachedPolicies"]]
            assert there == ([arn] if attached is None else [])
            if attached is None:
                do("detach_{}_policy", PolicyArn=arn)
                iam.delete_policy(PolicyArn=arn)


def test_many_at_once_are_all_counted(iam, account):
    arn = iam.create_policy(PolicyName=name("counted"), PolicyDocument=json.dumps(READS))["Policy"]["Arn"]
    names = [name("one") for _ in range(12)]

    def make(one):
        iam.create_role(RoleName=one, AssumeRolePolicyDocument=trust(account))
        iam.attach_role_policy(RoleName=one, PolicyArn=arn)

    with concurrent.futures.ThreadPoolExecutor(8) as workers:
        list(workers.map(make, names))
    assert iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"] == len(names)
    for one in names:
        iam.detach_role_policy(RoleName=one, PolicyArn=arn)
        iam.delete_role(RoleName=one)
    iam.delete_policy(PolicyArn=arn)


def test_oidc_providers(iam, account):
    host = f"{name('oidc')}.example.com"
    arn = iam.create_open_id_connect_provider(
        Url=f"https://{host}/id", ClientIDList=["my-application"], ThumbprintList=["0" * 40], Tags=[{"Key": "k", "Value": "v"}]
    )["OpenIDConnectProviderArn"]
    assert arn == f"arn:aws:iam::{account}:oidc-provider/{host}/id"
    of = {"OpenIDConnectProviderArn": arn}
    with pytest.raises(iam.exceptions.EntityAlreadyExistsException):
        iam.create_open_id_connect_provider(Url=f"https://{host}/id")
    iam.add_client_id_to_open_id_connect_provider(ClientID="another", **of)
    iam.remove_client_id_from_open_id_connect_provider(ClientID="my-application", **of)
    iam.update_open_id_connect_provider_thumbprint(ThumbprintList=["a" * 40], **of)
    iam.tag_open_id_connect_provider(Tags=[{"Key": "k2", "Value": ""}], **of)
    iam.untag_open_id_connect_provider(TagKeys=["k"], **of)
    provider = iam.get_open_id_connect_provider(**of)
    assert (provider["Url"], provider["ClientIDList"]) == (f"{host}/id", ["another"])
    assert (provider["ThumbprintList"], provider["Tags"]) == (["a" * 40], [{"Key": "k2", "Value": ""}])
    assert iam.list_open_id_connect_provider_tags(**of)["Tags"] == provider["Tags"]
    assert {"Arn": arn} in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]
    iam.delete_open_id_connect_provider(**of)
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.get_open_id_connect_provider(**of)


def test_validation_is_of_the_query_protocol(iam, account):
    for arguments, message in (
        ({"RoleName": "a/b"}, "The specified value for roleName is invalid."),
        ({"RoleName": "a", "MaxSessionDuration": 50_000}, "less than or equal to 43200"),
        ({"RoleName": "a", "Tags": [{"Key": "a#", "Value": ""}]}, "tags.1.member.key"),
    ):
        with pytest.raises(iam.exceptions.ClientError, match=message) as refused:
            iam.create_role(AssumeRolePolicyDocument=trust(account), **arguments)
        assert refused.value.response["Error"]["Code"] == "ValidationError"
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
