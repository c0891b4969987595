"""Gradescope's export: who handed in what and when, from a file that Ruby wrote."""

import pytest

from grader.check import Refused
from grader.handed_in.delivery import Claim, Delivery, called
from grader.handed_in.gradescope import deliveries
from grader.results import Person

LANDMARKS = {"server.py"}
ALICE = Claim(Person("Alice Adams", "s1", "alice@uni.edu"))
BOB = Claim(Person("Bob Brown", "", "bob@uni.edu"))
OF_ALICE = """
  :submitters:
  - :name: Alice Adams
    :sid: 's1'
    :email: alice@uni.edu
  :created_at: 2026-03-01 22:15:24.318471000 Z
  :score: 10.0
  :status: processed
"""
OF_BOTH = """
  :submitters:
  - &1
    :name: Alice Adams
    :sid: 's1'
    :email: &2 alice@uni.edu
  - :name: Bob Brown
    :sid:
    :email: bob@uni.edu
  :created_at: 2026-03-02 01:00:00.000000000 +01:00
  :results:
    :owner: *1
    :tests:
    - :name: echoes
      :submitters: [x]
"""


@pytest.fixture
def exported(tmp_path):
    """Reads an export with these folders, where each has a server.py."""

    def exported(metadata, *folders):
        (tmp_path / "submission_metadata.yml").write_bytes(
            metadata if isinstance(metadata, bytes) else metadata.encode()
        )
        for name in folders:
            (tmp_path / name).mkdir()
            (tmp_path / name / "server.py").touch()
        return deliveries(tmp_path, sorted(tmp_path.iterdir()), LANDMARKS)

    return exported


def refusal_of(exported, metadata) -> str:
    with pytest.raises(Refused) as refusal:
        exported(metadata)
    return str(refusal.value)


def test_a_submission_says_who_and_when(exported, tmp_path):
    assert exported(f"---\nsubmission_12:{OF_ALICE}", "submission_12") == [
        Delivery("submission_12", tmp_path / "submission_12", (ALICE,), "2026-03-01T22:15:24+00:00")
    ]


def test_a_group_has_several_who_handed_it_in(exported):
    (delivery,) = exported(f"submission_12:{OF_BOTH}", "submission_12")
    assert (delivery.claims, delivery.submitted) == ((ALICE, BOB), "2026-03-02T01:00:00+01:00")


def test_a_text_may_stand_for_one_before_it(exported):
    metadata = "submission_1:\n  :x: &1 Alice Adams\n  :submitters:\n  - :name: *1\n"
    (delivery,) = exported(metadata, "submission_1")
    assert delivery.claims == (Claim(Person("Alice Adams")),)


def test_a_time_as_ruby_on_rails_has_it_is_read(exported):
    moment = (
        "!ruby/object:ActiveSupport::TimeWithZone\n    utc: 2026-03-01 22:15:24.3 Z\n    time: 2026-03-01 14:15:24.3 Z"
    )
    (delivery,) = exported(f"submission_1:\n  :created_at: {moment}\n", "submission_1")
    assert delivery.submitted == "2026-03-01T22:15:24+00:00"


@pytest.mark.parametrize("moment", ["2026-03-01 22:15:24", "2026-13-01 22:15:24 Z", "yesterday", "", "[2026]"])
def test_a_time_that_is_none_is_left_empty(exported, moment):
    (delivery,) = exported(f"submission_1:\n  :created_at: {moment}\n", "submission_1")
    assert delivery.submitted == ""


def test_a_folder_that_is_listed_and_not_there_is_said(exported):
    (delivery,) = exported(f"submission_12:{OF_ALICE}")
    assert delivery.remarks == ("is listed in submission_metadata.yml, but there is no such folder",)


def test_a_folder_that_is_there_and_not_listed_is_said(exported, tmp_path):
    _, stray = exported(f"submission_12:{OF_ALICE}", "submission_12", "submission_13")
    remarks = ("is not listed in submission_metadata.yml",)
    assert stray == called("submission_13", tmp_path / "submission_13", remarks)


def test_the_one_archive_in_a_folder_is_the_work(exported, tmp_path):
    (tmp_path / "submission_12").mkdir()
    for name in ("lab5.zip", "report.pdf"):
        (tmp_path / "submission_12" / name).touch()
    (delivery,) = exported(f"submission_12:{OF_ALICE}")
    assert (delivery.path.name, delivery.remarks) == (
        "lab5.zip",
        ("left out 'report.pdf': beside an archive, only the archive counts",),
    )


def test_without_the_file_it_is_no_such_export(tmp_path):
    assert deliveries(tmp_path, [tmp_path / "submission_1"], LANDMARKS) == []


def test_what_leads_out_of_the_folder_is_no_submission(exported, tmp_path):
    sentence = (
        f"{tmp_path}/submission_metadata.yml lists no submissions. Export them again, and name the folder as it comes."
    )
    assert refusal_of(exported, f"../secret:{OF_ALICE}submission_1/../..:{OF_ALICE}") == sentence


def test_names_are_one_line_and_not_endless(exported):
    name = '"Alice\\n\\e[2J=cmd()' + "x" * 2_000 + '"'
    (delivery,) = exported(f"submission_1:\n  :submitters:\n  - :name: {name}\n", "submission_1")
    assert delivery.claims[0].person.name == "Alice \x1b[2J=cmd()" + "x" * 984


LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{n}: &{n} [*{p}, *{p}]\n" for p, n in zip("abcdefghijkl", "bcdefghijklm", strict=True)
)


def test_what_stands_for_more_and_more_is_passed_by(exported, tmp_path):
    assert refusal_of(exported, LAUGHS).endswith("as it comes.")


@pytest.mark.parametrize(
    ("metadata", "line"),
    [
        ("submission_1: [", ", line 2"),
        ("submission_1: " + "[" * 100_000, ", line 1"),
        ("- " * 100_000, ", line 1"),
        ("? [a]\n: b", ", line 1"),
        ("submission_1: *nobody\nb: 'c", ", line 2"),
        ("a: \x00", ""),
        (b"a: \xff\xfe", ""),
    ],
)
def test_what_is_no_yaml_is_refused(exported, tmp_path, metadata, line):
    said = "this is no YAML as Gradescope writes it. Export the submissions again."
    assert refusal_of(exported, metadata) == f"{tmp_path}/submission_metadata.yml{line}: {said}"


def test_no_object_is_made_of_it(exported):
    (delivery,) = exported("submission_1: !!python/object/apply:os.abort []\nsubmission_2:\n  :created_at: x\n")
    assert delivery.path.name == "submission_2"


def test_a_file_that_is_too_large_is_refused(exported, tmp_path):
    sentence = f"{tmp_path}/submission_metadata.yml has more than 31,457,280 bytes: it is not as Gradescope writes it."
    assert refusal_of(exported, b"#" * 31_457_281) == sentence
