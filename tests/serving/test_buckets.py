"""Objects of buckets come from folders of this machine, and from nowhere else."""

import contextlib
import json
import os
import threading
from pathlib import Path

import boto3
import grpc
import pytest
import requests
from google.cloud import language_v1, vision_v1
from hypothesis import given
from hypothesis import strategies as st

from chameleonapi.apis import RoutedPredictor
from chameleonapi.errors import UsageError
from chameleonapi.serving import ServerConfig, start_server
from chameleonapi.serving.buckets import Buckets
from chameleonapi.serving.wire.stored import (
    MissingObjectError,
    TooLargeObjectError,
    UnknownBucketError,
)

LABELS = {"type_": vision_v1.Feature.Type.LABEL_DETECTION}


@pytest.fixture(scope="module")
def root(tmp_path_factory, picture):
    """A bucket, something secret beside it, and links that lead there."""
    root = tmp_path_factory.mktemp("buckets")
    (root / "photos" / "2026" / "may").mkdir(parents=True)
    (root / "secret").mkdir()
    (root / "secret" / "key.txt").write_text("secret")
    photos = root / "photos"
    (photos / "a.png").write_bytes(picture(250, 10, 150))
    (photos / "2026" / "may" / "b c+.png").write_bytes(picture(250, 10, 150))
    (photos / "2026" / "text.txt").write_text("Ann. Bob.")
    (photos / "2026" / "latin.txt").write_bytes(b"\xe9t\xe9")
    (photos / "out").symlink_to(root / "secret")
    (photos / "out.txt").symlink_to(root / "secret" / "key.txt")
    (photos / "within").symlink_to(photos / "2026")
    os.mkfifo(photos / "pipe")
    os.link(photos / "a.png", photos / "hard.png")
    return root


@pytest.fixture(scope="module")
def buckets(root):
    return Buckets({"photos": root / "photos"}, max_bytes=1000)


@pytest.mark.parametrize("key", ["a.png", "2026/may/b c+.png", "hard.png"])
def test_what_is_there_is_read(buckets, root, key):
    content = (root / "photos" / key).read_bytes()
    assert buckets.read("photos", key, len(content)) == content
    with pytest.raises(TooLargeObjectError):
        buckets.read("photos", key, len(content) - 1)


TRAVERSALS = [
    "../secret/key.txt",
    "2026/../../secret/key.txt",
    "2026/may/../../../secret/key.txt",
    "./a.png",
    "2026/./text.txt",
    "/etc/passwd",
    "//etc/passwd",
    "2026//text.txt",
    "2026/",
    "",
    "/",
    ".",
    "..",
    "a.png/",
    "a.png/x",
    "a.png\0.jpg",
    "a.png\0",
    "out/key.txt",
    "out.txt",
    "within/text.txt",
    "out/../a.png",
    "..\\secret\\key.txt",
    "%2e%2e/secret/key.txt",
    "..%2fsecret/key.txt",
    "..%c0%afsecret/key.txt",
    "2026/%00",
    "\N{FULLWIDTH FULL STOP}\N{FULLWIDTH FULL STOP}/secret/key.txt",
    "..\N{DIVISION SLASH}secret/key.txt",
    "file:///etc/passwd",
    "~/key",
    "$HOME/key",
    "pipe",
    "2026",
    "x" * 2000,
    "a/" * 500 + "b",
    "\ud800",
]


@pytest.mark.parametrize("key", TRAVERSALS)
def test_no_key_leads_out(buckets, key):
    with pytest.raises(MissingObjectError):
        buckets.read("photos", key, 1000)


@given(
    st.lists(
        st.sampled_from(["..", ".", "", "2026", "out", "within", "may", "text.txt", "a.png", "\0"])
    )
)
def test_no_combination_of_parts_leads_out(buckets, root, parts):
    key = "/".join(parts)
    try:
        content = buckets.read("photos", key, 1000)
    except MissingObjectError:
        return
    plain = Path(root / "photos", *parts)
    assert content == plain.read_bytes()
    assert plain.resolve() == plain  # no link, no step back


@pytest.mark.parametrize("name", ["", "Photos", "other", "photos/2026", "..", "photos\0", "."])
def test_other_buckets_are_not_there(buckets, name):
    with pytest.raises(UnknownBucketError):
        buckets.read(name, "a.png", 1000)


def test_a_part_that_becomes_a_link_meanwhile(root):
    """Somebody who may write into the folder swaps a part of a key for a link, again and again."""
    racing = root / "racing"
    (racing / "real").mkdir(parents=True)
    (racing / "real" / "key.txt").write_text("public")
    buckets = Buckets({"racing": racing})
    done = threading.Event()

    def swap():
        link = racing / "link"
        while not done.is_set():
            (racing / "real").rename(racing / "away")
            link.symlink_to(root / "secret")
            link.rename(racing / "real")
            (racing / "real").unlink()
            (racing / "away").rename(racing / "real")

    thread = threading.Thread(target=swap)
    thread.start()
    seen = set()
    try:
        for _ in range(3000):
            with contextlib.suppress(MissingObjectError):
                seen.add(buckets.read("racing", "real/key.txt", 100))
    finally:
        done.set()
        thread.join()
    # What was read in between, if anything was, is never the secret.
    assert seen <= {b"public"}
    assert buckets.read("racing", "real/key.txt", 100) == b"public"


