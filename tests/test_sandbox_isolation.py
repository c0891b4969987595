"""Which isolation a machine has is found out by trying; what is wrong is said, and what to do about it."""

import os
import sys
from pathlib import Path

import pytest

from grader.check import Disturbed
from grader.sandbox import cell, isolation, landlock
from grader.sandbox.bare import Bare
from grader.sandbox.isolation import Finding, Isolation, best, limits_only, none, tiers, trials
from grader.sandbox.limits import Limits

on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the tiers of Linux")
APPARMOR = "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
DOCKER = "in Docker: run the container with --privileged, or grade outside of it"


class Broken(Bare):
    """A site that cannot be opened."""

    def __init__(self, error):
        super().__init__(Path(), Limits())
        self._error = error

    def open(self):
        raise self._error


@pytest.fixture
def only(monkeypatch):
    """Says which tiers this machine has, by their sites."""

    def only(*sites):
        found = [Isolation(2 + place, f"tier {place}", False, site) for place, site in enumerate(sites)]
        monkeypatch.setattr(isolation, "tiers", lambda: found)
        return found

    return only


def bare(folder, limits, visible):
    return Bare(folder, limits)


def silent(folder, limits, visible):
    return Bare(folder, limits, before=["true"])


def talks(folder, limits, visible):
    return Bare(folder, limits, before=["sh", "-c", "echo no way >&2"])


def broken(error):
    return lambda folder, limits, visible: Broken(error)


def test_a_tier_in_which_a_program_runs_is_the_best(only):
    (tier,) = only(bare)
    assert best(Limits()) == (tier, [])


def test_the_next_tier_is_taken_where_a_better_one_fails(only):
    first, second = only(broken(OSError("no way")), bare)
    assert best(Limits()) == (second, [Finding(first, "no way")])


def test_nothing_is_tried_after_the_best(only):
    (tier, _) = only(bare, lambda *_: pytest.fail("it was tried"))
    assert best(Limits())[0] is tier


def test_there_is_none_where_every_tier_fails(only):
    tier, other = only(silent, broken(Disturbed("it broke")))
    found, failed = best(Limits())
    assert (found, [finding.isolation for finding in failed]) == (None, [tier, other])


def test_trials_are_of_every_tier(only):
    first, second = only(bare, broken(OSError("no way")))
    assert trials(Limits()) == [Finding(first), Finding(second, "no way")]


@pytest.mark.parametrize(
    ("site", "reason"),
    [
        (silent, "a program that should print a word printed nothing"),
        (talks, "no way"),
        (broken(OSError("line 1\n  line 2")), "line 1 line 2"),
        (broken(OSError("x" * 400)), "x" * 300),
        (broken(FileNotFoundError(2, "No such file or directory", "cp")), "[Errno 2] No such file or directory: 'cp'"),
    ],
    ids=["silent", "talks", "two lines", "long", "system"],
)
def test_the_reason_is_what_was_said(site, reason, only):
    only(site)
    assert trials(Limits())[0].reason == reason


@pytest.mark.parametrize(
    ("said", "fix"),
    [
        ("bwrap: setting up uid map: Permission denied", APPARMOR),
        ("bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted", APPARMOR),
        ("unshare: write failed /proc/self/uid_map: Operation not permitted", APPARMOR),
        ("bwrap: No permissions to create new namespace", DOCKER),
        ("unshare: unshare failed: Operation not permitted", DOCKER),
        ("unshare: unshare failed: No space left on device", "sudo sysctl -w user.max_user_namespaces=10000"),
        ("something else", ""),
    ],
)
def test_what_to_do_about_it_is_said(said, fix, only):
    only(broken(OSError(said)))
    assert trials(Limits())[0].fix == fix


@on_linux
@pytest.mark.parametrize(
    ("missing", "reason", "fix"),
    [
        (["bwrap"], "there is no bwrap on this machine", isolation.INSTALL),
        (["nsenter", "unshare"], "there is no nsenter and no unshare on this machine", None),
    ],
)
def test_what_is_missing_is_named(missing, reason, fix, monkeypatch):
    monkeypatch.setattr(cell, "missing", lambda: missing)
    finding = trials(Limits())[0]
    assert finding.reason == reason
    assert finding.fix == (fix or "install nsenter, unshare (util-linux)")


@on_linux
def test_the_full_tier_works_where_it_is_best():
    found, failed = best(Limits())
    if failed:
        pytest.skip(failed[0].reason)
    assert (found.tier, found.alone, found.says.partition(":")[0]) == (1, False, "full")


@on_linux
@pytest.mark.parametrize(("user", "expected"), [(0, [1, 2]), (1000, [1, 3])])
def test_linux_has_these_tiers(user, expected, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setattr(landlock, "version", lambda: 5)
    assert [tier.tier for tier in tiers()] == expected


@on_linux
@pytest.mark.parametrize(("user", "expected"), [(0, [1, 2]), (1000, [1])])
def test_without_landlock_a_user_has_no_partial_tier(user, expected, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setattr(landlock, "version", lambda: 0)
    assert [tier.tier for tier in tiers()] == expected


@on_linux
def test_where_files_are_not_hidden_it_is_said(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(landlock, "version", lambda: 0)
    assert "files that all users can read are readable" in tiers()[1].says


@on_linux
def test_a_tier_that_shares_the_network_runs_submissions_one_at_a_time(monkeypatch):
    monkeypatch.setattr(landlock, "version", lambda: 5)
    assert [(tier.tier == 1, tier.alone) for tier in tiers()] == [(True, False), (False, True)]


@pytest.mark.parametrize(("system", "expected"), [("darwin", [4]), ("win32", [])])
def test_other_systems_have_these_tiers(system, expected, monkeypatch):
    monkeypatch.setattr(sys, "platform", system)
    assert [tier.tier for tier in tiers()] == expected


@on_linux
def test_without_bubblewrap_the_full_tier_is_named_all_the_same(monkeypatch):
    monkeypatch.setattr(isolation.shutil, "which", lambda _: None)
    assert tiers()[0].says.startswith("full: bubblewrap, own network")


@on_linux
def test_a_kind_of_machine_without_a_filter_is_said(monkeypatch):
    monkeypatch.setattr(isolation.seccomp, "program", lambda: b"")
    assert "no filter of system calls for " in tiers()[0].says


@pytest.mark.parametrize("isolation", [limits_only(), none()], ids=["limits_only", "none"])
def test_without_isolation_programs_run_in_the_folder_of_the_submission(isolation, tmp_path):
    site = isolation.site(tmp_path, Limits(), ())
    assert (type(site), site.home, isolation.tier) == (Bare, str(tmp_path), 0)


def test_it_is_said_loudly_that_there_is_no_isolation():
    assert none().says.startswith("NONE: student code runs as YOU")
