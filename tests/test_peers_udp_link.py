"""The bad network does the same to the same datagrams every time, in the shares that it is given."""

import random
from collections import Counter

import pytest

from grader.peers.udp import link as link_module
from grader.peers.udp.link import Carried, Direction, Fate, good, loses_first, seeded

LOST, REPEATED, HELD, PASSED = Fate.LOST, Fate.REPEATED, Fate.HELD, Fate.PASSED
BAD = {"loss": 20, "repeat": 10, "reorder": 10}  # percent, as the command has it
SAID = [f"SAY {number} hello".encode() for number in range(1, 201)]
ACKNOWLEDGED = [f"GOT {number}".encode() for number in range(1, 201)]


def fates(faults, datagrams, flow=1, sign=">"):
    """What becomes of each of these where nothing else is under way."""
    return [faults(flow, sign, datagram, 0) for datagram in datagrams]


def merged(seed):
    """What is said and what is acknowledged, each in its order, and between each other as chance has it."""
    chance = random.Random(seed)
    queues = [iter(SAID), iter(ACKNOWLEDGED)]
    turns = [0] * len(SAID) + [1] * len(ACKNOWLEDGED)
    chance.shuffle(turns)
    return [next(queues[turn]) for turn in turns]


def scripted(**by_text):
    """Faults that are told for each datagram; what is not told passes."""
    return lambda flow, sign, datagram, before: by_text.get(datagram.decode(), PASSED)


def carried(direction, *datagrams):
    """What comes out for each of these."""
    return [direction.carries(datagram).out for datagram in datagrams]


def test_the_fates_of_a_seed_are_the_same_on_every_machine():
    expected = [LOST, REPEATED, PASSED, HELD, *[PASSED] * 5, LOST, PASSED, LOST]
    assert fates(seeded(4, **BAD), SAID[:12]) == expected


@pytest.mark.parametrize("interleaving", range(10))
def test_what_comes_in_between_changes_no_fate(interleaving):
    faults = seeded(7, loss=20, repeat=10)
    alone, among = Direction(faults, 1, ">"), Direction(faults, 1, ">")
    expected = [alone.carries(datagram) for datagram in SAID]
    came = {datagram: among.carries(datagram) for datagram in merged(interleaving)}
    assert [came[datagram] for datagram in SAID] == expected


@pytest.mark.parametrize("interleaving", range(10))
def test_holding_back_changes_neither_what_is_lost_nor_what_is_repeated(interleaving):
    direction = Direction(seeded(7, **BAD), 1, ">")
    came = {datagram: direction.carries(datagram).fate for datagram in merged(interleaving)}
    for datagram, expected in zip(SAID, fates(seeded(7, **BAD), SAID), strict=True):
        assert came[datagram] == expected or {came[datagram], expected} == {HELD, PASSED}


def test_both_directions_and_all_flows_are_apart():
    alone, busy = (Direction(seeded(7, **BAD), 1, ">") for _ in range(2))
    others = [Direction(seeded(7, **BAD), 1, "<"), Direction(seeded(7, **BAD), 2, ">")]
    for datagram in SAID:
        for other in others:
            other.carries(datagram)
        assert busy.carries(datagram) == alone.carries(datagram)


@pytest.mark.parametrize(("seed", "flow", "sign"), [(8, 1, ">"), (7, 2, ">"), (7, 1, "<"), (71, 1, ">"), (7, 11, ">")])
def test_another_seed_flow_or_direction_has_other_fates(seed, flow, sign):
    assert fates(seeded(seed, **BAD), SAID, flow, sign) != fates(seeded(7, **BAD), SAID, 1, ">")


def test_each_time_that_a_datagram_comes_is_another_chance():
    direction = Direction(seeded(7, loss=50), 1, ">")
    assert {direction.carries(b"SAY 1 hello").fate for _ in range(20)} == {LOST, PASSED}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("other_text", [True, False], ids=["other datagrams", "the same datagram"])
def test_each_share_is_kept_over_10000_datagrams(seed, other_text):
    faults, percent = seeded(seed, loss=20, repeat=10, reorder=5), {LOST: 20, REPEATED: 10, HELD: 5, PASSED: 65}
    rows = [(b"SAY %d hello" % number, 0) if other_text else (b"SAY 1 hello", number) for number in range(10_000)]
    found = Counter(faults(1, ">", datagram, before) for datagram, before in rows)
    for fate, share in percent.items():
        assert found[fate] / 100 == pytest.approx(share, abs=2)  # 4 standard deviations and more


@pytest.mark.parametrize(
    ("percent", "only"), [({}, PASSED), ({"loss": 100}, LOST), ({"repeat": 100}, REPEATED), ({"reorder": 100}, HELD)]
)
def test_none_and_all_are_exact(percent, only):
    assert set(fates(seeded(7, **percent), SAID)) == {only}


def test_what_passes_comes_out_once():
    assert Direction(good, 1, ">").carries(b"GOT 7") == Carried(PASSED, [b"GOT 7"])


def test_what_is_lost_does_not_come_out():
    assert Direction(scripted(a=LOST), 1, ">").carries(b"a") == Carried(LOST, [])


