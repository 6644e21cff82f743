import csv
import io
import zipfile

import pytest

from chameleonapi.cli.main import main
from chameleonapi.data.fetching import Fetcher, assemble_photos
from chameleonapi.data.importers import detect, import_data
from chameleonapi.data.pictures import read_picture
from chameleonapi.errors import DataError
from data.samples import encoded, noise
from data.web import Site, serving

CLOTHES = "image,sender_id,label,kids\naa-1,7,T-Shirt,False\nbb-2,9,Not sure,False\ncc-3,8,Skip,True\ndd-4,8,Other,True\nee-5,12,Hat,True\nff-6,1,../../x,False\ngone,1,Hat,False\nbad,1,Hat,False\n"


def jpeg(seed, width=400, height=300):
    return encoded(noise(width, height, seed=seed), "JPEG")


SETS = {
    "GroceryStoreDataset": {
        "README.md": b"# Grocery",
        "dataset/classes.csv": b"Class Name (str),Class ID (int)\n",
        "dataset/iconic-images-and-descriptions/Fruit/Apple/x.jpg": jpeg(0),
        "dataset/train/Fruit/Apple/Granny-Smith/Granny-Smith_001.jpg": jpeg(1, 300, 500),
        "dataset/val/Fruit/Banana/Banana_001.jpg": jpeg(2, 100, 100),
        "dataset/train.txt": b"",
    },
    "Trash-Classification-": {
        "dataset-resized/glass/glass1.jpg": jpeg(3),
        "dataset-resized/glass/.DS_Store": b"x",
    },
    "clothing-dataset": {
        "images.csv": CLOTHES.encode(),
        "images/aa-1.jpg": jpeg(4),
        "images/bb-2.jpg": jpeg(5),
        "images/ee-5.jpg": jpeg(6),
        "images/bad.jpg": b"",
    },
}
COMMITS = {
    "GroceryStoreDataset": ("marcusklasson", "fc80ba90f803"),
    "Trash-Classification-": ("congduytran12", "00212f2c18dc"),
    "clothing-dataset": ("alexeygrigorev", "7ed86a9cc567"),
}
INDEX = [
    ["path", "source", "split", "labels", "contributor"],
    [
        "grocery/train/Fruit/Apple/Granny-Smith/Granny-Smith_001.jpg",
        "grocery",
        "train",
        "Fruit|Apple|Granny-Smith",
        "",
    ],
    ["grocery/val/Fruit/Banana/Banana_001.jpg", "grocery", "val", "Fruit|Banana", ""],
    ["trash/glass/glass1.jpg", "trash", "", "glass", ""],
    ["clothing/T-Shirt/aa-1.jpg", "clothing", "", "T-Shirt", "7"],
    ["clothing/Hat/ee-5.jpg", "clothing", "", "Hat", "12"],
]


def archive(name, files, commit, top=None):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for path, content in files.items():
            made.writestr(f"{top or f'{name}-{commit}0123456789'}/{path}", content)
    return out.getvalue()


def index(folder):
    with (folder / "index.csv").open(newline="") as file:
        return list(csv.reader(file))


@pytest.fixture
def clones(tmp_path):
    for name, files in SETS.items():
        for path, content in files.items():
            target = tmp_path / "clones" / name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    return tmp_path / "clones"


def test_from_clones(clones, tmp_path):
    made = assemble_photos(tmp_path / "out", clones=clones)
    assert made.counts == {"grocery": 2, "trash": 1, "clothing": 2}
    assert index(tmp_path / "out") == INDEX
    assert (
        (tmp_path / "out/index.csv")
        .read_bytes()
        .startswith(b"path,source,split,labels,contributor\r\n")
    )
    shapes = [read_picture((tmp_path / "out" / row[0]).read_bytes()).shape[:2] for row in INDEX[1:]]
    assert shapes == [(320, 192), (100, 100), (192, 256), (192, 256), (192, 256)]
    assert "its name could lead elsewhere" in made.left_out.values()
    assert made.left_out["clothing: images/gone.jpg"] == "not there"
    assert "0 bytes" in made.left_out["clothing: images/bad.jpg"]
    assert "MIT" in (tmp_path / "out/LICENCES.md").read_text()
    assert import_data(tmp_path / "out", None).examples == 5
    assert detect(tmp_path / "out").reader.name == "csv"


@pytest.fixture
def site():
    with serving(Site()) as one:
        for name, (owner, commit) in COMMITS.items():
            one.files[f"/{owner}/{name}/zip/{commit}"] = archive(name, SETS[name], commit)
        yield one


