"""The accounts of week 4, with a clock of the test's own and hashes that cost nothing."""

import pickle
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError, VerifyMismatchError

from grader.reference import accounts as module
from grader.reference.accounts import Account, Accounts
from grader.wire.http_chat import Wrong

RIGHT, WRONG = "correct horse", "battery staple"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
ROSTER = {"alice1": "Alice Adams", "bob22": "Bob Brown", "anna1": "Anna Novak", "anna2": "Anna Novak"}
UNKNOWN = (401, "the student id or the password is wrong", ())


class Clock:
    """A clock that goes when it is told to."""

    now = 1_000.0

    def __call__(self):
        return self.now


class Slow:
    """Hashes nothing, and takes until it is released."""

    def __init__(self, checks):
        self.checks, self.released = threading.Barrier(checks + 1), threading.Event()

    def hash(self, password):
        return password

    def verify(self, hashed, password):
        self.checks.wait(10)
        self.released.wait(10)
        if hashed != password:
            raise VerifyMismatchError
        return True


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def accounts(clock):
    """Accounts of anybody, and alice1 has one."""
    accounts = Accounts(hasher=CHEAP, clock=clock)
    accounts.register("alice1", RIGHT, "Alice")
    return accounts


def refusal(function, *arguments):
    """The status, the sentence and the headers with which this is refused."""
    with pytest.raises(Wrong) as refused:
        function(*arguments)
    return refused.value.status, refused.value.sentence, refused.value.headers


def too_many(seconds):
    """How a login is refused after too many failures."""
    plural = "s" if seconds > 1 else ""
    sentence = f"too many failed logins: try again in {seconds} second{plural}"
    return 429, sentence, (("Retry-After", str(seconds)),)


def fails(accounts, student_id="alice1", times=1):
    """Logs in with a wrong password."""
    for _ in range(times):
        assert refusal(accounts.login, student_id, WRONG) == UNKNOWN


def test_who_registers_and_logs_in_has_a_token(accounts):
    assert accounts.register("bob22", WRONG, "Bob") == Account("bob22", "Bob")
    assert accounts.whose(accounts.login("bob22", WRONG).text) == Account("bob22", "Bob")
    assert accounts.whose(accounts.login("alice1", RIGHT).text) == Account("alice1", "Alice")


@pytest.mark.parametrize("password", [RIGHT, "pässwörd 🎉", "a\0b" * 4, " " * 8 + "x", "x" * 128])
def test_a_password_is_every_character_of_it(password, accounts):
    accounts.register("bob22", password, "Bob")
    assert accounts.login("bob22", password)
    assert refusal(accounts.login, "bob22", password[:-1]) == UNKNOWN


def test_a_student_registers_once(accounts):
    assert refusal(accounts.register, "alice1", WRONG, "Al") == (409, "alice1 is registered already: log in", ())
    assert accounts.login("alice1", RIGHT)


def test_of_two_who_register_at_the_same_moment_one_has_the_account():
    accounts = Accounts(hasher=CHEAP)

    def register(name):
        try:
            return accounts.register("alice1", RIGHT, name)
        except Wrong as wrong:
            return wrong.status

    with ThreadPoolExecutor(8) as pool:
        assert sorted(map(str, pool.map(register, [f"Alice {number}" for number in range(8)])))[:7] == ["409"] * 7


def test_who_is_not_on_the_roster_cannot_register():
    accounts = Accounts(ROSTER, hasher=CHEAP)
    assert refusal(accounts.register, "carol3", RIGHT, "C") == (403, "carol3 is not on the roster of this class", ())
    assert refusal(accounts.register, "ALICE1", RIGHT, "A") == (403, "ALICE1 is not on the roster of this class", ())
    assert accounts.register("alice1", RIGHT, "anything") == Account("alice1", "anything")


@pytest.mark.parametrize("name", ["Alice", "alice", "ALICE", " Alice ", "Ａｌｉｃｅ", "alice1", "Alice1"])
def test_nobody_has_the_name_or_the_id_of_another(name, accounts):
    assert refusal(accounts.register, "bob22", RIGHT, name) == (409, f"the name {name} is somebody else's", ())


@pytest.mark.parametrize("name", ["alice1", "Bob Brown", "bob  brown", "anna1"])
def test_names_and_ids_of_the_roster_are_kept_for_their_owners(name):
    accounts = Accounts(ROSTER, hasher=CHEAP)
    other = "anna2" if name != "anna2" else "anna1"
    assert refusal(accounts.register, other, RIGHT, name) == (409, f"the name {name} is somebody else's", ())


