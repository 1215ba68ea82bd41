"""One command prepares a bare machine, refuses what cannot work with a sentence, and costs nothing the second time."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
REQUIREMENT_FILES = ["requirements.txt", "requirements-dev.txt"]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a Unix shell")

# Stands in for Python: tells a version, "makes" environments, and notes what it was asked.
FAKE_PYTHON = """#!/bin/sh
case "$*" in
  *ensurepip*) exit 0 ;;
  *version_info*) echo "{version}" ;;
  "-m venv"*) for folder; do :; done; mkdir -p "$folder/bin"; cp "$0" "$folder/bin/python"; echo "$*" >>"{log}" ;;
  *"pip --version"*) echo pip ;;
  *) echo "$*" >>"{log}" ;;
esac
"""


class Checkout:
    """A copy of what bootstrap.sh reads, with a Python and system commands that only pretend."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "loja"
        self.commands = folder / "bin"
        self.log = folder / "log"
        self.log.touch()
        self.commands.mkdir()
        package = self.folder / "src" / "varejoforte_desktop"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text('"""x."""\n__version__ = "1"\n')
        shutil.copytree(PACKAGING, self.folder / "packaging")
        shutil.copy(ROOT / "pyproject.toml", self.folder)

    def command(self, name: str, script: str) -> Path:
        """Put a command in front of the real ones."""
        path = self.commands / name
        path.write_text(script)
        path.chmod(0o755)
        return path

    def python(self, version: str) -> Path:
        """Pretend that this Python exists."""
        return self.command(f"python-{version}", FAKE_PYTHON.format(version=version, log=self.log))

    def bootstrap(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run it without a person in front."""
        clean = {
            k: v for k, v in os.environ.items() if k not in ("VENV", "PYTHON", "DISPLAY", "WAYLAND_DISPLAY")
        }
        return subprocess.run(
            ["bash", "packaging/bootstrap.sh", *arguments],
            cwd=self.folder,
            env={**clean, "PATH": f"{self.commands}:{clean['PATH']}", **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def asked(self) -> list[str]:
        """What the pretended commands were asked since the last time."""
        lines = self.log.read_text().splitlines()
        self.log.write_text("")
        return lines


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_python_3_10_is_refused_with_a_sentence(checkout: Checkout) -> None:
    outcome = checkout.bootstrap(PYTHON=str(checkout.python("3.10.13")))
    assert outcome.returncode == 1
    assert "precisa do Python 3.11 ou mais novo" in outcome.stderr
    assert "3.10.13" in outcome.stderr
    assert checkout.asked() == []


def test_a_real_python_3_10_is_refused_too(checkout: Checkout) -> None:
    installed = sorted(
        Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")).glob("versions/3.10.*/bin/python")
    )
    if not installed:
        pytest.skip("no Python 3.10 here")
    outcome = checkout.bootstrap(PYTHON=str(installed[-1]))
    assert (outcome.returncode, outcome.stdout) == (1, "")
    assert "o Varejo Forte precisa do Python 3.11" in outcome.stderr.replace("O V", "o V")


@pytest.mark.parametrize("version", ["3.11.0", "3.12.1", "3.13.0", "3.14.2", "4.0.0"])
def test_a_recent_python_is_taken(checkout: Checkout, version: str) -> None:
    outcome = checkout.bootstrap("--without-system", PYTHON=str(checkout.python(version)))
    assert outcome.returncode == 0, outcome.stderr
    assert version in outcome.stdout


def test_a_python_that_does_not_exist_is_refused_with_a_sentence(checkout: Checkout) -> None:
    outcome = checkout.bootstrap(PYTHON="/nowhere/python3")
    assert outcome.returncode == 1
    assert "/nowhere/python3" in outcome.stderr


def test_the_first_run_installs_what_is_pinned_and_the_second_does_nothing(checkout: Checkout) -> None:
    python = str(checkout.python("3.11.9"))
    first = checkout.bootstrap("--for-tests", "--without-system", PYTHON=python)
    assert first.returncode == 0, first.stderr
    venv, packages, project = checkout.asked()
    assert venv.startswith("-m venv")
    assert "--require-hashes" in packages
    assert packages.endswith("-r packaging/requirements-dev.txt")
    assert project.endswith("--no-deps --no-build-isolation -e .")

    seconds = []
    for environment in ({}, {"PYTHON": python}, {}):
        start = time.perf_counter()
        second = checkout.bootstrap("--for-tests", "--without-system", **environment)
        seconds.append(time.perf_counter() - start)
        assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert checkout.asked() == []
    assert min(seconds) < 0.3

    assert (
        checkout.bootstrap("--without-system").stdout == ""
    )  # what the tests need includes what the program needs


@pytest.mark.parametrize(
    "changed", ["pyproject.toml", "packaging/requirements.txt", "packaging/bootstrap.sh"]
)
def test_a_change_installs_again_in_the_same_environment(checkout: Checkout, changed: str) -> None:
    python = str(checkout.python("3.11.9"))
    checkout.bootstrap("--without-system", PYTHON=python)
    checkout.asked()
    with (checkout.folder / changed).open("a") as file:
        file.write("\n# changed\n")
    assert checkout.bootstrap("--without-system").returncode == 0
    assert [line.partition("install")[1] for line in checkout.asked()] == ["install", "install"]


def test_another_python_makes_the_environment_again(checkout: Checkout) -> None:
    checkout.bootstrap("--without-system", PYTHON=str(checkout.python("3.11.9")))
    checkout.asked()
    outcome = checkout.bootstrap("--without-system", PYTHON=str(checkout.python("3.12.1")))
    assert outcome.returncode == 0
    assert "-m venv --clear" in checkout.asked()[0]


def test_without_permission_to_install_it_names_the_packages_and_the_command(checkout: Checkout) -> None:
    if sys.platform != "linux":
        pytest.skip("apt exists on Linux only")
    for name in ("dpkg-query", "ldconfig", "sudo", "apt-get"):
        checkout.command(name, "#!/bin/sh\nexit 1\n")
    checkout.command("ls", "#!/bin/sh\nexit 1\n")
    checkout.command("id", "#!/bin/sh\necho 1000\n")
    outcome = checkout.bootstrap(PYTHON=str(checkout.python("3.11.9")))
    assert outcome.returncode == 1
    assert "sudo apt-get install" in outcome.stderr
    assert "libegl1" in outcome.stderr
    assert len(outcome.stderr.splitlines()) == 1
    assert checkout.asked() == []


@pytest.mark.parametrize("name", REQUIREMENT_FILES)
def test_every_requirement_is_pinned_with_hashes_and_names_no_source(name: str) -> None:
    text = (PACKAGING / name).read_text()
    assert "://" not in text
    assert not re.search(r"^\s*-(?!-hash=sha256:[0-9a-f]{64})", text, re.MULTILINE)
    entries = [line for line in text.replace("\\\n", "").splitlines() if line.strip()]
    assert entries
    for entry in entries:
        assert re.fullmatch(
            r"[\w.\-\[\]]+==[\w.]+( ; [^#]+?)?\s+(--hash=sha256:[0-9a-f]{64}\s*)+", entry.strip() + " "
        )


def pins(name: str) -> dict[str, str]:
    found = re.findall(r"^([\w.\-]+)==([\w.]+)", (PACKAGING / name).read_text(), re.MULTILINE)
    return dict(found)


def test_the_pins_satisfy_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [Requirement(text) for text in project["project"]["dependencies"]]
    pinned = pins("requirements.txt")
    for requirement in wanted:
        name = re.sub(r"[-_.]+", "-", requirement.name).lower()
        assert requirement.specifier.contains(pinned[name]), f"{requirement}: run `make lock`"
    assert pins("requirements-dev.txt").items() >= pinned.items()


@pytest.mark.parametrize("name", REQUIREMENT_FILES)
def test_the_pyside_that_aborts_is_excluded(name: str) -> None:
    assert pins(name)["pyside6-essentials"].startswith("6.11.")
    assert pins(name)["shiboken6"].startswith("6.11.")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    [qt] = [
        r
        for text in project["project"]["dependencies"]
        if (r := Requirement(text)).name == "PySide6-Essentials"
    ]
    assert not qt.specifier.contains("6.12.0")
    assert qt.specifier.contains("6.11.3")
