"""Words of a document, put together from their symbols; what is not told apart is a gap."""

import pytest

from chameleonapi.analysis import Budget, analyze
from chameleonapi.apis import elements, get_api, read_field, write_elements

WORDS = "fullTextAnnotation.pages.*.blocks.*.paragraphs.*.words"
HEAD = """
from google.cloud import vision
from google.protobuf.json_format import MessageToDict
client = vision.ImageAnnotatorClient()
document = client.document_text_detection(image=vision.Image()).full_text_annotation
"""
LOOPS = """
words = [w for page in document.pages for b in page.blocks for p in b.paragraphs for w in p.words]
"""


def answer(*words, confidence=0.9):
    made = {}
    rows = [
        {"symbols": [{"text": one} for one in word], "confidence": confidence} for word in words
    ]
    write_elements(made, WORDS, rows)
    return made


def decided(tmp_path, source):
    (tmp_path / "app.py").write_text(source, encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=300)).processes
    return process


@pytest.mark.parametrize(
    "text",
    [
        "''.join([s.text for s in w.symbols])",
        "''.join(map(lambda s: s.text, w.symbols))",
    ],
)
def test_a_word_is_its_symbols(tmp_path, text):
    process = decided(
        tmp_path, f"{HEAD}{LOOPS}print('x' if any({text} == 'STOP' for w in words) else 'y')"
    )
    assert process.decide(answer("GO", "STOP")).id != process.decide(answer("GO", "STO", "P")).id
    assert "document-structure" in {one.code for one in process.gaps}


def test_breaks_are_spaces_and_the_names_of_breaks_are_known(tmp_path):
    source = """
kinds = vision.TextAnnotation.DetectedBreak.BreakType
for w in words:
    text = ''
    for s in w.symbols:
        text += s.text
        if s.property.detected_break.type_ in (kinds.SPACE, kinds.SURE_SPACE):
            text += ' '
        elif s.property.detected_break.type_ == kinds.LINE_BREAK:
            text += 'never'
    if text == 'A ':
        print('x')
"""
    process = decided(tmp_path, HEAD + LOOPS + source)
    assert process.decide(answer("B", "A")).id != process.decide(answer("A ", "B")).id


def test_the_confidence_of_words_is_a_number_of_the_answer(tmp_path):
    process = decided(
        tmp_path, f"{HEAD}{LOOPS}print('x' if all(w.confidence > 0.5 for w in words) else 'y')"
    )
    assert process.decide(answer("a")).id != process.decide(answer("a", confidence=0.2)).id


def test_a_blank_page_has_no_page(tmp_path):
    process = decided(tmp_path, f"{HEAD}print('x' if document.pages else 'y')")
    assert process.decide(answer("a")).id == process.decide(answer("a", "b")).id
    assert process.decide(answer()).id != process.decide(answer("a")).id


def test_a_dictionary_has_the_same_words(tmp_path):
    source = """
found = MessageToDict(document._pb)
for page in found.get('pages', []):
    for block in page['blocks']:
        for paragraph in block['paragraphs']:
            for word in paragraph['words']:
                if ''.join(s['text'] for s in word['symbols']) == 'STOP':
                    print('x')
"""
    process = decided(tmp_path, HEAD + source)
    assert process.decide(answer("STOP")).id != process.decide(answer("GO")).id


def test_words_of_all_paragraphs_are_one_collection():
    word = {"symbols": [{"text": "a"}, {"text": "b"}]}
    pages = [
        {"blocks": [{"paragraphs": [{"words": [word]}, {"words": [word, word]}]}]},
        {"blocks": [{"paragraphs": [{"words": [word]}]}, {"paragraphs": []}]},
    ]
    rows = elements({"fullTextAnnotation": {"pages": pages}}, WORDS)
    assert len(rows) == 4
    assert {read_field(one, "symbols.&.text") for one in rows} == {"ab"}
    assert get_api("google.vision.text_detection").collection(WORDS) is not None
    assert elements({}, WORDS) == []
    assert answer() == {}


@pytest.mark.parametrize(
    ("reads", "is_assumed"),
    [
        ("whole['text'] == 'STOP'", False),
        ("json.loads(json.dumps(whole))['text'] == 'STOP'", False),
        ("whole['text'] == 'STOP' and len(whole['pages']) > 0", True),
        ("json.loads(json.dumps(whole)).get('pages', []) == []", True),
    ],
)
def test_where_words_stand_is_assumed_only_where_it_is_asked(tmp_path, reads, is_assumed):
    source = HEAD.replace("document =", "answer =").replace(".full_text_annotation", "")
    source += "import json\nwhole = MessageToDict(answer._pb).get('fullTextAnnotation', {})\n"
    (tmp_path / "app.py").write_text(f"{source}print('x' if {reads} else 'y')")
    report = analyze(tmp_path, budget=Budget(verification_answers=100))
    assert ("document-structure" in {one.code for one in report.every_gap}) is is_assumed
