"""What a check is made of."""

import pytest

from grader.check import Check, Unmet, Verdict, check


@check(points=10, teaches="Sockets listen.", hint="Call listen().")
def listens(server):
    """It waits
    for a client."""
    server.connect("alice")


@check(continues=listens, points=12, teaches="Bytes come back.", hint="Call sendall().")
def echoes(server):
    """What is sent comes back."""


@check(continues=echoes, after=listens, points=5, teaches="An end.", hint="Call close().", hidden=True, stretch=True)
def closes(server):
    """It closes the connection."""


@check(after=(listens, echoes), points=1, teaches="IPv6.", hint="getaddrinfo()", needs_address="::1")
def listens_on_ipv6_too(client):
    """It serves clients of IPv6."""


def test_a_check_is_called_as_its_conversation():
    assert listens_on_ipv6_too.name == "listens_on_ipv6_too"


def test_the_title_is_the_name_in_words():
    assert listens_on_ipv6_too.title == "listens on ipv6 too"


def test_the_requirement_is_the_docstring_on_one_line():
    assert listens.requirement == "It waits for a client."


def test_the_subject_is_the_parameter_of_the_conversation():
    assert (listens.subject, listens_on_ipv6_too.subject) == ("server", "client")


def test_a_check_keeps_what_it_is_given():
    assert listens_on_ipv6_too == Check(
        name="listens_on_ipv6_too",
        requirement="It serves clients of IPv6.",
        points=1,
        teaches="IPv6.",
        hint="getaddrinfo()",
        converse=listens_on_ipv6_too.converse,
        after=(listens, echoes),
        needs_address="::1",
    )


def test_a_check_is_open_and_no_bonus_unless_it_says_so():
    assert [(each.hidden, each.stretch) for each in (listens, closes)] == [(False, False), (True, True)]


@pytest.mark.parametrize(
    ("each", "builds_on"),
    [(listens, ()), (echoes, (listens,)), (closes, (echoes, listens)), (listens_on_ipv6_too, (listens, echoes))],
)
def test_a_check_builds_on_what_it_continues_and_on_what_it_comes_after(each, builds_on):
    assert each.after == builds_on


def test_the_chain_is_what_one_run_goes_through():
    assert closes.chain() == [listens, echoes, closes]


def test_what_comes_only_after_another_check_is_a_chain_of_its_own():
    assert listens_on_ipv6_too.chain() == [listens_on_ipv6_too]


def test_a_second_check_of_one_name_is_a_mistake_of_the_stage():
    def listens(server):
        """Another one."""

    with pytest.raises(TypeError) as error:
        check(points=1, teaches="", hint="")(listens)
    assert str(error.value) == "two checks are called listens: the second would silently replace the first"


def test_unmet_says_what_was_expected_and_what_came():
    unmet = Unmet("b'Hello'", "nothing came")
    assert (unmet.expected, unmet.came) == ("b'Hello'", "nothing came")
    assert str(unmet) == "expected b'Hello', but nothing came"


def test_a_verdict_is_written_as_its_word():
    assert [f"{verdict}" for verdict in Verdict] == ["passed", "failed", "blocked", "broken"]
