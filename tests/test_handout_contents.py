"""Which files students get, and the archive of them."""

import ast
import hashlib
import re
import shutil
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from grader import stages
from grader.check import Refused
from grader.handout import contents
from grader.handout.contents import ROOT, handout, requirements, write

WEEKS = [stages.load(number) for number in stages.numbers()]
COURSE = """
[course]
title = "Chat, “again”"
seed = 4711
roster = "class.csv"
[points.week1]
echoes_one_byte = 50
listens_only_on_the_address_given = 7
[points.week2]
ignores_strangers = 9
[due]
week1 = 2026-10-05T23:59:00
"""


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """All weeks, as students get them."""
    return handout(WEEKS).files


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lab whose `lab5/` a test may change."""
    (tmp_path / "grader").symlink_to(ROOT / "grader")
    shutil.copytree(ROOT / "lab5", tmp_path / "lab5")
    shutil.copy(ROOT / "requirements.txt", tmp_path)
    monkeypatch.setattr(contents, "ROOT", tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def imported(files: dict[str, bytes]) -> set[str]:
    """What the Python files of the grader import, by its first name, or of the grader by its whole name."""
    trees = [ast.parse(content) for name, content in files.items() if re.fullmatch(r"grader/.*\.py", name)]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    return {name if name.startswith("grader.") else name.split(".")[0] for name in names}


def test_students_get_the_starter_code_as_it_is(files):
    theirs = {name: content for name, content in files.items() if name.startswith("lab5/")}
    ours = {path.relative_to(ROOT).as_posix(): path for path in (ROOT / "lab5").rglob("*.*") if path.is_file()}
    assert theirs == {name: path.read_bytes() for name, path in ours.items() if path.suffix != ".pyc"}


def test_students_get_nothing_that_only_a_class_needs(files):
    parts = {name.split("/")[1] for name in files if name.startswith("grader/")}
    assert not parts & {"exports", "handout", "samples", "similar", "elsewhere.py", "verify.py"}
    assert {name.split("/")[0] for name in files} == {
        "README.md",
        "Makefile",
        "grader",
        "lab5",
        "pyproject.toml",
        "requirements.txt",
    }


def test_students_get_their_commands_and_no_other(files):
    commands = {name.split("/")[2] for name in files if name.startswith("grader/commands/")}
    assert commands == {*(f"{name}.py" for name in contents.COMMANDS), "__init__.py", "settings.py", "stopping.py"}


def test_of_reports_students_get_the_terminal_only(files):
    reports = {name for name in files if name.startswith("grader/report/")}
    assert reports == {f"grader/report/{name}.py" for name in ("__init__", "escape", "terminal")}


def test_every_module_that_is_imported_is_there(files, imported):
    ours = {name.replace(".", "/") for name in imported if name.startswith("grader.")}
    assert ours <= {name.removesuffix(".py").removesuffix("/__init__") for name in files}


def test_every_library_that_is_imported_is_required(files, imported):
    required = set(re.findall(r"^[\w-]+", files["requirements.txt"].decode(), re.MULTILINE))
    found = packages_distributions()
    others = {name for name in imported if not name.startswith("grader")} - sys.stdlib_module_names
    assert {name for name in others if not required & {*found.get(name, ())}} == set()


def test_on_windows_time_zones_are_required(files):
    assert b'tzdata>=2025.1; sys_platform == "win32"\n' in files["requirements.txt"]


def test_what_is_for_tests_or_classes_only_is_not_required():
    text = "# A.\n# More.\na>=1\nb>=2\n# B (tests only).\nc>=3\n# C (classes only).\n# More.\nd>=1\n# E.\ne>=1\n"
    assert requirements(text) == "# A.\n# More.\na>=1\nb>=2\n# E.\ne>=1\n"


def test_all_that_the_project_requires_says_why():
    assert requirements("# A.\na>=1\n\n# B.\nb>=1\n") == "# A.\na>=1\n# B.\nb>=1\n"


def test_the_course_file_keeps_what_is_the_class_s_own(tmp_path):
    (tmp_path / "course.toml").write_text(COURSE, "utf-8")
    course = tomllib.loads(handout(WEEKS[:2], tmp_path / "course.toml").files["grader/course.toml"].decode())
    assert (course["course"]["title"], course["course"]["seed"], course["course"]["roster"]) == ("Chat, “again”", 1, "")
    assert course["points"] == {"week1": {"echoes_one_byte": 50}}
    assert course["due"]["week1"].isoformat() == "2026-10-05T23:59:00"


def test_points_that_a_course_gives_to_hidden_checks_are_counted(tmp_path):
    (tmp_path / "course.toml").write_text(COURSE, "utf-8")
    files = handout(WEEKS[:1], tmp_path / "course.toml").files
    assert files["grader/stages/week1_echo.py"].decode().splitlines()[-1].startswith("KEPT_BACK = 7  #")


def test_some_weeks_are_a_handout_too():
    files = handout([stages.load(2), stages.load(5)]).files
    tops = {name.split("/")[1] for name in files if name.startswith("lab5/")}
    assert tops == {"README.md", "week2_udp", "week5_rooms"}
    assert [name for name in files if "/irc/" in name and "peers" in name] == []
    assert b"| 5 | `lab5/week5_rooms/` | chat rooms (TCP) |\n\n" in files["README.md"]


def test_the_readme_names_nothing_that_is_not_there(files):
    paths = re.findall(r"`([\w./]+/[\w./]*|\w+\.\w+)`", files["README.md"].decode())
    made = {".venv/bin/python", "README.md"}
    assert {path for path in paths if not any(name.startswith(path) for name in files)} <= made
    assert "lab5/week9_package/" in paths


def test_every_target_that_a_handout_names_is_in_the_makefile(files):
    texts = [content.decode() for name, content in files.items() if name.endswith((".md", ".py"))]
    named = {name for text in texts for name in re.findall(r"`?(?:\n    |`|run: )make ([a-z]+[\w-]*)", text)}
    targets = re.findall(r"^([\w%-]+):", files["Makefile"].decode(), re.MULTILINE)
    assert {re.sub(r"^(test-week)\d+$", r"\1%", name) for name in named} <= {*targets}
    assert "test-week1" in named


def test_an_archive_is_always_the_same(files, tmp_path):
    for name in ("one.zip", "two.zip"):
        write(dict(sorted(files.items(), reverse=name == "two.zip")), tmp_path / name)
    one, two = (hashlib.sha256((tmp_path / name).read_bytes()).digest() for name in ("one.zip", "two.zip"))
    assert one == two


def test_scripts_can_be_run(files, tmp_path):
    write(files, tmp_path / "one.zip")
    with zipfile.ZipFile(tmp_path / "one.zip") as packed:
        modes = {entry.filename: oct(entry.external_attr >> 16) for entry in packed.infolist()}
    assert modes["chat-room/lab5/week5_rooms/start.sh"] == "0o100755"
    assert modes["chat-room/lab5/week5_rooms/server.py"] == "0o100644"


def test_an_archive_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(Refused, match=r"nowhere/one\.zip cannot be written: No such file or directory\.$"):
        write({}, tmp_path / "nowhere" / "one.zip")


@pytest.mark.parametrize(
    "name", ["a:b.py", "two words.py", "-rf", "ends.", "aux.py", "na\u00efve.py", ".hidden", "COM1"]
)
def test_a_name_that_some_system_cannot_have_is_refused(name, lab):
    (lab / "lab5" / name).touch()
    says = re.escape(f"'lab5/{name}' cannot be handed out: not every system takes such a name. Rename it.")
    with pytest.raises(Refused, match=says):
        handout(WEEKS[:1])


def test_names_that_are_one_on_windows_are_refused(lab):
    (lab / "lab5" / "Server.py").touch()
    with pytest.raises(
        Refused, match=r"^lab5/server\.py and lab5/Server\.py differ in capital letters only: on Windows"
    ):
        handout(WEEKS[:1])


def test_a_link_is_refused(lab):
    (lab / "lab5" / "notes.txt").symlink_to("/etc/hostname")
    with pytest.raises(Refused, match=r"^lab5/notes\.txt is a link: put the file itself there\.$"):
        handout(WEEKS[:1])


def test_what_running_leaves_behind_is_not_handed_out(lab):
    before = handout(WEEKS[:1]).files
    for name in ("__pycache__/server.pyc", "chatroom.db", "build/lib.py", "x.egg-info/PKG-INFO"):
        (lab / "lab5" / name).parent.mkdir(exist_ok=True)
        (lab / "lab5" / name).touch()
    assert handout(WEEKS[:1]).files == before