def test_the_objects_of_one_call_are_bounded_together(buckets, root):
    size = len((root / "photos" / "a.png").read_bytes())
    read = Buckets({"photos": root / "photos"}, max_bytes=2 * size).reader()
    assert read("photos", "a.png", 1000)
    assert read("photos", "hard.png", 1000)
    with pytest.raises(TooLargeObjectError):
        read("photos", "a.png", 1000)


@pytest.mark.parametrize(
    ("name", "folder", "words"),
    [("Bad Name", ".", "cannot be the name"), ("photos", "gone", "which is no folder")],
)
def test_wrong_settings(tmp_path, name, folder, words):
    with pytest.raises(UsageError, match=words):
        Buckets({name: tmp_path / folder})


@pytest.fixture(scope="module")
def stored_server(root, make_predictor, book):
    config = ServerConfig(buckets={"photos": root / "photos"})
    with start_server(RoutedPredictor([make_predictor(), book]), config) as running:
        yield running


def channel(server):
    return grpc.insecure_channel(f"127.0.0.1:{server.grpc_port}")


def test_google_vision_over_grpc(stored_server):
    kind = vision_v1.ImageAnnotatorClient.get_transport_class("grpc")
    with vision_v1.ImageAnnotatorClient(transport=kind(channel=channel(stored_server))) as client:
        keys = ["gs://photos/a.png", "gs://photos/gone.png", "gs://other/a.png", "gs://photos"]
        images = [{"source": {"image_uri": one}} for one in keys]
        images.append({"source": {"gcs_image_uri": "gs://photos/2026/may/b c+.png"}})
        wanted = [{"image": one, "features": [LABELS]} for one in images]
        answers = client.batch_annotate_images({"requests": wanted}).responses
    assert [one.error.code for one in answers] == [0, 5, 7, 5, 0]
    assert [len(one.label_annotations) for one in answers] == [2, 0, 0, 0, 2]


def test_google_rest_and_language(stored_server):
    url = f"http://127.0.0.1:{stored_server.http_port}"
    one = {"image": {"source": {"imageUri": "gs://photos/a.png"}}}
    body = {"requests": [{**one, "features": [{"type": "LABEL_DETECTION"}]}]}
    answer = requests.post(f"{url}/v1/images:annotate", json=body, timeout=30).json()
    assert len(answer["responses"][0]["labelAnnotations"]) == 2
    kind = language_v1.LanguageServiceClient.get_transport_class("grpc")
    with language_v1.LanguageServiceClient(transport=kind(channel=channel(stored_server))) as asked:
        document = {"gcs_content_uri": "gs://photos/2026/text.txt", "type_": 1}
        assert [e.name for e in asked.analyze_entities(document=document).entities] == [
            "Ann",
            "Bob",
        ]
        for key in ("gone.txt", "2026/latin.txt", "../secret/key.txt"):
            document["gcs_content_uri"] = f"gs://photos/{key}"
            with pytest.raises(Exception, match=r"not found|no valid UTF-8"):
                asked.analyze_entities(document=document)


def test_amazon(stored_server):
    client = boto3.client(
        "rekognition",
        region_name="us-east-1",
        aws_access_key_id="A",
        aws_secret_access_key="s",
        endpoint_url=f"http://127.0.0.1:{stored_server.http_port}",
    )
    place = {"Bucket": "photos", "Name": "a.png"}
    found = client.detect_labels(Image={"S3Object": place})["Labels"]
    assert [one["Name"] for one in found] == ["Red", "Blue"]
    for wrong in ({"Name": "gone"}, {"Name": "../secret/key.txt"}, {"Bucket": "other"}):
        with pytest.raises(client.exceptions.InvalidS3ObjectException):
            client.detect_labels(Image={"S3Object": place | wrong})
    with pytest.raises(client.exceptions.InvalidS3ObjectException):
        client.detect_labels(Image={"S3Object": place | {"Version": "1"}})


def test_nothing_is_told_of_what_lies_outside(stored_server):
    """A key that leads to a file outside and one that leads nowhere get the same answer."""
    url = f"http://127.0.0.1:{stored_server.http_port}/v1/images:annotate"

    def answer(key):
        image = {"source": {"imageUri": f"gs://photos/{key}"}}
        body = {"requests": [{"image": image, "features": [{"type": "LABEL_DETECTION"}]}]}
        return json.dumps(requests.post(url, json=body, timeout=30).json())

    assert answer("../secret/key.txt") == answer("../secret/none.txt") == answer("none.txt")