@pytest.mark.parametrize(
    ("student_id", "name"), [("alice1", "alice1"), ("bob22", "Bob Brown"), ("anna1", "Anna Novak")]
)
def test_who_is_on_the_roster_may_have_the_id_or_the_name_there(student_id, name):
    assert Accounts(ROSTER, hasher=CHEAP).register(student_id, RIGHT, name) == Account(student_id, name)


def test_of_two_with_the_same_name_on_the_roster_the_first_has_it():
    accounts = Accounts(ROSTER, hasher=CHEAP)
    accounts.register("anna2", RIGHT, "Anna Novak")
    assert refusal(accounts.register, "anna1", RIGHT, "Anna Novak")[:2] == (
        409,
        "the name Anna Novak is somebody else's",
    )
    assert accounts.register("anna1", RIGHT, "Anna")


def test_who_has_the_id_that_is_a_name_already_registers_by_another(accounts):
    accounts.register("bob22", RIGHT, "carol3")
    assert refusal(accounts.register, "carol3", RIGHT, "carol3")[0] == 409
    assert accounts.register("carol3", RIGHT, "Carol") == Account("carol3", "Carol")


def test_there_is_room_for_a_bounded_number_of_accounts(accounts, monkeypatch):
    assert module.MAX_ACCOUNTS == 10_000
    monkeypatch.setattr(module, "MAX_ACCOUNTS", 2)
    accounts.register("bob22", RIGHT, "Bob")
    assert refusal(accounts.register, "carol3", RIGHT, "Carol") == (
        403,
        "there are 2 accounts, and no room for more",
        (),
    )


def test_an_unknown_id_and_a_wrong_password_look_the_same(accounts):
    assert refusal(accounts.login, "alice1", WRONG) == refusal(accounts.login, "nobody", WRONG) == UNKNOWN
    assert refusal(accounts.login, "ALICE1", RIGHT) == UNKNOWN


def test_an_unknown_id_and_a_wrong_password_take_the_same_hash():
    class Counting(PasswordHasher):
        checked = []

        def verify(self, hashed, password):
            self.checked.append(hashed.rsplit("$", 2)[0])
            return super().verify(hashed, password)

    accounts = Accounts(hasher=Counting(time_cost=1, memory_cost=8, parallelism=1))
    accounts.register("alice1", RIGHT, "Alice")
    for student_id in ("alice1", "nobody"):
        fails(accounts, student_id)
    assert Counting.checked == ["$argon2id$v=19$m=8,t=1,p=1"] * 2


@pytest.mark.parametrize("student_id", ["alice1", "nobody", "x" * 5_000, ""])
def test_after_five_failures_nobody_logs_in_until_a_minute_has_passed(student_id, accounts, clock):
    for _ in range(5):
        fails(accounts, student_id)
        clock.now += 2
    assert refusal(accounts.login, student_id, RIGHT) == too_many(50)
    clock.now += 49.5
    assert refusal(accounts.login, student_id, RIGHT) == too_many(1)
    clock.now += 0.5
    fails(accounts, student_id)
    assert refusal(accounts.login, student_id, RIGHT) == too_many(2)


def test_the_minute_is_any_minute(accounts, clock):
    for _ in range(20):
        fails(accounts)
        clock.now += 15
    fails(accounts)


def test_a_right_password_in_between_does_not_pardon_the_wrong_ones(accounts):
    fails(accounts, times=4)
    assert accounts.login("alice1", RIGHT)
    fails(accounts)
    assert refusal(accounts.login, "alice1", RIGHT) == too_many(60)


def test_right_passwords_are_never_too_many(accounts):
    assert len({accounts.login("alice1", RIGHT).text for _ in range(50)}) == 50


def test_the_failures_of_one_are_not_those_of_another(accounts):
    accounts.register("bob22", RIGHT, "Bob")
    fails(accounts, "bob22", times=5)
    assert accounts.login("alice1", RIGHT)


def test_who_is_logged_in_stays_so_while_others_guess(accounts):
    token = accounts.login("alice1", RIGHT).text
    fails(accounts, times=5)
    assert accounts.whose(token) == Account("alice1", "Alice")


