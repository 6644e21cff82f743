"""Texts that are put together from data of the answer, as effects show them."""

import textwrap

import pytest

from chameleonapi.analysis.engine import load_program

HEAD = """
import boto3
client = boto3.client("rekognition")
def named(image):
    text = ""
    for one in client.detect_labels(Image=image)["Labels"]:
        text += "tag {} - {:.1f}%\\n".format(one["Name"], one["Confidence"])
    return text
"""


def trace_of(tmp_path, body, count):
    (tmp_path / "app.py").write_text(HEAD + textwrap.dedent(body), encoding="utf-8")
    program = load_program(tmp_path)
    entry = next(one for one in program.entries if one.name == "on_photo")
    labels = [{"Name": f"L{i}", "Confidence": 90.0 - i} for i in range(count)]
    return program.run(entry, {}, {}, default={"aws.rekognition.detect_labels": {"Labels": labels}})


@pytest.mark.parametrize("count", [1, 2, 5])
def test_how_often_a_line_is_repeated_does_not_show_however_deep_the_text_lies(tmp_path, count):
    trace = trace_of(
        tmp_path,
        """
        def on_photo(message):
            reply = ""
            reply += named(message.photo)
            reply += "bye"
            message.reply(reply)
        """,
        count,
    )
    (sent,) = [one.key for one in trace.effects if "reply(" in one.key]
    assert sent.endswith(r"reply('tag <answer> - <answer>%\nbye')")


def test_a_text_with_a_constant_piece_is_not_empty_whatever_the_answer(tmp_path):
    trace = trace_of(
        tmp_path,
        """
        def on_photo(message):
            message.reply("some" if named(message.photo) else "none")
        """,
        2,
    )
    assert not trace.tests
    assert "reply('some')" in "".join(one.key for one in trace.effects)


def test_methods_that_only_texts_have_do_nothing_whatever_they_are_asked_of(tmp_path):
    (tmp_path / "app.py").write_text(
        "import sys\nimport boto3\n"
        "def handler(event, context):\n"
        "    found = boto3.client('rekognition').detect_labels(Image={'Bytes': event['image']})\n"
        "    for one in found['Labels']:\n"
        "        print(one['Name'] == event['wanted'].strip().lower())\n"
        "        event['seen'].update(one)\n",
        encoding="utf-8",
    )
    program = load_program(tmp_path)
    (entry,) = (one for one in program.entries if one.name == "handler")
    answer = {"Labels": [{"Name": "Cat", "Confidence": 90.0}]}
    trace = program.run(entry, {}, {}, default={"aws.rekognition.detect_labels": answer})
    calls = [one.key.split("(")[0] for one in trace.effects if one.kind == "call"]
    assert calls == ["parameter event['seen'].update"]


@pytest.mark.parametrize(
    "text",
    [
        "'\\n'.join(json.dumps(one) for one in rows)",
        "'\\n'.join([open_box(message), str(rows)])",
        "str(rows)",
        "f'{rows}'",
    ],
)
def test_what_is_known_in_a_text_shows_beside_what_is_not(tmp_path, text):
    body = f"""
        import json
        from boxes import open_box
        def on_photo(message):
            kinds = "many" if len(named(message.photo)) > 20 else "few"
            rows = [{{"kinds": kinds, "box": open_box(message)}}]
            message.reply({text})
    """
    shown = {
        next(one.key for one in trace_of(tmp_path, body, count).effects if "reply(" in one.key)
        for count in (1, 4)
    }
    assert len(shown) == 2
    assert any("many" in one for one in shown)
