import pytest

from chameleonapi.data.fetching import Fetcher, NotThereError
from chameleonapi.errors import DataError, UsageError
from data.web import Site, serving

BODY = bytes(range(256)) * 4000


@pytest.fixture
def site():
    with serving(Site()) as one:
        one.files["/a"] = BODY
        yield one


@pytest.fixture
def waits():
    return []


@pytest.fixture
def fetch(site, tmp_path, waits):
    fetcher = Fetcher(tries=4, sleep=waits.append, timeout_seconds=5)

    def run(path="/a", max_bytes=10**7):
        length = fetcher.fetch(site.address + path, tmp_path / "deep/a", max_bytes=max_bytes)
        assert length == (tmp_path / "deep/a").stat().st_size
        return (tmp_path / "deep/a").read_bytes()

    return run


def test_a_file_comes_once(site, fetch, tmp_path, waits):
    assert fetch() == BODY
    assert fetch() == BODY
    assert site.asked["/a"] == 1
    assert waits == []
    assert [one.name for one in (tmp_path / "deep").iterdir()] == ["a"]


def test_what_is_cut_off_goes_on_where_it_was(site, fetch):
    site.faults["/a"] = ["cut", "cut"]
    assert fetch() == BODY
    assert site.ranges == [("/a", len(BODY) // 2), ("/a", len(BODY) * 3 // 4)]


def test_a_server_without_ranges_begins_again(site, fetch):
    site.ranged = False
    site.faults["/a"] = ["cut"]
    assert fetch() == BODY


def test_a_file_that_changed_meanwhile_begins_again(site, fetch, tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/a.partial").write_bytes(b"old" * 100)
    (tmp_path / "deep/a.partial.etag").write_text('"of another file"')
    assert fetch() == BODY
    assert site.ranges == []


def test_a_killed_run_is_gone_on_with(site, fetch, tmp_path):
    import hashlib

    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/a.partial").write_bytes(BODY[:1000])
    (tmp_path / "deep/a.partial.etag").write_text(f'"{hashlib.md5(BODY).hexdigest()}"')
    assert fetch() == BODY
    assert site.ranges == [("/a", 1000)]


def test_a_wrong_content_is_noticed(site, fetch):
    site.faults["/a"] = ["lie"]
    assert fetch() == BODY
    assert site.asked["/a"] == 2


def test_a_busy_server_is_given_the_time_it_asks_for(site, fetch, waits):
    site.faults["/a"] = [503, 429, "hang up"]
    assert fetch() == BODY
    assert waits[0] == waits[1] == 7
    assert 2 <= waits[2] <= 4


def test_patience_ends(site, fetch, tmp_path):
    site.faults["/a"] = [503] * 9
    with pytest.raises(DataError, match=r"after 4 tries: the server says 503"):
        fetch()
    assert site.asked["/a"] == 4
    assert not (tmp_path / "deep/a").exists()


def test_what_is_not_there_is_asked_for_once(site, fetch, waits):
    with pytest.raises(NotThereError, match="the server says 404"):
        fetch("/gone")
    assert waits == []
    site.faults["/a"] = [400]
    with pytest.raises(DataError, match="the server says 400"):
        fetch()


def test_what_is_too_long_is_not_kept(fetch, tmp_path):
    with pytest.raises(DataError, match=r"longer than 1,000 bytes"):
        fetch(max_bytes=1000)
    assert list((tmp_path / "deep").iterdir()) == []


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://x/y", "/etc/passwd", "https://"])
def test_only_http_is_fetched(tmp_path, address):
    with pytest.raises(UsageError, match="no address to fetch from"):
        Fetcher().fetch(address, tmp_path / "a", max_bytes=10)