def test_guesses_at_the_same_moment_are_counted_before_they_are_checked(clock):
    slow = Slow(checks=5)
    accounts = Accounts(hasher=slow, clock=clock)
    accounts.register("alice1", RIGHT, "Alice")
    with ThreadPoolExecutor(5) as pool:
        guesses = [pool.submit(refusal, accounts.login, "alice1", WRONG) for _ in range(5)]
        slow.checks.wait(10)
        assert refusal(accounts.login, "alice1", RIGHT) == too_many(1)
        slow.released.set()
        assert [guess.result() for guess in guesses] == [UNKNOWN] * 5
    assert refusal(accounts.login, "alice1", RIGHT) == too_many(60)


def test_while_a_password_is_checked_others_chat():
    slow = Slow(checks=1)
    accounts = Accounts(hasher=slow)
    accounts.register("alice1", RIGHT, "Alice")
    with ThreadPoolExecutor(1) as pool:
        login = pool.submit(accounts.login, "alice1", RIGHT)
        slow.checks.wait(10)
        assert accounts.whose("unknown") is None
        accounts.register("bob22", RIGHT, "Bob")
        slow.released.set()
        assert accounts.whose(login.result().text) == Account("alice1", "Alice")


@pytest.mark.parametrize("token", ["", "unknown", "\udc80", "é", "x" * 10_000])
def test_what_is_no_token_is_nobodys(token, accounts):
    accounts.revoke(token)
    assert accounts.whose(token) is None


def test_a_token_is_valid_until_it_expires(clock):
    accounts = Accounts(hasher=CHEAP, lifetime=30, clock=clock)
    accounts.register("alice1", RIGHT, "Alice")
    token = accounts.login("alice1", RIGHT)
    clock.now += 29.9
    assert (token.seconds, accounts.whose(token.text)) == (30, Account("alice1", "Alice"))
    clock.now += 0.1
    assert [accounts.whose(token.text) for _ in range(2)] == [None, None]


def test_a_token_is_dead_when_it_is_revoked_and_others_live(accounts):
    first, second = (accounts.login("alice1", RIGHT).text for _ in range(2))
    for _ in range(2):
        accounts.revoke(first)
    assert (accounts.whose(first), accounts.whose(second)) == (None, Account("alice1", "Alice"))


def test_all_tokens_can_be_revoked(accounts):
    accounts.register("bob22", RIGHT, "Bob")
    tokens = [accounts.login(student_id, RIGHT).text for student_id in ("alice1", "bob22", "alice1")]
    accounts.revoke_all()
    assert [accounts.whose(token) for token in tokens] == [None] * 3
    assert accounts.whose(accounts.login("alice1", RIGHT).text) == Account("alice1", "Alice")


def test_of_too_many_tokens_the_oldest_is_dead(accounts):
    assert module.MAX_TOKENS == 20
    tokens = [accounts.login("alice1", RIGHT).text for _ in range(25)]
    assert [accounts.whose(token) is not None for token in tokens] == [False] * 5 + [True] * 20


def test_neither_passwords_nor_tokens_are_kept(accounts):
    token = accounts.login("alice1", RIGHT).text
    kept = pickle.dumps((accounts._records, accounts._by_token))
    assert b"$argon2id$" in kept
    assert [secret.encode() in kept for secret in (RIGHT, token)] == [False, False]


def test_guesses_at_many_unknown_ids_take_bounded_memory(accounts, monkeypatch):
    monkeypatch.setattr(module, "MAX_STRANGERS", 10)
    for number in range(100):
        fails(accounts, f"nobody{number}" + "x" * 1_000)
    assert len(accounts._strangers) == 10
    assert max(map(len, accounts._strangers)) == 17


def test_failures_at_an_account_are_not_forgotten_among_guesses_at_unknown_ids(accounts, monkeypatch):
    monkeypatch.setattr(module, "MAX_STRANGERS", 10)
    fails(accounts, times=5)
    for number in range(100):
        fails(accounts, f"nobody{number}")
    assert refusal(accounts.login, "alice1", RIGHT) == too_many(60)


def test_a_login_that_cannot_be_checked_counts_as_failed(clock):
    class Broken(PasswordHasher):
        def verify(self, hashed, password):
            raise VerificationError("Memory allocation error")

    accounts = Accounts(hasher=Broken(time_cost=1, memory_cost=8, parallelism=1), clock=clock)
    for _ in range(5):
        with pytest.raises(VerificationError):
            accounts.login("alice1", RIGHT)
    assert refusal(accounts.login, "alice1", RIGHT) == too_many(60)


def test_without_a_hasher_of_the_callers_hashes_are_expensive():
    assert Accounts()._nobodys.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
