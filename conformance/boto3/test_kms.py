# SPDX-License-Identifier: Apache-2.0
"""Oracles: boto3 with its exception classes and paginators, against a server that run.mjs started; `cryptography`, which verifies
what KMS signed; and moto's KMS as a second opinion on the codes of one sequence of calls."""
import concurrent.futures
import hashlib
import os
import uuid

import boto3
import pytest
from botocore.exceptions import ClientError

DATA = b"stones on a heap"


@pytest.fixture(scope="module")
def kms():
    return boto3.client("kms")


@pytest.fixture()
def key(kms):
    return kms.create_key()["KeyMetadata"]["KeyId"]


def test_the_largest_plaintext_comes_back(kms, key):
    plaintext = os.urandom(4096)
    context = {"größe": "4096", "": "empty key"}
    blob = kms.encrypt(KeyId=key, Plaintext=plaintext, EncryptionContext=context)["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=blob, EncryptionContext=context)["Plaintext"] == plaintext


def test_errors_are_boto3_s_own_classes(kms, key):
    blob = kms.encrypt(KeyId=key, Plaintext=DATA)["CiphertextBlob"]
    with pytest.raises(kms.exceptions.InvalidCiphertextException):
        kms.decrypt(CiphertextBlob=blob[:-1])
    with pytest.raises(kms.exceptions.NotFoundException):
        kms.describe_key(KeyId=str(uuid.uuid4()))
    kms.disable_key(KeyId=key)
    with pytest.raises(kms.exceptions.DisabledException):
        kms.decrypt(CiphertextBlob=blob)
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    with pytest.raises(kms.exceptions.KMSInvalidStateException):
        kms.decrypt(CiphertextBlob=blob)


def test_paginators_see_each_thing_once(kms, key):
    names = {f"alias/{uuid.uuid4().hex}" for _ in range(9)}
    for name in names:
        kms.create_alias(AliasName=name, TargetKeyId=key)
        kms.create_grant(KeyId=key, GranteePrincipal="444455556666", Operations=["Encrypt"])
        kms.tag_resource(KeyId=key, Tags=[{"TagKey": name, "TagValue": ""}])

    def seen(operation, member, **arguments):
        pages = kms.get_paginator(operation).paginate(PaginationConfig={"PageSize": 4}, **arguments)
        return [one for page in pages for one in page[member]]

    assert sorted(alias["AliasName"] for alias in seen("list_aliases", "Aliases", KeyId=key)) == sorted(names)
    assert len({grant["GrantId"] for grant in seen("list_grants", "Grants", KeyId=key)}) == 9
    assert sorted(tag["TagKey"] for tag in seen("list_resource_tags", "Tags", KeyId=key)) == sorted(names)
    keys = [one["KeyId"] for one in seen("list_keys", "Keys")]
    assert key in keys and len(keys) == len(set(keys))


def test_rotations_at_once_lose_none(kms, key):
    blobs = [kms.encrypt(KeyId=key, Plaintext=DATA)["CiphertextBlob"]]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: boto3.client("kms").rotate_key_on_demand(KeyId=key), range(8)))
    blobs.append(kms.encrypt(KeyId=key, Plaintext=DATA)["CiphertextBlob"])
    assert len(kms.list_key_rotations(KeyId=key)["Rotations"]) == 8
    assert [kms.decrypt(CiphertextBlob=blob)["Plaintext"] for blob in blobs] == [DATA, DATA]


SIGNERS = [
    (spec, algorithm)
    for spec, algorithms in {
        "RSA_2048": [f"RSASSA_{kind}_SHA_{size}" for kind in ("PSS", "PKCS1_V1_5") for size in (256, 384, 512)],
        "ECC_NIST_P256": ["ECDSA_SHA_256"],
        "ECC_NIST_P384": ["ECDSA_SHA_384"],
        "ECC_NIST_P521": ["ECDSA_SHA_512"],
        "ECC_SECG_P256K1": ["ECDSA_SHA_256"],
    }.items()
    for algorithm in algorithms
]


