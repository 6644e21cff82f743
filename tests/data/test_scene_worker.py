import os
import subprocess
import sys
from pathlib import Path

import pytest

from chameleonapi.data import _scene_worker as worker_module
from chameleonapi.data import scenes
from chameleonapi.data._scene_chunks import Chunk, ChunkMaker
from chameleonapi.data._scene_worker import SceneWorker, answer_requests
from chameleonapi.errors import DataError

SIDE = 64
SOURCES = str(Path(scenes.__file__).parents[2])


def worker(folder):
    return SceneWorker(folder, seed=0, side=SIDE, focus={})


def test_a_process_makes_what_this_one_makes(tmp_path):
    chunk = Chunk("train", 0, 2)
    with worker(tmp_path / "there") as process:
        process.make(chunk)
    ChunkMaker(seed=0, side=SIDE, focus={}).make(chunk, tmp_path / "here")
    there, here = (
        {one.relative_to(tmp_path / place): one.read_bytes() for one in sorted(files)}
        for place in ("there", "here")
        if (files := [one for one in (tmp_path / place).rglob("*") if one.is_file()])
    )
    assert len(here) == 3
    assert there == here


def test_modules_in_the_current_folder_are_not_imported(tmp_path):
    current = tmp_path / "project"
    current.mkdir()
    for name in ("json", "queue", "colorsys", "numpy"):
        (current / f"{name}.py").write_text("raise SystemExit('imported')\n")
    code = (
        "import sys; sys.path = [one for one in sys.path if one]\n"
        f"sys.path.append({SOURCES!r})\n"
        "from chameleonapi.data.scenes import make_scenes\n"
        f"print(len(make_scenes({str(tmp_path / 'set')!r}, {{'train': 60}}, side={SIDE})))\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code],
        cwd=current,
        env={**os.environ, "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("60\n", "")


def test_much_talk_does_not_stop_a_process_and_its_last_line_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(
        worker_module,
        "_START",
        "import sys; sys.stderr.write('x' * 500_000 + '\\nno memory left.\\n'); sys.exit(3)",
    )
    with (
        worker(tmp_path) as process,
        pytest.raises(DataError, match=r"status 3: no memory left\. Run the command again"),
    ):
        process.make(Chunk("train", 0, 1))


def test_a_process_ends_when_its_caller_is_gone(tmp_path):
    process = worker(tmp_path)
    try:
        process._process.stdin.close()
        assert process._process.wait(timeout=60) == 0
    finally:
        process.stop()


def test_one_chunk_that_fails_does_not_end_the_process(tmp_path):
    blocked = tmp_path / "pictures" / "test"
    blocked.parent.mkdir()
    blocked.write_text("")
    lines = iter(
        [
            f'{{"folder": "{tmp_path}", "seed": 0, "side": {SIDE}, "focus": {{}}}}',
            Chunk("test", 0, 1).to_json(),
            Chunk("train", 0, 1).to_json(),
        ]
    )
    first, second = answer_requests(lines)
    assert "File exists" in first
    assert second == '{"problem": ""}'


@pytest.mark.parametrize("workers", [1, 2])
def test_a_full_disk_is_one_clear_error(tmp_path, monkeypatch, workers):
    def fail(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(scenes, "finish_dataset", fail)
    monkeypatch.setattr(scenes.ChunkMaker, "make", fail)
    with pytest.raises(DataError, match="No space left on device") as caught:
        scenes.make_scenes(tmp_path / "set", {"train": 51}, side=SIDE, workers=workers)
    assert "goes on where it stopped" in caught.value.hint
    assert not (tmp_path / "set").exists()


def test_a_folder_that_vanishes_under_way_is_one_clear_error(tmp_path):
    def remove(done, every):
        if done == every:
            for one in (tmp_path / ".set.partial" / "chunks").iterdir():
                one.unlink()

    with pytest.raises(DataError, match="cannot be written"):
        scenes.make_scenes(tmp_path / "set", {"train": 1}, side=SIDE, workers=1, advance=remove)
