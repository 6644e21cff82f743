"""A program that serves a predictor by replicas in a Ray cluster of its own, and asks it.

Run by ``test_ray.py`` in an environment that has Ray.
"""

import base64
import os
import threading
import time

import grpc
import ray
import requests
from google.cloud import vision_v1
from ray import serve

from chameleonapi.apis import LabelScores
from chameleonapi.errors import InputError
from chameleonapi.serving import ServerConfig, start_server
from chameleonapi.serving.ray_replicas import deploy_on_ray


class Workers:
    """Answers with the process that it runs in."""

    applications = ("warm",)

    def predict(self, requests):
        if any(one.content == b"fail" for one in requests):
            raise RuntimeError("a secret")
        time.sleep(0.2)
        return [self.one(each) for each in requests]

    def one(self, request):
        if request.content == b"bad":
            return InputError("no picture")
        return LabelScores((f"{request.application or 'generic'} {os.getpid()}",), [0.9])


def ask(server, content, application=""):
    one = {"image": {"content": base64.b64encode(content).decode()}}
    body = {"requests": [{**one, "features": [{"type": "LABEL_DETECTION"}]}]}
    headers = {"x-chameleon-application": application} if application else {}
    url = f"http://127.0.0.1:{server.http_port}/v1/images:annotate"
    return requests.post(url, json=body, headers=headers, timeout=120)


def main():
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    predictor = deploy_on_ray(Workers, replicas=2, options={"ray_actor_options": {"num_cpus": 0.1}})
    assert not serve.status().proxies  # Ray listens for nobody
    assert predictor.applications == ("warm",)
    assert predictor.serves("warm", "google.vision.label_detection")
    assert not predictor.serves("warm", "google.vision.face_detection")
    with start_server(predictor, ServerConfig(max_batch=32)) as server:
        answer = ask(server, b"picture", "warm").json()["responses"][0]["labelAnnotations"]
        assert answer[0]["description"].startswith("warm "), answer
        assert ask(server, b"picture", "other").status_code == 403
        assert ask(server, b"bad").json()["responses"][0]["error"]["code"] == 3
        failed = ask(server, b"fail")
        assert failed.status_code == 500
        assert "secret" not in failed.text

        kind = vision_v1.ImageAnnotatorClient.get_transport_class("grpc")
        channel = grpc.insecure_channel(f"127.0.0.1:{server.grpc_port}")
        with vision_v1.ImageAnnotatorClient(transport=kind(channel=channel)) as client:
            found = client.label_detection(image={"content": b"picture"}).label_annotations
        assert found[0].description.startswith("generic ")

        seen, threads = set(), []
        for _ in range(24):
            thread = threading.Thread(target=lambda: seen.add(ask(server, b"picture").text))
            thread.start()
            threads.append(thread)
        for thread in threads:
            thread.join()
        assert len(seen) == 2, seen  # both replicas answer
        assert all("generic" in one for one in seen)
        assert str(os.getpid()) not in "".join(seen)  # and this process does not

        predictor.shut_down()
        assert ask(server, b"picture").status_code == 500
    assert predictor.predict([]) == []  # nobody is asked
    serve.shutdown()
    ray.shutdown()
    print("served by Ray")


if __name__ == "__main__":
    main()
