"""Features of Vision beside labels, with Google's clients against a running server."""

import base64
import json

import grpc
import pytest
import requests
from google.api_core import exceptions
from google.auth.credentials import AnonymousCredentials
from google.cloud import vision, vision_v1p3beta1

FEATURE = vision.Feature.Type


def connect(transport, server, package=vision):
    kind = package.ImageAnnotatorClient.get_transport_class(transport)
    if transport == "grpc":
        channel = grpc.insecure_channel(f"127.0.0.1:{server.grpc_port}")
        return package.ImageAnnotatorClient(transport=kind(channel=channel))
    host = f"127.0.0.1:{server.http_port}"
    made = kind(host=host, url_scheme="http", credentials=AnonymousCredentials())
    return package.ImageAnnotatorClient(transport=made)


@pytest.fixture(scope="module", params=["grpc", "rest"])
def client(request, whole_server):
    with connect(request.param, whole_server) as made:
        yield made


def test_each_feature_with_its_own_call(client, picture):
    image = vision.Image(content=picture(250, 0, 0))
    faces = client.face_detection(image=image, max_results=2).face_annotations
    assert [one.joy_likelihood.name for one in faces] == ["VERY_LIKELY"] * 2
    objects = client.object_localization(image=image).localized_object_annotations
    assert [(one.name, one.bounding_poly.normalized_vertices[0].y) for one in objects] == [
        ("Dog", 0.5)
    ]
    assert client.safe_search_detection(image=image).safe_search_annotation.racy == 3
    for found in (client.text_detection(image=image), client.document_text_detection(image=image)):
        assert found.full_text_annotation.text == "STOP"
        assert found.text_annotations[0].description == "STOP"


def test_several_features_of_several_images(client, picture):
    contents = [picture(250, 0, 0), b"bad", picture(0, 0, 250)]
    kinds = [FEATURE.LABEL_DETECTION, FEATURE.FACE_DETECTION, FEATURE.SAFE_SEARCH_DETECTION]
    features = [{"type_": one} for one in kinds]
    requests = [{"image": {"content": one}, "features": features} for one in contents]
    good, bad, other = client.batch_annotate_images(requests=requests).responses
    assert [one.description for one in good.label_annotations] == ["Red"]
    assert [one.description for one in other.label_annotations] == ["Blue"]
    assert len(good.face_annotations) == 3
    assert other.safe_search_annotation.racy == 3
    assert (bad.error.code, bad.error.message) == (3, "Bad image data.")
    assert not bad.face_annotations


@pytest.mark.parametrize("kind", [FEATURE.LOGO_DETECTION, FEATURE.CROP_HINTS])
def test_a_feature_that_no_model_answers_fails_the_call(client, picture, kind):
    features = [{"type_": FEATURE.LABEL_DETECTION}, {"type_": kind}]
    request = {"image": {"content": picture(1, 2, 3)}, "features": features}
    with pytest.raises(exceptions.MethodNotImplemented, match=kind.name):
        client.batch_annotate_images(requests=[request])


def test_an_older_version_of_the_api(whole_server, picture):
    image = {"content": picture(250, 0, 0)}
    for transport in ("grpc", "rest"):
        with connect(transport, whole_server, vision_v1p3beta1) as client:
            found = client.annotate_image({"image": image, "features": [{"type_": 19}]})
            assert [one.name for one in found.localized_object_annotations] == ["Dog"]


def test_by_hand_with_url_safe_base64_and_a_mask(whole_server, picture):
    content = base64.urlsafe_b64encode(picture(250, 10, 150) + b"\xff\xfe\xfb").decode()
    assert "-" in content or "_" in content
    body = {
        "requests": [
            {
                "image": {"content": content.rstrip("=")},
                "features": [{"type": "LABEL_DETECTION"}, {"type": 1}],
            }
        ]
    }
    mask = "responses(labelAnnotations/description,faceAnnotations/joyLikelihood)"
    url = f"http://127.0.0.1:{whole_server.http_port}/v1/images:annotate"
    reply = requests.post(
        url,
        params={"fields": mask, "$alt": "json;enum-encoding=int"},
        data=json.dumps(body),
        timeout=20,
    )
    (found,) = reply.json()["responses"]
    assert found["labelAnnotations"] == [{"description": "Red"}, {"description": "Blue"}]
    assert found["faceAnnotations"] == [{"joyLikelihood": 5}] * 3


def test_discovery_clients(whole_server, picture):
    discovery = pytest.importorskip("googleapiclient.discovery")
    import httplib2

    service = discovery.build(
        "vision",
        "v1",
        http=httplib2.Http(proxy_info=None),
        static_discovery=True,
        client_options={"api_endpoint": f"http://127.0.0.1:{whole_server.http_port}/"},
    )
    image = {"content": base64.b64encode(picture(250, 0, 0)).decode()}
    features = [{"type": "LABEL_DETECTION"}, {"type": "SAFE_SEARCH_DETECTION"}]
    body = {"requests": [{"image": image, "features": features}]}
    with service:
        (found,) = service.images().annotate(body=body).execute()["responses"]
        assert found["labelAnnotations"][0]["description"] == "Red"
        assert found["safeSearchAnnotation"] == {"adult": "VERY_UNLIKELY", "racy": "POSSIBLE"}
        with pytest.raises(Exception, match="not served") as caught:
            service.files().annotate(body={"requests": []}).execute()
        assert caught.value.status_code == 501
