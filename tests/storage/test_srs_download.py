"""Official files by name, from a server of the test: resumed, restarted, refused, cancelled; no network."""

from __future__ import annotations

import errno
import json
import shutil
import socket
import threading
from collections import namedtuple
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from avm.base.errors import AvmError, Cancelled, StoreError, VerifyError
from avm.base.progress import Cancel
from avm.cli.main import main
from avm.storage import parameters as parameters_module
from avm.storage import srs_download
from avm.storage.parameters import Parameters, official_manifest
from avm.storage.srs_download import Server, available, download, resolve, servers_from
from tests.storage.remote_server import DATA, MANIFEST, NAME, Remote


class Heard:
    """Remembers progress, and does something at each step."""

    def __init__(self, at_step: Callable[[int, int], object] | None = None) -> None:
        self.stages: list[tuple[str, str]] = []
        self.steps: list[tuple[int, int]] = []
        self.at_step = at_step

    def stage(self, name: str, detail: str = "") -> None:
        self.stages.append((name, detail))

    def step(self, done: int, total: int) -> None:
        self.steps.append((done, total))
        if self.at_step is not None:
            self.at_step(done, total)


@pytest.fixture
def remote(monkeypatch: pytest.MonkeyPatch) -> Iterator[Remote]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    made = Remote()
    yield made
    made.close()


@pytest.fixture
def here(tmp_path: Path) -> Parameters:
    return Parameters(tmp_path)


def fetch(here: Parameters, remote: Remote, *servers: Server, **more: object) -> tuple[str, ...]:
    places = servers or (Server(remote.address),)
    return download([NAME], here, servers=places, manifest=MANIFEST, **more)  # type: ignore[arg-type]


def part(here: Parameters) -> Path:
    return here.official_folder / f"{NAME}.part"


def begun(here: Parameters, data: bytes) -> None:
    """Leaves a part as an earlier download did."""
    here.official_folder.mkdir(parents=True, exist_ok=True)
    part(here).write_bytes(data)


def test_a_file_arrives_under_its_name_with_its_bytes_counted(here: Parameters, remote: Remote) -> None:
    heard = Heard()
    assert available(here, MANIFEST)[0].state == "absent"
    assert fetch(here, remote, progress=heard) == (NAME,)
    assert (here.official_folder / NAME).read_bytes() == DATA
    assert not part(here).exists()
    assert heard.stages == [(NAME, "1.0 MB")] and heard.steps[-1] == (len(DATA), len(DATA))
    assert available(here, MANIFEST)[0].state == "here" and available(here, MANIFEST)[0].missing == 0


def test_a_file_that_is_here_is_not_asked_for_again(here: Parameters, remote: Remote) -> None:
    fetch(here, remote)
    remote.asked.clear()
    assert fetch(here, remote) == () and remote.asked == []
    (here.official_folder / NAME).write_bytes(bytes(len(DATA)))
    assert fetch(here, remote) == (NAME,)
    assert (here.official_folder / NAME).read_bytes() == DATA


def test_a_part_is_taken_up_by_a_range(here: Parameters, remote: Remote) -> None:
    begun(here, DATA[:300_000])
    state = available(here, MANIFEST)[0]
    assert (state.state, state.missing) == ("part", len(DATA) - 300_000)
    fetch(here, remote)
    assert [wanted for _, wanted in remote.asked] == ["bytes=300000-"]
    assert (here.official_folder / NAME).read_bytes() == DATA


def test_a_server_that_ignores_the_range_is_read_from_the_start(here: Parameters, remote: Remote) -> None:
    remote.ranges = False
    begun(here, b"\x01" * 300_000)
    fetch(here, remote)
    assert (here.official_folder / NAME).read_bytes() == DATA


def test_a_range_from_another_place_is_not_taken(here: Parameters, remote: Remote) -> None:
    remote.shift = 7
    begun(here, DATA[:300_000])
    with pytest.raises(StoreError, match="not asked for"):
        fetch(here, remote)
    assert part(here).read_bytes() == DATA[:300_000]


def test_a_connection_that_is_cut_goes_on_where_it_was(here: Parameters, remote: Remote) -> None:
    remote.cut_after = [200_000, 300_000]
    fetch(here, remote)
    assert [wanted for _, wanted in remote.asked] == ["", "bytes=200000-", "bytes=500000-"]
    assert (here.official_folder / NAME).read_bytes() == DATA


