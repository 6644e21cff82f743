import errno
import json

import pytest

from chameleonapi.cli.main import main
from chameleonapi.data import load_dataset
from chameleonapi.data.fetching import Fetcher, OpenImagesPlan, fetch_open_images
from chameleonapi.errors import DataError, UsageError
from data.samples import encoded, noise
from data.web import Site, serving

HEAD = "ImageID,Source,LabelName,Confidence\n"
LABELS = "/v7/oidv7-val-annotations-human-imagelabels.csv"
CAT, DOG, ROSE = "/m/01yrx", "/m/0bt9lr", "/m/06m11"


def identity(number):
    return f"{number:016x}"


@pytest.fixture
def site():
    """The buckets' layout: tables below v7, pictures below their split."""
    with serving(Site()) as one:
        one.files["/v7/oidv7-class-descriptions.csv"] = (
            f"LabelName,DisplayName\n{CAT},Cat\n{DOG},Dog\n{ROSE},Rose\n".encode()
        )
        one.files["/2018_04/bbox_labels_600_hierarchy.json"] = json.dumps(
            {"LabelName": "/m/0bl9f", "Subcategory": [{"LabelName": CAT}]}
        ).encode()
        rows = [f"{identity(n)},verification,{CAT},{n % 2}\n" for n in range(20)]
        rows += [f"{identity(n)},crowdsource-verification,{ROSE},1\n" for n in range(5)]
        rows += [f"{identity(n)},verification,{DOG},1\n" for n in range(18, 22)]
        rows += [f"{identity(30)},machine,{CAT},0.7\n"]
        rows += [
            f"{one},verification,{CAT},1\n"
            for one in ("../../etc/passwd", "a/b", "", "%2e%2e", "A" * 16)
        ]
        one.files[LABELS] = (HEAD + "".join(rows)).encode()
        for number in range(22):
            one.files[f"/validation/{identity(number)}.jpg"] = encoded(noise(seed=number), "JPEG")
        yield one


def plan(site, *labels, **more):
    return OpenImagesPlan(
        labels or ("cats",),
        splits=("validation",),
        metadata=site.address,
        pictures=site.address,
        threads=3,
        **more,
    )


def patient():
    return Fetcher(tries=3, sleep=lambda _: None, timeout_seconds=5)


def pictures(folder):
    return sorted(one.stem for one in folder.rglob("*.jpg"))


def test_only_what_speaks_of_the_labels_is_fetched(site, tmp_path):
    calls = []
    found = fetch_open_images(
        plan(site), tmp_path / "oi", fetcher=patient(), advance=lambda *one: calls.append(one)
    )
    assert (found.fetched, found.failed, found.chosen) == (20, {}, {"Cat": 10})
    assert pictures(tmp_path) == [identity(n) for n in range(20)]
    assert calls[-1] == (20, 20)
    assert {one.kind: one.count for one in found.findings.all} == {
        "unknown-id": 5,
        "machine-label": 1,
    }
    assert not any("passwd" in one or ".." in one for one in site.asked)


def test_it_can_be_imported(site, tmp_path):
    fetch_open_images(plan(site), tmp_path / "oi", fetcher=patient())
    assert (
        main(
            [
                "data",
                "import",
                str(tmp_path / "oi"),
                str(tmp_path / "out"),
                "--format",
                "open-images",
            ]
        )
        == 0
    )
    dataset = load_dataset(tmp_path / "out")
    assert len(dataset) == 20
    one = next(one for one in dataset if one.id == identity(2))
    assert (one.present, one.absent, one.split) == (("Rose",), ("Cat",), "validation")


def test_the_limit_holds_for_each_label_and_the_choice_is_the_same(site, tmp_path):
    for name in ("a", "b"):
        found = fetch_open_images(plan(site, limit=3), tmp_path / name, fetcher=patient())
        assert found.fetched == 6
    assert pictures(tmp_path / "a") == pictures(tmp_path / "b")
    assert sum(int(one, 16) % 2 for one in pictures(tmp_path / "a")) == 3


def test_failures_of_some_do_not_stop_the_others(site, tmp_path):
    del site.files[f"/validation/{identity(3)}.jpg"]
    site.faults[f"/validation/{identity(4)}.jpg"] = [503] * 9
    site.faults[f"/validation/{identity(5)}.jpg"] = ["cut", 503]
    found = fetch_open_images(plan(site), tmp_path / "oi", fetcher=patient())
    assert found.fetched == 18
    assert found.failed[f"validation/{identity(3)}"] == "not there"
    assert "503" in found.failed[f"validation/{identity(4)}"]
    site.faults.clear()
    before = dict(site.asked)
    again = fetch_open_images(plan(site), tmp_path / "oi", fetcher=patient())
    assert again.fetched == 19
    asked = {one for one in site.asked if site.asked[one] != before.get(one)}
    assert asked == {f"/validation/{identity(n)}.jpg" for n in (3, 4)}


def test_an_interruption_is_gone_on_with(site, tmp_path):
    def stop(done, total):
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch_open_images(plan(site), tmp_path / "oi", fetcher=patient(), advance=stop)
    found = fetch_open_images(plan(site), tmp_path / "oi", fetcher=patient())
    assert found.fetched == 20
    assert site.asked[LABELS] == 1
    assert all(count == 1 for count in site.asked.values())


def test_a_full_disk_stops_at_once(site, tmp_path, monkeypatch):
    from chameleonapi.data.fetching import http

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    fetch_open_images(plan(site, limit=1), tmp_path / "oi", fetcher=patient())
    monkeypatch.setattr(http.Fetcher, "_copy", full)
    with pytest.raises(OSError, match="No space"):
        fetch_open_images(plan(site), tmp_path / "oi", fetcher=patient())


def test_labels_nobody_knows_are_told_with_the_closest(site, tmp_path):
    with pytest.raises(DataError, match="none of the 1 labels") as caught:
        fetch_open_images(plan(site, "Catt"), tmp_path / "oi", fetcher=patient())
    assert "Close: Cat" in caught.value.hint


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"splits": ("all",)}, "no split"),
        ({"splits": ()}, "no split"),
        ({"limit": 0}, "make no sense"),
        ({"threads": 100}, "make no sense"),
        ({"pictures": "file:///"}, "no address"),
    ],
)
def test_a_plan_without_sense_is_refused(tmp_path, more, message):
    with pytest.raises(UsageError, match=message):
        fetch_open_images(OpenImagesPlan(("Cat",), **more), tmp_path / "oi")
    assert list(tmp_path.iterdir()) == []


def test_the_labels_of_an_application(site, tmp_path, capsys):
    app = tmp_path / "app.py"
    app.write_text(
        "from google.cloud import vision\n"
        "def pet(content):\n"
        "    client = vision.ImageAnnotatorClient()\n"
        "    answer = client.label_detection(image=vision.Image(content=content))\n"
        "    for label in answer.label_annotations:\n"
        "        if label.description == 'Dog':\n"
        "            return True\n"
        "    return False\n"
    )
    addresses = ("--metadata-address", site.address, "--pictures-address", site.address + "/")
    words = (
        "data",
        "open-images",
        tmp_path / "oi",
        "--app",
        app,
        "--splits",
        "validation",
        "--json",
        *addresses,
    )
    assert main(list(map(str, words))) == 0
    assert json.loads(capsys.readouterr().out)["chosen"] == {"Dog": 4}
    assert main(["data", "open-images", str(tmp_path / "oi")]) == 2
