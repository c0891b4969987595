"""What 005 says, and what of it cannot be true."""

import pytest

from grader.peers.irc.supports import faults

RIGHT = {"CASEMAPPING": "ascii", "CHANTYPES": "#", "PREFIX": "(ov)@+", "CHANMODES": "be,k,l,imnst"}


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"CASEMAPPING": "rfc1459", "CHANTYPES": "#&+", "NICKLEN": "30"},
        {"PREFIX": "(qaohv)~&@%+", "CHANMODES": "beI,k,l,imMnOPQRstVz"},
    ],
)
def test_what_is_true(more):
    assert faults({**RIGHT, **more}) == []


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({"PREFIX": None}, "PREFIX is not there"),
        ({"CASEMAPPING": "unicode"}, "CASEMAPPING=unicode"),
        ({"CHANTYPES": "&"}, "CHANTYPES=& has no #"),
        ({"PREFIX": "(ov)+@"}, "PREFIX=(ov)+@ does not say that o is @ and v is +"),
        ({"PREFIX": "ov@+"}, "PREFIX=ov@+ is not (letters) and as many signs"),
        ({"CHANMODES": "be,l,k,imnst"}, "CHANMODES=be,l,k,imnst does not have k where it belongs"),
        ({"CHANMODES": "b,k,l,imns"}, "CHANMODES=b,k,l,imns does not have t where it belongs"),
        ({"NICKLEN": "long"}, "NICKLEN=long"),
    ],
)
def test_what_cannot_be_true(more, fault):
    assert faults({**RIGHT, **more})[0] == fault