def test_a_connection_that_keeps_breaking_keeps_what_arrived(here: Parameters, remote: Remote) -> None:
    remote.cut_after = [100_000] * 20
    with pytest.raises(StoreError) as caught:
        fetch(here, remote)
    assert "ended the connection" in caught.value.message and "390.6 KB of 1.0 MB" in caught.value.hint
    assert part(here).read_bytes() == DATA[:400_000]
    remote.cut_after = []
    assert fetch(here, remote) == (NAME,)


def test_wrong_bytes_are_refused_and_deleted(here: Parameters, remote: Remote) -> None:
    remote.files[f"/{MANIFEST[NAME].remote_name}"] = DATA[:-1] + b"\x00"
    with pytest.raises(VerifyError) as caught:
        fetch(here, remote)
    assert "SHA-256" in caught.value.message and "nothing of it was kept" in caught.value.hint
    assert list(here.official_folder.iterdir()) == []


def test_a_damaged_part_ends_in_a_refusal_and_a_whole_one_is_fetched_anew(
    here: Parameters, remote: Remote
) -> None:
    begun(here, b"\x01" * 300_000)
    with pytest.raises(VerifyError):
        fetch(here, remote)
    assert not part(here).exists()
    begun(here, b"\x01" * len(DATA))
    assert fetch(here, remote) == (NAME,)
    begun(here, DATA + b"more")
    (here.official_folder / NAME).unlink()
    assert fetch(here, remote) == (NAME,)


def test_a_part_that_is_whole_needs_no_server(here: Parameters, remote: Remote) -> None:
    begun(here, DATA)
    assert fetch(here, remote) == (NAME,) and remote.asked == []


@pytest.mark.parametrize("data", [DATA[:-5], DATA + b"12345"])
def test_a_wrong_length_is_refused_before_it_is_read(here: Parameters, remote: Remote, data: bytes) -> None:
    remote.files[f"/{MANIFEST[NAME].remote_name}"] = data
    with pytest.raises(StoreError, match=f"has {len(data)} bytes under this name"):
        fetch(here, remote)
    assert list(here.official_folder.iterdir()) == []


def test_a_server_that_does_not_tell_the_length_is_stopped_at_the_right_one(
    here: Parameters, remote: Remote
) -> None:
    remote.length = False
    assert fetch(here, remote) == (NAME,)
    (here.official_folder / NAME).unlink()
    remote.files[f"/{MANIFEST[NAME].remote_name}"] = DATA + b"more"
    with pytest.raises(VerifyError, match="longer than"):
        fetch(here, remote)
    assert list(here.official_folder.iterdir()) == []


def test_a_file_that_is_not_there_is_said_so_with_what_to_try(here: Parameters, remote: Remote) -> None:
    remote.files.clear()
    with pytest.raises(StoreError) as caught:
        fetch(here, remote)
    assert "does not have it (404)" in caught.value.message and "avm srs import" in caught.value.hint


def test_a_file_of_snarkvms_source_is_named_as_one(here: Parameters, remote: Remote) -> None:
    manifest = {n: f for n, f in official_manifest().items() if n == "beta-h.usrs"}
    with pytest.raises(StoreError) as caught:
        download(["base"], here, servers=[Server(remote.address)], manifest=manifest)
    assert "snarkVM's source" in caught.value.hint


def test_the_next_server_is_asked_when_the_first_does_not_give_it(here: Parameters, remote: Remote) -> None:
    remote.files = {f"/mirror/{NAME}": DATA}
    places = (Server(remote.address), *servers_from(remote.address + "mirror"))
    assert fetch(here, remote, *places) == (NAME,)
    assert [path for path, _ in remote.asked][-1] == f"/mirror/{NAME}"


def test_an_error_of_the_server_is_told(here: Parameters, remote: Remote) -> None:
    remote.status = 503
    with pytest.raises(StoreError, match="503"):
        fetch(here, remote)


def test_a_cancel_is_honoured_on_a_slow_line_and_the_part_stays(here: Parameters, remote: Remote) -> None:
    remote.pause = 0.05
    cancel = Cancel()
    heard = Heard(lambda done, _total: cancel.cancel() if done >= 3 << 15 else None)
    with pytest.raises(Cancelled):
        fetch(here, remote, progress=heard, cancel=cancel)
    arrived = part(here).stat().st_size
    assert 0 < arrived < len(DATA) and part(here).read_bytes() == DATA[:arrived]
    remote.pause = 0.0
    assert fetch(here, remote) == (NAME,)
    assert remote.asked[-1][1] == f"bytes={arrived}-"


