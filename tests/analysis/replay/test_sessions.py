from chameleonapi.analysis import Budget, analyze
from chameleonapi.analysis.confinement.limits import Limits
from chameleonapi.analysis.replay import ReplayedProgram, runnable_calls, sessions
from chameleonapi.analysis.replay.sessions import ReplaySession
from chameleonapi.analysis.report import AnalysisReport, OpenCall

SOURCE = """
import sys

from google.cloud import vision

client = vision.ImageAnnotatorClient()
seen = []


def main(path):
    found = client.label_detection(image=vision.Image(content=path)).label_annotations
    names = [one.description for one in found]
    seen.append(names)
    print("cat" if "Cat" in names else "none", len(seen))


if __name__ == "__main__":
    main(sys.argv[1])
"""
LIMITS = Limits(memory_bytes=768 * 1024 * 1024, cpu_seconds=60, wall_seconds=120.0)


def opened(folder, source=SOURCE, limits=LIMITS):
    (folder / "app.py").write_text(source)
    report = analyze(folder, budget=Budget(verification_answers=50))
    return ReplaySession(folder, report, report.processes[0], limits)


def answer(*names):
    return {"labelAnnotations": [{"description": one, "score": 0.9} for one in names]}


def done(rows):
    return [row["events"][0][5][0] for row in rows]


def test_one_process_is_asked_again_and_each_run_is_a_fresh_one(tmp_path):
    with opened(tmp_path) as session:
        first, reason = session.ask([answer("Cat"), answer("Dog")])
        worker = session._worker
        second, _ = session.ask([answer("Dog"), answer("Cat"), answer()])
        assert session._worker is worker
        assert reason == ""
        cat, none = done(first)
        assert done(second) == [none, cat, none]
        assert "1" in cat  # what a run leaves behind is gone in the next
        assert worker.poll() is None
    assert worker.poll() is not None


def test_after_many_answers_another_process_takes_over(tmp_path, monkeypatch):
    monkeypatch.setattr(sessions, "_MOST_ROUNDS", 3)
    with opened(tmp_path) as session:
        before, _ = session.ask([answer("Cat")] * 4)
        worker = session._worker
        after, _ = session.ask([answer("Cat")])
        assert session._worker is not worker
        assert worker.poll() is not None
        assert done(after) == done(before)[:1]


def test_an_endless_answer_does_not_end_the_process(tmp_path):
    with opened(tmp_path) as session:
        app = tmp_path / "app.py"
        app.write_text(SOURCE.replace("    print", '    while "Maze" in names: pass\n    print'))
        rows, reason = session.ask([answer("Cat"), answer("Maze"), answer("Cat")])
        assert reason == ""
        assert rows[0]["events"] == rows[2]["events"]
        assert "without end" in rows[1]["ended"]


def test_what_has_no_time_left_is_asked_of_another_process(tmp_path):
    with opened(tmp_path) as session:
        rows, _ = session.ask([answer("Cat")])
        session._worker.kill()
        again, reason = session.ask([answer("Cat")])
        assert (done(again), reason) == (done(rows), "")


def test_a_process_that_is_late_is_ended(tmp_path):
    slow = SOURCE.replace('if __name__ == "', 'import time\ntime.sleep = None\nif __name__ == "')
    with opened(tmp_path, slow, Limits(768 * 1024 * 1024, 60, 0.05)) as session:
        rows, reason = session.ask([answer("Cat")])
        assert rows == []
        assert "on the clock" in reason


def test_calls_that_are_not_understood_can_be_asked_about(tmp_path):
    (tmp_path / "app.py").write_text(SOURCE)
    report = analyze(tmp_path, budget=Budget(verification_answers=50))
    (known,) = report.processes
    call = OpenCall(known.api, "app.py", known.call.line, (), known.entry, known.entry_file)
    (record,) = runnable_calls(AnalysisReport(calls_not_understood=(call,)))
    assert record.status.name == "UNSUPPORTED"
    run = ReplayedProgram(tmp_path, report, record)
    one, other = run([answer("Cat"), answer("Dog")])
    assert one != other
    assert runnable_calls(report) == report.processes
