import json

import pytest

from chameleonapi.apis import ApiAnswer, Request
from chameleonapi.errors import RecordError, ServingError
from chameleonapi.serving import ReplayPredictor
from chameleonapi.serving.recording import Recorder, digest, read_recording
from chameleonapi.serving.replay import NotRecordedError
from chameleonapi.serving.wire.ask import Ask

LABELS = "google.vision.label_detection"
SENTIMENT = "google.language.analyze_sentiment"


def labels(*names):
    return {"labelAnnotations": [{"description": one} for one in names]}


def record(path, *pairs, **more):
    recorder = Recorder(path, **more)
    for ask, answer in pairs:
        recorder.add(ask, answer)
    recorder.close()


def replayed(path, request):
    (found,) = ReplayPredictor(path).predict([request])
    return found.answer if isinstance(found, ApiAnswer) else type(found)


def test_the_fullest_answer_to_a_question_is_replayed(tmp_path):
    file = tmp_path / "a.jsonl"
    pairs = [(Ask(LABELS, b"p", cut="1"), labels("A")), (Ask(LABELS, b"p"), labels("A", "B"))]
    for order in (pairs, pairs[::-1]):
        file.unlink(missing_ok=True)
        record(file, *order)
        assert replayed(file, Request("", b"p", LABELS)) == labels("A", "B")
        assert replayed(file, Request("any", b"p", LABELS)) == labels("A", "B")


def test_language_and_variant_are_part_of_the_question(tmp_path):
    file = tmp_path / "a.jsonl"
    record(file, (Ask(SENTIMENT, b"t", "en", "v"), {"language": "en"}))
    assert replayed(file, Request("", b"t", SENTIMENT, "en", "v")) == {"language": "en"}
    for other in (("de", "v"), ("en", ""), ("", "v")):
        assert replayed(file, Request("", b"t", SENTIMENT, *other)) is NotRecordedError
    replay = ReplayPredictor(file)
    assert replay.serves("any", SENTIMENT)
    assert not replay.serves("", LABELS)


def test_a_second_recorder_goes_on_where_the_first_stopped(tmp_path):
    file = tmp_path / "a.jsonl"
    record(file, (Ask(LABELS, b"p"), labels("A")))
    record(file, (Ask(LABELS, b"p"), labels("B")), (Ask(LABELS, b"q"), labels("C")))
    assert [one.answer for one in read_recording(file)] == [labels("A"), labels("C")]
    assert [one.input for one in read_recording(file)] == [digest(b"p"), digest(b"q")]


def test_a_recording_is_bounded(tmp_path, caplog):
    file = tmp_path / "a.jsonl"
    pairs = [(Ask(LABELS, bytes([number])), labels("A")) for number in range(50)]
    record(file, *pairs, max_bytes=1000)
    assert 0 < file.stat().st_size <= 1000
    assert caplog.text.count("the recording is full") == 1


def test_credentials_are_cut_out_wherever_they_stand(tmp_path):
    file = tmp_path / "a.jsonl"
    recorder = Recorder(file)
    answer = {"a": ["x secret-key y", {"secret-key": 1}], "b": "to"}
    recorder.add(Ask(LABELS, b"p"), answer, ["secret-key", "to"])
    recorder.close()
    assert next(read_recording(file)).answer == {
        "a": ["x [removed] y", {"[removed]": 1}],
        "b": "to",
    }


def test_a_line_that_was_cut_off_is_left_out(tmp_path):
    file = tmp_path / "a.jsonl"
    record(file, (Ask(LABELS, b"p"), labels("A")), (Ask(LABELS, b"q"), labels("B")))
    file.write_bytes(file.read_bytes()[:-5])
    assert [one.answer for one in read_recording(file)] == [labels("A")]


GOOD = {
    "schema": "chameleonapi.recording/1",
    "api": LABELS,
    "input": "sha256:0",
    "language": "",
    "variant": "",
    "cut": "",
    "answer": {},
}


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"[]",
        b"[" * 100_000,
        json.dumps(GOOD | {"schema": "other/1"}).encode(),
        json.dumps(GOOD | {"api": "nobody.knows.it"}).encode(),
        json.dumps(GOOD | {"answer": []}).encode(),
        json.dumps(GOOD | {"cut": 3}).encode(),
        json.dumps(GOOD | {"more": 3}).encode(),
    ],
)
def test_a_file_that_is_no_recording(tmp_path, line):
    file = tmp_path / "a.jsonl"
    file.write_bytes(json.dumps(GOOD).encode() + b"\n" + line + b"\n")
    for use in (ReplayPredictor, Recorder):
        with pytest.raises(RecordError, match="line 2"):
            use(file)


def test_files_that_are_not_there_or_cannot_be(tmp_path):
    with pytest.raises(RecordError, match="cannot read"):
        ReplayPredictor(tmp_path / "nothing")
    with pytest.raises(ServingError, match="cannot record"):
        Recorder(tmp_path / "nowhere" / "a.jsonl")