def test_what_is_repeated_comes_out_twice():
    assert Direction(scripted(a=REPEATED), 1, ">").carries(b"a") == Carried(REPEATED, [b"a", b"a"])


def test_what_is_held_back_does_not_come_out_yet():
    assert Direction(scripted(a=HELD), 1, ">").carries(b"a") == Carried(HELD, [])


def test_what_is_held_back_comes_out_behind_the_next():
    assert carried(Direction(scripted(a=HELD), 1, ">"), b"a", b"b", b"c") == [[], [b"b", b"a"], [b"c"]]


def test_what_is_held_back_comes_out_behind_both_of_a_repeated_one():
    assert carried(Direction(scripted(a=HELD, b=REPEATED), 1, ">"), b"a", b"b") == [[], [b"b", b"b", b"a"]]


def test_a_lost_one_is_not_the_next():
    assert carried(Direction(scripted(a=HELD, b=LOST), 1, ">"), b"a", b"b", b"c") == [[], [], [b"c", b"a"]]


def test_only_one_is_held_back_at_a_time():
    direction = Direction(scripted(a=HELD, b=HELD, c=HELD), 1, ">")
    assert [direction.carries(datagram) for datagram in (b"a", b"b", b"c")] == [
        Carried(HELD, []),
        Carried(PASSED, [b"b", b"a"]),
        Carried(HELD, []),
    ]


def test_what_is_held_back_is_let_go_of_once():
    direction = Direction(scripted(a=HELD), 1, ">")
    direction.carries(b"a")
    assert [direction.release(), direction.release()] == [[b"a"], []]


def test_after_it_was_let_go_of_the_next_comes_out_alone():
    direction = Direction(scripted(a=HELD), 1, ">")
    direction.carries(b"a")
    direction.release()
    assert carried(direction, b"b") == [[b"b"]]


def test_where_nothing_is_held_back_nothing_is_let_go_of():
    assert Direction(good, 1, ">").release() == []


@pytest.mark.parametrize("seed", range(5))
def test_everything_that_is_not_lost_comes_out(seed):
    direction, expected, came = Direction(seeded(seed, **BAD), 1, ">"), Counter(), Counter()
    for datagram in SAID + SAID:
        fate, out = direction.carries(datagram)
        came.update(out)
        expected[datagram] += {LOST: 0, REPEATED: 2}.get(fate, 1)
    came.update(direction.release())
    assert +came == +expected


@pytest.mark.parametrize("times", [0, 1, 3])
def test_a_datagram_is_lost_as_often_as_told_and_then_passes(times):
    direction = Direction(loses_first(times, "SAY"), 1, ">")
    came = [direction.carries(b"SAY 1 hello").fate for _ in range(times + 2)]
    assert came == [LOST] * times + [PASSED] * 2


def test_each_datagram_that_begins_so_is_lost_at_first():
    direction = Direction(loses_first(1, "SAY"), 1, ">")
    came = [direction.carries(datagram).fate for datagram in (b"SAY 1 a", b"SAY 2 b", b"SAY 1 a", b"SAY 2 b")]
    assert came == [LOST, LOST, PASSED, PASSED]


@pytest.mark.parametrize(("sign", "datagram"), [("<", b"SAY 1 hello"), (">", b"GOT 7"), (">", b"say 1"), (">", b"")])
def test_nothing_but_what_begins_so_is_lost_at_first(sign, datagram):
    assert Direction(loses_first(1, "SAY"), 1, sign).carries(datagram) == Carried(PASSED, [datagram])


@pytest.mark.parametrize("sign", "><")
def test_a_good_link_passes_everything_on(sign):
    assert carried(Direction(good, 1, sign), *SAID, *SAID, b"") == [[datagram] for datagram in [*SAID, *SAID, b""]]


def test_what_is_no_text_has_a_fate_as_well():
    assert Direction(seeded(7, loss=100), 1, ">").carries(bytes(range(256)) * 255) == Carried(LOST, [])


def test_after_the_most_that_are_told_apart_counting_begins_anew(monkeypatch):
    monkeypatch.setattr(link_module, "MAX_KNOWN", 10)
    direction = Direction(loses_first(1, "SAY"), 1, ">")
    came = [direction.carries(datagram).fate for datagram in (SAID[0], SAID[0], *ACKNOWLEDGED[:9], SAID[0])]
    assert came == [LOST, *[PASSED] * 10, LOST]


def test_as_many_as_are_told_apart_are_not_forgotten(monkeypatch):
    monkeypatch.setattr(link_module, "MAX_KNOWN", 10)
    direction = Direction(loses_first(1, "SAY"), 1, ">")
    came = [direction.carries(datagram).fate for datagram in (SAID[0], *ACKNOWLEDGED[:8], SAID[0])]
    assert came == [LOST, *[PASSED] * 9]


def test_what_is_held_back_is_not_forgotten(monkeypatch):
    monkeypatch.setattr(link_module, "MAX_KNOWN", 1)
    assert carried(Direction(scripted(a=HELD), 1, ">"), b"a", b"b") == [[], [b"b", b"a"]]
