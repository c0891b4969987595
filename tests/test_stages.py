"""Weeks are found by listing a folder: here it is one that the test has written."""

import sys
from textwrap import dedent

import pytest

from grader import stages
from grader.check import Refused

ECHO = '''
    """Week 1: echo server (TCP)."""

    from grader.check import check


    class Server:
        program = "server.py"

        def meet(self, workspace, patience):
            """Nobody calls it here."""


    server = Server()
    _unused = Server()


    @check(points=60, teaches="", hint="")
    def listens(server):
        """It listens."""


    @check(points=40, teaches="", hint="", after=listens)
    def echoes(server):
        """It echoes."""


    @check(points=5, teaches="", hint="", stretch=True)
    def answers_ipv6(server):
        """It speaks IPv6."""
'''
UDP = '''
    """Week 12: datagrams."""

    from grader.check import check
    from grader.stages.week1_wave import listens

    also_listens = listens


    @check(points=100, teaches="", hint="")
    def sends(client):
        """It sends a datagram."""

    and_again = sends
'''


@pytest.fixture(autouse=True)
def weeks(tmp_path, monkeypatch):
    """A folder with week 1 and week 12 in place of the grader's own."""
    monkeypatch.setattr(stages, "__path__", [str(tmp_path)])
    known = set(sys.modules)
    for name, text in [("week12_udp", UDP), ("week1_wave", ECHO), ("week2", ""), ("helper", "")]:
        (tmp_path / f"{name}.py").write_text(dedent(text), "utf-8")
    yield
    for name in set(sys.modules) - known:
        del sys.modules[name]


def names(checks) -> list[str]:
    return [check.name for check in checks]


def test_the_weeks_are_the_files_called_week_number_and_name_by_number():
    assert stages.numbers() == [1, 12]


def test_a_week_is_named_by_its_file_and_titled_by_its_docstring():
    week = stages.load(1)
    assert (week.number, week.name, week.title) == (1, "week1_wave", "echo server (TCP)")


def test_the_checks_are_those_of_the_file_in_its_order():
    assert names(stages.load(1).checks) == ["listens", "echoes", "answers_ipv6"]


def test_neither_an_imported_check_nor_an_alias_is_another_check():
    assert names(stages.load(12).checks) == ["sends"]


def test_the_subjects_are_the_programs_that_can_be_met():
    assert [(name, subject.program) for name, subject in stages.load(1).subjects.items()] == [("server", "server.py")]


def test_the_points_are_without_the_bonus():
    assert stages.load(1).points == 100


def test_week_1_stands_at_the_top_and_the_others_in_their_folders():
    assert (stages.load(1).folder, stages.load(12).folder) == ("", "week12_udp")


def test_select_keeps_the_order_of_the_file():
    assert names(stages.load(1).select(("echoes", "listens"))) == ["listens", "echoes"]


def test_select_refuses_a_check_that_the_week_does_not_have():
    with pytest.raises(Refused) as refusal:
        stages.load(1).select(("listens", "sends"))
    assert str(refusal.value) == "Week 1 has no check 'sends'. It has: listens, echoes, answers_ipv6."


def test_load_refuses_a_week_that_is_not_there():
    with pytest.raises(Refused) as refusal:
        stages.load(3)
    assert str(refusal.value) == "There is no week 3. The grader has: 1, 12."


def test_the_landmarks_are_the_programs_of_week_1_and_the_folders_of_the_others():
    assert stages.landmarks() == {"start.sh", "server.py", "week12_udp"}


def test_select_takes_titles_and_knows_what_was_meant():
    week = stages.load(1)
    assert [check.name for check in week.select(("answers ipv6",))] == ["answers_ipv6"]
    with pytest.raises(Refused, match="^Week 1 has no check 'anwers_ipv6'. Did you mean answers_ipv6\\?$"):
        week.select(("anwers_ipv6",))
