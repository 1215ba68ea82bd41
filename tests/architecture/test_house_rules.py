"""The house rules hold in every module, and the rules themselves can see."""

from __future__ import annotations

import shutil
import subprocess
import sysconfig
from collections.abc import Callable, Iterable, Iterator
from importlib import metadata
from pathlib import Path

import pytest

from tests.architecture import rules
from tests.architecture.rules import Source

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "varejoforte_desktop"
NOT_OURS = {".git", "build", "dist", "__pycache__", "node_modules"}
LARGEST_TEXT = 2_000_000

Rule = Callable[[Source], Iterator[str]]


def modules() -> list[Source]:
    return [
        Source(p.relative_to(PACKAGE).as_posix(), p.read_text("utf-8")) for p in sorted(PACKAGE.rglob("*.py"))
    ]


def files_in_the_repository() -> list[Path]:
    """What git tracks or would track; without git, what lies there."""
    if shutil.which("git") and (ROOT / ".git").exists():
        listed = subprocess.run(
            [
                "git",
                "-c",
                f"safe.directory={ROOT}",
                "ls-files",
                "-z",
                "--cached",
                "--others",
                "--exclude-standard",
            ],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        return [p for name in listed.split("\0") if name and (p := ROOT / name).is_file()]
    return [
        p
        for p in ROOT.rglob("*")
        if p.is_file()
        and not any(
            part in NOT_OURS or part.startswith(".venv") or part.endswith("_cache") for part in p.parts
        )
    ]


def texts_in_the_repository() -> Iterator[Source]:
    for path in files_in_the_repository():
        content = path.read_bytes()
        if len(content) <= LARGEST_TEXT and b"\0" not in content:
            yield Source(path.relative_to(ROOT).as_posix(), content.decode("utf-8", "replace"))


def fail_on(offences: Iterable[str]) -> None:
    if listed := "\n".join(offences):
        pytest.fail(listed, pytrace=False)


@pytest.mark.parametrize("rule", rules.OF_MODULES, ids=lambda rule: rule.__name__)
def test_every_module_keeps_the_house_rule(rule: Rule) -> None:
    sources = modules()
    assert sources
    fail_on(found for source in sources for found in rule(source))


def test_nothing_private_is_in_the_repository() -> None:
    fail_on(found for source in texts_in_the_repository() for found in rules.private_matters(source))


def test_imports_point_downwards() -> None:
    linter = Path(sysconfig.get_path("scripts")) / "lint-imports"
    outcome = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_the_pyside_that_aborts_is_not_installed() -> None:
    assert metadata.version("PySide6-Essentials") != "6.12.0"


OFFENCES = [
    (rules.docstring, "x = 1\n"),
    (rules.docstring, '"""No full stop"""\n'),
    (rules.docstring, f'"""{"Long " * 30}."""\n'),
    (rules.module_length, "\n" * 401),
    (rules.function_length, "def far():\n" + "    x = 1\n" * 40),
    (rules.function_length, "class A:\n  async def far(self):\n" + "    x = 1\n" * 40),
    (rules.nested_loops, "dialog.exec()\n"),
    (rules.nested_loops, "app.processEvents()\n"),
    (rules.nested_loops, "from qasync import asyncSlot\n"),
    (rules.nested_loops, "import qasync\n@qasync.asyncSlot()\nasync def f(): ...\n"),
    (rules.silenced_types, "x = y  # type: ignore\n"),
    (rules.silenced_types, "x = y  #type:ignore because\n"),
    (rules.untranslatable, "self.tr(f'{n} itens')\n"),
    (rules.untranslatable, "tr('Há ' + f'{n} itens')\n"),
    (rules.private_matters, "DATA = '/" + "root/loja'\n"),
    (rules.private_matters, "cd /" + "work/main\n"),
    (rules.private_matters, "https://" + "files.pythonhosted.org/packages/x.whl\n"),
    (rules.private_matters, "-----BEGIN RSA PRIVATE " + "KEY-----\n" + "A" * 64 + "\n"),
    (rules.private_matters, "token = 'ghp" + "_" + "a" * 36 + "'\n"),
]


@pytest.mark.parametrize(("rule", "text"), OFFENCES)
def test_the_rule_sees_an_offence(rule: Rule, text: str) -> None:
    assert len(list(rule(Source("room/module.py", text)))) == 1


@pytest.mark.parametrize(
    "name", ["ui/utils.py", "sync/base/queue.py", "tray/_helpers.py", "common/__init__.py"]
)
def test_a_vague_name_is_seen(name: str) -> None:
    assert len(list(rules.module_name(Source(name, "")))) == 1


INNOCENT = '''"""Sells; `.exec()` in a sentence is no call."""


def sell(dialog, n):
    """Say why.

    {long}
    """
    value = dialog.value  # type: ignore[attr-defined]
    return self.tr("Só há {{left}} itens").format(left=f"{{n}}"), "https://loja.example/work/root/"
'''.format(long="\n    ".join(["x"] * 60))


@pytest.mark.parametrize("rule", [*rules.OF_MODULES, rules.private_matters], ids=lambda rule: rule.__name__)
def test_the_rule_leaves_the_innocent_alone(rule: Rule) -> None:
    assert list(rule(Source("sales/register.py", INNOCENT))) == []