@pytest.mark.parametrize("spec,algorithm", SIGNERS)
def test_cryptography_verifies_what_kms_signed_and_kms_what_openssl_would(kms, spec, algorithm):
    hashes = pytest.importorskip("cryptography.hazmat.primitives.hashes")
    from cryptography.hazmat.primitives.asymmetric import ec, padding
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    key = kms.create_key(KeySpec=spec, KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    public = load_der_public_key(kms.get_public_key(KeyId=key)["PublicKey"])
    size = algorithm[-3:]
    digest = hashlib.new(f"sha{size}", DATA).digest()
    hash_ = getattr(hashes, f"SHA{size}")()
    for form in ({"Message": DATA}, {"Message": digest, "MessageType": "DIGEST"}):
        signature = kms.sign(KeyId=key, SigningAlgorithm=algorithm, **form)["Signature"]
        if spec.startswith("ECC"):
            public.verify(signature, DATA, ec.ECDSA(hash_))
        elif "PSS" in algorithm:
            public.verify(signature, DATA, padding.PSS(padding.MGF1(hash_), hash_.digest_size), hash_)
        else:
            public.verify(signature, DATA, padding.PKCS1v15(), hash_)
        answer = kms.verify(KeyId=key, SigningAlgorithm=algorithm, Signature=signature, Message=DATA)
        assert answer["SignatureValid"]


def codes(kms):
    """What becomes of each call of one sequence, in an account that the sequence has for itself."""
    told = []

    def say(call, **arguments):
        try:
            answer = call(**arguments)
            told.append((call.__name__, "ok"))
            return answer
        except ClientError as error:
            told.append((call.__name__, error.response["Error"]["Code"]))
            return {}

    key = kms.create_key()["KeyMetadata"]["KeyId"]
    mac = kms.create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]["KeyId"]
    name = f"alias/{uuid.uuid4().hex}"
    missing = str(uuid.uuid4())
    say(kms.describe_key, KeyId=missing)
    say(kms.describe_key, KeyId="no key")
    say(kms.describe_key, KeyId="alias/no-alias")
    say(kms.create_alias, AliasName=name, TargetKeyId=key)
    say(kms.create_alias, AliasName=name, TargetKeyId=key)
    say(kms.create_alias, AliasName="alias/aws/s3", TargetKeyId=key)
    say(kms.create_alias, AliasName="x", TargetKeyId=key)
    say(kms.create_alias, AliasName="alias/a:b", TargetKeyId=missing)
    say(kms.update_alias, AliasName="alias/no-alias", TargetKeyId=key)
    sealed = say(kms.encrypt, KeyId=name, Plaintext=DATA, EncryptionContext={"a": "b"})
    say(kms.decrypt, CiphertextBlob=sealed["CiphertextBlob"])
    say(kms.decrypt, CiphertextBlob=sealed["CiphertextBlob"], EncryptionContext={"a": "b"})
    say(kms.encrypt, KeyId=missing, Plaintext=DATA)
    say(kms.generate_data_key, KeyId=key)
    say(kms.generate_data_key, KeyId=key, KeySpec="AES_256", NumberOfBytes=3)
    say(kms.generate_data_key, KeyId=key, NumberOfBytes=1025)
    say(kms.generate_data_key, KeyId=key, KeySpec="AES_128")
    made = say(kms.generate_mac, KeyId=mac, Message=DATA, MacAlgorithm="HMAC_SHA_256")
    say(kms.generate_mac, KeyId=key, Message=DATA, MacAlgorithm="HMAC_SHA_256")
    say(kms.verify_mac, KeyId=mac, Message=DATA, MacAlgorithm="HMAC_SHA_256", Mac=made["Mac"])
    say(kms.verify_mac, KeyId=mac, Message=b"x", MacAlgorithm="HMAC_SHA_256", Mac=made["Mac"])
    say(kms.get_key_policy, KeyId=key, PolicyName="other")
    say(kms.enable_key_rotation, KeyId=key)
    say(kms.rotate_key_on_demand, KeyId=key)
    say(kms.tag_resource, KeyId=missing, Tags=[{"TagKey": "a", "TagValue": "b"}])
    say(kms.schedule_key_deletion, KeyId=key, PendingWindowInDays=7)
    say(kms.cancel_key_deletion, KeyId=key)
    say(kms.delete_alias, AliasName=name)
    say(kms.delete_alias, AliasName=name)
    return told


def test_codes_agree_with_moto(kms):
    server = pytest.importorskip("moto.server").ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    try:
        host, port = server.get_host_and_port()
        moto = boto3.client(
            "kms", endpoint_url=f"http://{host}:{port}", aws_access_key_id="test", aws_secret_access_key="test"
        )
        assert codes(kms) == codes(moto)
    finally:
        server.stop()
