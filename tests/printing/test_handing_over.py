"""Printers misbehave in every way they know; whoever prints hears of it soon and knows whether paper may have come."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from varejoforte_desktop.application.printing_ports import PrinterKind, PrinterPlace
from varejoforte_desktop.domain.fiscal_errors import PrinterTrouble
from varejoforte_desktop.printing import printers as module
from varejoforte_desktop.printing.printers import Printers, Sheet, host_and_port

SLIP = Sheet(title="nfce-871", raw=b"\x1b@CUPOM\n\x1dV\x00", pdf=lambda: b"%PDF-slip", text="CUPOM\n")
LONG = Sheet(title="longo", raw=b"x" * 8_000_000, pdf=lambda: b"")
A4 = Sheet(title="danfe/871 ção", raw=b"", pdf=lambda: b"%PDF-danfe")

Talk = Callable[[socket.socket], None]


@pytest.fixture
def printers(tmp_path: Path) -> Printers:
    return Printers(tmp_path / "spool")


@contextlib.contextmanager
def a_printer(talk: Talk) -> Iterator[PrinterPlace]:
    """A printer on a real socket that treats whoever calls as `talk` says."""
    with socket.create_server(("127.0.0.1", 0)) as ear:
        ear.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)

        def serve() -> None:
            with contextlib.suppress(OSError):
                line, _ = ear.accept()
                with line:
                    talk(line)

        worker = threading.Thread(target=serve)
        worker.start()
        yield PrinterPlace(kind=PrinterKind.NETWORK, address=f"127.0.0.1:{ear.getsockname()[1]}")
        worker.join(10)


def why(printers: Printers, place: PrinterPlace, sheet: Sheet = SLIP) -> str:
    """Why a paper was not printed."""
    with pytest.raises(PrinterTrouble) as trouble:
        printers.print(place, sheet)
    return trouble.value.why


# -- on the network ---------------------------------------------------------------------------------------------------


def test_a_network_printer_gets_every_byte(printers: Printers) -> None:
    got = bytearray()

    def listen(line: socket.socket) -> None:
        while part := line.recv(4096):
            got.extend(part)

    with a_printer(listen) as place:
        printers.print(place, SLIP)
    assert bytes(got) == SLIP.raw
    got.clear()
    with a_printer(listen) as place:
        printers.print(place, A4)
    assert bytes(got) == b"%PDF-danfe"


def test_a_printer_that_keeps_the_line_open_has_printed_all_the_same(printers: Printers) -> None:
    done = threading.Event()

    def keep(line: socket.socket) -> None:
        line.recv(4096)
        line.sendall(b"\x12")  # its state, unasked
        done.wait(5)

    with a_printer(keep) as place:
        started = time.monotonic()
        printers.print(place, SLIP)
        assert time.monotonic() - started < 2
        done.set()


def test_a_printer_that_is_off_surely_printed_nothing(printers: Printers) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert why(printers, PrinterPlace(kind=PrinterKind.NETWORK, address=f"127.0.0.1:{port}")) == "refused"


def test_an_address_that_is_none_is_said_to_be_out_of_reach(printers: Printers) -> None:
    for address in ("", "127.0.0.1:porta", "127.0.0.1:99999", ":9100"):
        assert why(printers, PrinterPlace(kind=PrinterKind.NETWORK, address=address)) == "offline"
    assert host_and_port(" 192.168.0.50 ") == ("192.168.0.50", 9100)
    assert host_and_port("impressora:9101") == ("impressora", 9101)
    assert host_and_port("[::1]:9102") == ("::1", 9102)
    assert host_and_port("fe80::1") == ("fe80::1", 9100)


def test_a_printer_that_never_reads_is_given_up_and_a_person_must_look(
    printers: Printers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.5)
    over = threading.Event()
    with a_printer(lambda line: (over.wait(10), None)[1]) as place:
        started = time.monotonic()
        assert why(printers, place, LONG) == "unsure"
        assert time.monotonic() - started < 2
        over.set()


def test_nobody_waits_longer_than_five_seconds_for_a_printer() -> None:
    assert module.PATIENCE <= 5


def test_a_printer_that_hangs_up_half_way_may_have_printed_a_part(printers: Printers) -> None:
    def hang_up(line: socket.socket) -> None:
        line.recv(1000)
        # Closed with bytes unread: the other side hears a reset.
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with a_printer(hang_up) as place:
        assert why(printers, place, LONG) == "unsure"


def test_a_printer_that_throws_a_short_slip_away_is_noticed_too(printers: Printers) -> None:
    def reset(line: socket.socket) -> None:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        line.recv(1)

    with a_printer(reset) as place:
        assert why(printers, place) == "unsure"


# -- devices ----------------------------------------------------------------------------------------------------------


def test_a_device_gets_one_slip_after_the_other(printers: Printers, tmp_path: Path) -> None:
    device = tmp_path / "lp0"
    device.touch()
    place = PrinterPlace(kind=PrinterKind.DEVICE, address=str(device))
    printers.print(place, SLIP)
    printers.print(place, SLIP)
    assert device.read_bytes() == SLIP.raw * 2


def test_a_device_that_is_not_there_or_forbidden(printers: Printers, tmp_path: Path) -> None:
    gone = PrinterPlace(kind=PrinterKind.DEVICE, address=str(tmp_path / "usb" / "lp0"))
    assert why(printers, gone) == "offline"
    assert not (tmp_path / "usb").exists()
    folder = PrinterPlace(kind=PrinterKind.DEVICE, address=str(tmp_path))
    assert why(printers, folder) == "refused"


def test_a_device_that_takes_nothing_is_given_up(
    printers: Printers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.3)
    pipe = tmp_path / "lp0"
    os.mkfifo(pipe)
    place = PrinterPlace(kind=PrinterKind.DEVICE, address=str(pipe))
    assert why(printers, place) == "offline"  # nobody at the other end
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        printers.print(place, SLIP)
        assert os.read(reader, 4096) == SLIP.raw
        assert why(printers, place, LONG) == "unsure"  # a part went in before it stopped reading
        assert why(printers, place, SLIP) == "offline"  # full: not a byte of this one
    finally:
        os.close(reader)


def test_a_full_disk_behind_a_device_is_said(printers: Printers) -> None:
    assert why(printers, PrinterPlace(kind=PrinterKind.DEVICE, address="/dev/full")) == "file"


# -- the system -------------------------------------------------------------------------------------------------------


def a_program(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_the_systems_own_list_prints_documents(
    printers: Printers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = PrinterPlace(kind=PrinterKind.SYSTEM, address="Escritório")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert why(printers, place, A4) == "driver"
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/bin:/usr/bin")
    a_program(tmp_path / "bin", "lp", f'echo "$@" > {tmp_path}/asked; cat > {tmp_path}/got')
    a_program(tmp_path / "bin", "lpstat", "echo Escritório; echo Balcão")
    printers.print(place, A4)
    assert (tmp_path / "got").read_bytes() == b"%PDF-danfe"
    assert (tmp_path / "asked").read_text().split() == [
        "-d",
        "Escritório",
        "-t",
        "danfe/871",
        "ção",
        "--",
        "-",
    ]
    assert module.known_printers() == ["Balcão", "Escritório"]
    a_program(tmp_path / "bin", "lp", "exit 1")
    assert why(printers, place, A4) == "refused"
    monkeypatch.setattr(module, "PATIENCE", 0.2)
    a_program(tmp_path / "bin", "lp", "exec sleep 5")
    assert why(printers, place, A4) == "unsure"


def test_windows_own_printers_need_windows(printers: Printers) -> None:
    assert why(printers, PrinterPlace(kind=PrinterKind.WINDOWS, address="Elgin i9")) == "driver"


def test_a_viewer_is_shown_the_document_and_old_ones_are_cleared_away(tmp_path: Path) -> None:
    shown: list[Path] = []
    printers = Printers(tmp_path / "spool", open_file=shown.append)
    for _ in range(25):
        printers.print(PrinterPlace(kind=PrinterKind.VIEWER), A4)
    assert shown[-1].name == "00025-danfe-871-ção.pdf"
    assert shown[-1].read_bytes() == b"%PDF-danfe"
    assert len(list((tmp_path / "spool").iterdir())) == 20

    def broken(path: Path) -> None:
        raise FileNotFoundError

    assert (
        why(Printers(tmp_path / "spool", open_file=broken), PrinterPlace(kind=PrinterKind.VIEWER)) == "driver"
    )


def test_papers_are_shown_and_laid_into_folders_also_after_the_number_99_999(tmp_path: Path) -> None:
    spool, folder = tmp_path / "spool", tmp_path / "papeis"
    for place in (spool, folder):
        place.mkdir()
        for number in range(99_975, 100_000):
            (place / f"{number}-danfe-1.pdf").touch()
    (folder / "relatório de 2026.pdf").touch()
    shown: list[tuple[str, bool]] = []
    printers = Printers(spool, open_file=lambda path: shown.append((path.name, path.exists())))
    for _ in range(3):
        printers.print(PrinterPlace(kind=PrinterKind.VIEWER), A4)
        printers.print(PrinterPlace(kind=PrinterKind.FOLDER, address=str(folder)), A4)
    new = [f"{number}-danfe-871-ção.pdf" for number in (100_000, 100_001, 100_002)]
    assert shown == [(name, True) for name in new]
    kept = {each.name for each in spool.iterdir()}
    assert kept == {f"{number}-danfe-1.pdf" for number in range(99_983, 100_000)} | set(new)
    assert {name for each in folder.iterdir() if (name := each.name) in new} == set(new)


def test_a_folder_in_the_place_of_a_printer_gets_the_job_its_text_and_its_picture(
    printers: Printers, tmp_path: Path
) -> None:
    place = PrinterPlace(kind=PrinterKind.FOLDER, address=str(tmp_path / "papeis"))
    printers.print(place, SLIP)
    printers.print(place, A4)
    assert {each.name: each.read_bytes() for each in (tmp_path / "papeis").iterdir()} == {
        "00001-nfce-871.bin": SLIP.raw,
        "00001-nfce-871.txt": b"CUPOM\n",
        "00001-nfce-871.pdf": b"%PDF-slip",
        "00002-danfe-871-ção.pdf": b"%PDF-danfe",
    }
    (tmp_path / "arquivo").touch()
    assert why(printers, PrinterPlace(kind=PrinterKind.FOLDER, address=str(tmp_path / "arquivo"))) == "file"


def test_without_a_printer_nothing_is_printed(printers: Printers) -> None:
    assert why(printers, PrinterPlace()) == "none"
