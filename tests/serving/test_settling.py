"""What a server has done a moment after its start, seen in a process of its own."""

import subprocess
import sys
import textwrap

import pytest

STARTED = textwrap.dedent(
    """
    import gc, sys, time
    from chameleonapi.apis import LabelScores
    from chameleonapi.serving import ServerConfig, start_server

    class Some:
        applications = ()

        def serves(self, application, api):
            return api in SERVED

        def predict(self, requests):
            return [LabelScores(("Dog",), (0.9,)) for _ in requests]

    def is_settled():
        return gc.get_freeze_count() > 10_000

    with start_server(Some(), ServerConfig()) as server:
        until = time.monotonic() + 60
        while not is_settled() and time.monotonic() < until:
            time.sleep(0.01)
        print(is_settled(), *(f"google.cloud.{one}" in sys.modules for one in PACKAGES))
    print(gc.get_freeze_count())
    """
)


@pytest.mark.parametrize(
    ("served", "loaded"),
    [
        (["google.vision.label_detection"], "True True False"),
        (["google.language.analyze_sentiment"], "True False True"),
        (["aws.rekognition.detect_labels"], "True False False"),
    ],
)
def test_what_the_first_request_needs_is_loaded_and_left_alone_by_collections(served, loaded):
    head = f"SERVED = {served!r}; PACKAGES = ('vision_v1', 'language_v1')\n"
    done = subprocess.run(
        [sys.executable, "-c", head + STARTED], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [loaded, "0"]


def test_a_server_that_ends_at_once_leaves_nothing_frozen():
    head = "SERVED = ['google.vision.label_detection']; PACKAGES = ()\n"
    source = head + STARTED.replace("until = time.monotonic() + 60", "until = 0")
    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "0"
