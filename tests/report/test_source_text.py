from chameleonapi.decision import Span
from chameleonapi.report.characters import ascii_only, display_width
from chameleonapi.report.source_text import SourceText, caret_lines, excerpt_of
from report import samples


def test_only_files_of_the_application_are_read(tmp_path):
    root = tmp_path / "app"
    root.mkdir()
    (root / "main.py").write_text("x = 1\n")
    (tmp_path / "secret.py").write_text("password = 1\n")
    (root / "link.py").symlink_to(tmp_path / "secret.py")
    source = SourceText(root)
    assert source.lines("main.py") == ("x = 1",)
    outside = ("../secret.py", str(tmp_path / "secret.py"), "link.py", "a\0b", ".", "missing.py")
    assert [source.lines(one) for one in outside] == [()] * len(outside)


def test_unreadable_and_huge_files_have_no_lines(tmp_path):
    (tmp_path / "binary.py").write_bytes(b"\xff\xfe\x00\x80")
    (tmp_path / "huge.py").write_bytes(b"x\n" * 1_100_000)
    source = SourceText(tmp_path)
    assert source.lines("binary.py") == ()
    assert source.lines("huge.py") == ()


def test_the_excerpt_marks_what_decides():
    (found,) = excerpt_of(samples.smart_bin(), SourceText(texts={samples.FILE: samples.SOURCE}))
    marked = {line.number: line for line in found.lines if line.is_marked}
    assert set(marked) == {8, 16, 18, 24, 25, 26, 27, 28, 29, 30}
    hot = "".join(text for text, is_hot in marked[16].parts if is_hot)
    assert hot == "client.label_detection(image=image)"
    assert marked[25].notes == ("→ compost",)
    assert [line.number for line in found.lines if line.is_after_gap] == [7, 14]
    assert "".join(text for text, _ in found.lines[0].parts).startswith("COMPOST")


def test_without_source_there_is_no_excerpt():
    assert excerpt_of(samples.smart_bin(), SourceText()) == ()


def test_a_long_excerpt_says_what_it_leaves_out():
    text = "\n".join(f"tags.append({i})" for i in range(2000))
    process = samples.multi_select(12)
    outcomes = tuple(
        type(one)(
            one.id,
            tuple(
                type(effect)(Span("app/tagger.py", 1 + i * 40 + k), effect.text)
                for effect in one.effects
                for k in range(40)
            ),
        )
        for i, one in enumerate(process.outcomes)
    )
    (found,) = excerpt_of(
        process.with_(outcomes=outcomes), SourceText(texts={"app/tagger.py": text})
    )
    assert len(found.lines) == 160
    assert found.left_out > 0


def test_carets_stand_below_the_place():
    source = SourceText(texts={"a.py": "\tif 'can' in label: \x1b[2Jrun()\n"})
    code, carets = caret_lines(Span("a.py", 1, 4, 1, 18), source, 60)
    assert code == "if 'can' in label: \\x1b[2Jrun()"
    assert carets == "   ^^^^^^^^^^^^^^"
    assert code[carets.index("^") : len(carets)] == "'can' in label"
    assert caret_lines(Span("a.py", 7), source, 60) is None
    assert caret_lines(Span("b.py", 1), source, 60) is None


def test_a_long_line_is_shown_around_the_place():
    line = "labels = [" + ", ".join(f"'label {i}'" for i in range(90)) + "]"
    start = line.index("'label 70'")
    source = SourceText(texts={"a.py": line})
    code, carets = caret_lines(Span("a.py", 1, start, 1, start + 10), source, 50)
    assert len(code) <= 50
    assert code[carets.index("^") :].startswith("'label 70'")
    assert len(carets) <= 50


def test_carets_stand_below_wide_characters():
    line = "if label == '犬の写真' or 'é' == label:"
    source = SourceText(texts={"a.py": line})
    start = line.index("'犬")
    code, carets = caret_lines(Span("a.py", 1, start, 1, start + 6), source, 60)
    assert code == line
    # two columns for each of the four, one for each quote
    assert carets == " " * start + "^" * 10
    behind = line.index("'é'")
    code, carets = caret_lines(Span("a.py", 1, behind, 1, behind + 3), source, 60)
    assert carets == " " * (behind + 4) + "^^^"


def test_a_long_wide_line_keeps_its_width():
    line = "x = '" + "写" * 90 + "'"
    code, carets = caret_lines(Span("a.py", 1, 60, 1, 70), SourceText(texts={"a.py": line}), 50)
    assert display_width(code) <= 50
    assert display_width(carets) <= 50
    assert carets.strip() == "^" * 20


def test_carets_follow_what_is_really_written():
    line = "if label == 'café' or is_pet:"
    source = SourceText(texts={"a.py": line})
    start = line.index("is_pet")
    span = Span("a.py", 1, start, 1, start + 6)
    code, carets = caret_lines(span, source, 60, ascii_only)
    assert code[carets.index("^") : len(carets)] == "is_pet"
    assert "\\xe9" in code