def test_a_cancel_is_honoured_while_a_server_says_nothing(here: Parameters) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        cancel = Cancel()
        threading.Timer(0.2, cancel.cancel).start()
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(Cancelled):
            download([NAME], here, servers=[Server(address)], manifest=MANIFEST, cancel=cancel)
    assert list(here.official_folder.iterdir()) == []


def test_a_server_that_says_nothing_is_left_after_a_while(here: Parameters) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(StoreError, match="said nothing"):
            download([NAME], here, servers=[Server(address)], manifest=MANIFEST, timeout=0.2)


def test_nobody_at_the_address_is_told_with_a_hint(here: Parameters) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(StoreError, match="refuses connections") as caught:
        download([NAME], here, servers=[Server(f"http://127.0.0.1:{port}/")], manifest=MANIFEST)
    assert "proxy" in caught.value.hint


def test_no_name_server_is_told_as_no_network(here: Parameters, monkeypatch: pytest.MonkeyPatch) -> None:
    def lookup(*_: object, **__: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    with pytest.raises(StoreError, match="is there a network"):
        download([NAME], here, manifest=MANIFEST)


def test_a_proxy_of_the_environment_is_used(
    here: Parameters, remote: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", remote.address)
    monkeypatch.setenv("no_proxy", "")
    address = "http://parameters.invalid/mainnet/"
    remote.files = {f"{address}{MANIFEST[NAME].remote_name}": DATA}
    assert fetch(here, remote, Server(address)) == (NAME,)


def test_a_disk_without_room_is_told_before_anything_is_asked_for(
    here: Parameters, remote: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage(10, 9, 1000))
    with pytest.raises(StoreError, match=r"1\.0 MB are to be downloaded"):
        fetch(here, remote)
    assert remote.asked == []


def test_a_disk_that_fills_up_is_told_and_what_arrived_is_kept(
    here: Parameters, remote: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = srs_download._Fetch._write

    def full(self: srs_download._Fetch, block: bytes, out: object) -> None:
        if self.have >= 300_000:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(self, block[:100_000], out)  # type: ignore[arg-type]

    monkeypatch.setattr(srs_download._Fetch, "_write", full)
    with pytest.raises(StoreError, match="the disk is full") as caught:
        fetch(here, remote)
    assert "download it again" in caught.value.hint and part(here).stat().st_size >= 300_000


def test_names_are_taken_with_and_without_their_ending() -> None:
    assert resolve(["powers-of-beta-16", "powers-of-beta-16.usrs"]) == ("powers-of-beta-16.usrs",)
    assert resolve(["base"]) == srs_download.BASE
    with pytest.raises(AvmError, match="powers-of-beta-99 is not an official"):
        resolve(["powers-of-beta-99"])


@pytest.mark.parametrize("address", ["file:///etc/", "parameters.provable.com", "ftp://host/", "https:///x"])
def test_only_http_addresses_are_mirrors(address: str) -> None:
    with pytest.raises(AvmError, match="not the address of a server"):
        servers_from(address)


def test_the_files_that_every_proof_needs_are_official() -> None:
    assert set(srs_download.BUNDLED) <= set(official_manifest())
    assert all(server.url(official_manifest()["beta-h.usrs"]) for server in srs_download.SERVERS)


def test_the_command_lists_downloads_and_says_the_size_first(
    remote: Remote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(parameters_module, "cache_root", lambda: tmp_path)
    monkeypatch.setattr(srs_download, "official_manifest", lambda: MANIFEST)
    assert main(["srs", "download", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["files"][0]["state"] == "absent"
    assert main(["srs", "download"]) == 0 and "1.0 MB" in capsys.readouterr().out
    assert remote.asked == []
    assert main(["srs", "download", "powers-of-beta-16", "--from", remote.address]) == 0
    told = capsys.readouterr()
    assert told.err.startswith("1.0 MB to download from 127.0.0.1") and "Downloaded 1 file" in told.out
    assert main(["srs", "download", NAME, "--from", remote.address, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["downloaded"] == []
    assert main(["srs", "download", "nonsense", "--json"]) == 1