def test_from_archives_as_the_host_makes_them(site, clones, tmp_path):
    site.faults["/alexeygrigorev/clothing-dataset/zip/7ed86a9cc567"] = ["cut", 503]
    fetcher = Fetcher(sleep=lambda _: None)
    assemble_photos(tmp_path / "out", archives=site.address, fetcher=fetcher)
    assert index(tmp_path / "out") == INDEX
    assemble_photos(tmp_path / "other", clones=clones)
    for row in INDEX[1:]:
        assert (tmp_path / "out" / row[0]).read_bytes() == (
            tmp_path / "other" / row[0]
        ).read_bytes()


def test_an_interruption_is_gone_on_with(site, tmp_path):
    def stop(done):
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        assemble_photos(tmp_path / "out", archives=site.address, advance=stop)
    assert not (tmp_path / "out/index.csv").exists()
    first = (tmp_path / "out" / INDEX[1][0]).stat().st_mtime_ns
    assemble_photos(tmp_path / "out", archives=site.address)
    assert index(tmp_path / "out") == INDEX
    assert (tmp_path / "out" / INDEX[1][0]).stat().st_mtime_ns == first
    assert max(site.asked.values()) == 1


@pytest.mark.parametrize(
    "name",
    [
        "../../evil.jpg",
        "dataset-resized/../../evil.jpg",
        "dataset-resized/../glass/evil.jpg",
        "dataset-resized/..\\..\\x/evil.jpg",
    ],
)
def test_names_in_an_archive_lead_nowhere(site, tmp_path, name):
    owner, commit = COMMITS["Trash-Classification-"]
    files = {**SETS["Trash-Classification-"], name: jpeg(9)}
    site.files[f"/{owner}/Trash-Classification-/zip/{commit}"] = archive(
        "Trash-Classification-", files, commit
    )
    assemble_photos(tmp_path / "out", archives=site.address)
    assert index(tmp_path / "out") == INDEX
    assert not list(tmp_path.rglob("*evil*"))


def test_a_bomb_and_damage_are_left_out(site, tmp_path):
    owner, commit = COMMITS["Trash-Classification-"]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(f"T-{commit}/dataset-resized/glass/bomb.jpg", bytes(30 * 1024 * 1024))
        made.writestr(f"T-{commit}/dataset-resized/glass/glass1.jpg", jpeg(3))
        made.writestr(f"T-{commit}/dataset-resized/glass/hurt.jpg", b"find me" * 100)
    content = bytearray(out.getvalue())
    at = content.index(b"hurt.jpg") + len("hurt.jpg")
    content[at : at + 8] = b"\xff" * 8
    site.files[f"/{owner}/Trash-Classification-/zip/{commit}"] = bytes(content)
    made = assemble_photos(tmp_path / "out", archives=site.address)
    assert index(tmp_path / "out") == INDEX
    assert "longer than 20,971,520 bytes" in made.left_out["trash: dataset-resized/glass/bomb.jpg"]
    assert "is damaged" in made.left_out["trash: dataset-resized/glass/hurt.jpg"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"no zip", "is no zip archive"),
        (archive("x", {"a": b""}, "other"), "but one folder of the commit"),
        (archive("x", {"a": b""}, "fc80ba90f803"), "no photograph of"),
    ],
)
def test_another_archive_is_refused(site, tmp_path, content, message):
    site.files["/marcusklasson/GroceryStoreDataset/zip/fc80ba90f803"] = content
    with pytest.raises(DataError, match=message):
        assemble_photos(tmp_path / "out", archives=site.address)
    assert not (tmp_path / "out/index.csv").exists()


def test_links_out_of_a_clone_are_not_followed(clones, tmp_path):
    (tmp_path / "secret.jpg").write_bytes(jpeg(8))
    (clones / "clothing-dataset/images/gone.jpg").symlink_to(tmp_path / "secret.jpg")
    made = assemble_photos(tmp_path / "out", clones=clones)
    assert made.left_out["clothing: images/gone.jpg"] == "not there"


def test_the_command(clones, tmp_path, capsys):
    assert main(["data", "photos", str(tmp_path / "out"), "--from", str(clones)]) == 0
    said = capsys.readouterr().out
    assert "2 photographs of clothing" in said
    assert "3 were left out" in said
    assert main(["data", "photos", str(tmp_path / "out2"), "--from", str(tmp_path)]) == 7
