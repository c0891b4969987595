"""A client that logs in, at its terminal and at its server; and that no password comes out of the grader.

The clients are real, and tiny.
"""

import io
import os
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from rich.console import Console

from grader import cohort
from grader.check import Unmet
from grader.grades import grade_of
from grader.patience import Patience
from grader.peers import run as run_module
from grader.peers.accounts.certificates import Authority
from grader.peers.accounts.client import AccountClient
from grader.peers.http.faults import too_many
from grader.reference.accounts import Accounts
from grader.reference.http_chat import HttpChat
from grader.report import feedback, feedback_page, gradebook, terminal
from grader.sandbox.bare import Bare
from grader.sandbox.isolation import none
from grader.sandbox.limits import Limits
from grader.sandbox.workspace import Workspace
from tests.corpus import graded, plan

GENEROUS, BRIEF = 10, 0.2  # seconds until a test gives up; seconds for what does not come
STUDENT = "s1234567"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
SPEAKS = r"""
import base64, getpass, http.client, json, os, signal, sys, time, urllib.parse
url, student_id = urllib.parse.urlsplit(sys.argv[1]), sys.argv[2]
password, home = os.environ.get("CHAT_PASSWORD"), os.environ["HOME"]
def ask(method, path, token="", **fields):
    line = http.client.HTTPConnection(url.hostname, url.port)
    kind = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    line.request(method, path, json.dumps(fields) if fields else None, kind)
    with line.getresponse() as response:
        body = response.read()
        return response.status, json.loads(body) if body else {}
def login():
    return ask("POST", "/login", student_id=student_id, password=password)
def write(path, text, mode=0o600):
    os.makedirs(os.path.dirname(f"{home}/{path}"), exist_ok=True)
    with open(os.open(f"{home}/{path}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as file: file.write(text)
TOKENS = ".config/lab5/tokens.json"
"""
LOGS_IN = SPEAKS + "token = login()[1]['token']\n"
STAYS = "\nsignal.pause()"
# What a client that logs everything prints, to all places that a report may show.
BABBLES = r"""
secrets = (token, password)
for text in (f"token {token} password {password}", repr(secrets), json.dumps(secrets), " ".join(secrets * 30)):
    print(text, flush=True)
    print(text, file=sys.stderr, flush=True)
for cut in range(60, 520, 3):
    print("x" * cut + token + password, file=sys.stderr, flush=True)
open(f"{home}/log", "w").write(token + password)
"""
ENDS = [
    "raise ValueError(f'what to do with {password} and {token}?' * 9)",
    "sys.exit('x' * 487 + token + password)",
    "ask('POST', '/messages', token, text=f'{password} {token}', name='x' * 120 + token)\nsys.exit(token * 9)",
    "ask('GET', f'/messages?after={token}&{password}', token)\nask('GET', '/' + 'x' * 130 + token)\nsys.exit(token)",
    "ask('POST', '/messages', token + 'x', text='x' * 130 + token)\nsys.exit('!' + password)",
    "line = http.client.HTTPConnection(url.netloc)\nline.connect()\n"
    "line.sock.sendall(b'x' * 99 + f'{token}{password}\\r\\n\\r\\n'.encode())\nprint(line.sock.recv(999))\nsys.exit(3)",
]
PROMPTS = [
    "password = getpass.getpass()",
    "password = getpass.getpass('Your PASSWORD, please: ')",
    "getpass.getpass('password: '); password = getpass.getpass('the same password again: ')",
    "print('a password is needed', flush=True); time.sleep(0.05); password = getpass.getpass('password: ')",
    "print('password?', flush=True); password = getpass.getpass('')",
    "print('password: '); password = getpass.getpass('')",
    "print('password: ', end='', flush=True); time.sleep(0.2); password = getpass.getpass('')",  # no event comes later
]
SLOW_TO_ASK = """
import termios
for _ in range(3):
    old = termios.tcgetattr(0)
    new = [*old[:3], old[3] & ~termios.ECHO, *old[4:]]
    termios.tcsetattr(0, termios.TCSAFLUSH, new)
    time.sleep(0.05)
    print("password: ", end="", flush=True)
    password = input()
    time.sleep(0.05)
    termios.tcsetattr(0, termios.TCSAFLUSH, old)
    if login()[0] == 200: break
    print("that is not the password", flush=True)
"""
PLACES_TOO = "the token in .config/lab5/tokens.json and nowhere else, but it is in log, too"
PLACES = [
    ("", "the token in .config/lab5/tokens.json, but there is no such file"),
    ("write('.token', token)", "the token in .config/lab5/tokens.json, but it is in .token"),
    ("write(TOKENS, '{}')", "the token in .config/lab5/tokens.json, but the file is there, without the token"),
    ("write(TOKENS, token); write('log', token)", PLACES_TOO),
]  # fmt: skip


@pytest.fixture(autouse=True)
def haste(monkeypatch):
    """Looks around and rests only briefly, because nothing here is slow by itself."""
    monkeypatch.setattr(run_module, "LOOK_AROUND", 0.02)
    monkeypatch.setattr(run_module, "AGAIN", BRIEF)
    monkeypatch.setattr(run_module, "LAST_WORDS", BRIEF)


@pytest.fixture
def patience():
    """More than any program here needs, until a test is impatient."""
    return Patience(answer=GENEROUS, silent=GENEROUS)


@pytest.fixture
def meet(tmp_path, patience):
    """Meets a submission of this client.py, in a workspace of its own."""
    program = tmp_path / "lab5" / "week4_auth" / "client.py"
    program.parent.mkdir(parents=True)
    roster = {STUDENT: "Sam", "s7654321": "Kim"}
    declared = AccountClient("week4_auth/client.py", lambda heard: HttpChat(Accounts(roster, hasher=QUICK), heard))
    with ExitStack() as kept:

        def meet(source, token="abcd"):
            program.write_text(source)
            site, environment = Bare(tmp_path, Limits()), {"PATH": os.environ["PATH"]}
            workspace = kept.enter_context(Workspace(tmp_path, site, environment=environment, token=token))
            return kept.enter_context(declared.meet(workspace, patience))

        yield meet


def started(client, **more):
    """The server of a client that has been started."""
    server = client.has_a_server()
    client.starts(server, **more)
    return server


def logged_in(client):
    """The server of a client that has logged in, and has done what it does then."""
    server = started(client)
    server.lets_in()
    client.prints("done")
    return server


def reason(conversation, *arguments, **more):
    """The text of the Unmet that this raises, from what was expected on."""
    with pytest.raises(Unmet) as unmet:
        conversation(*arguments, **more)
    return str(unmet.value).removeprefix("expected ")


def test_a_login_is_told_without_its_secrets(meet):
    client = meet(LOGS_IN + STAYS)
    started(client).lets_in()
    assert client.steps == [
        "s1234567 is registered",
        "$ python lab5/week4_auth/client.py http://localhost:PORT s1234567",
        'client > POST /login  {"student_id": "s1234567", "password": "(the password)"}',
        'client < 200 OK  {"token": "(a token)", "expires_in": 43200}',
    ]  # fmt: skip


def test_a_client_that_does_not_log_in_is_named(meet, patience):
    patience.answer = BRIEF
    wanted = "the client to log in: POST /login with the student id and the password"
    assert reason(started(meet(SPEAKS + STAYS)).lets_in) == f"{wanted}, but no POST /login came"


def test_a_login_that_is_refused_is_named(meet, patience):
    server = started(meet(SPEAKS + "login()" + STAYS), password="somebody else's")
    server.is_asked("POST /login")
    patience.answer = BRIEF
    assert reason(server.lets_in).endswith(", but the server refused it, as the transcript shows")


@pytest.mark.parametrize("asking", PROMPTS)
def test_a_password_is_typed_as_often_as_it_is_asked_for(asking, meet, patience):
    client = meet(f"{SPEAKS}{asking}\nlogin(){STAYS}")
    server = started(client, password=None)
    patience.answer, began = 3 * GENEROUS, time.monotonic()
    client.is_given_the_password()
    server.lets_in()
    client.has_not_shown(client.password)
    assert time.monotonic() - began < patience.answer  # the question was seen when it was there, not at the deadline


def test_a_complaint_is_not_taken_for_the_question(meet):
    client = meet(SPEAKS + SLOW_TO_ASK + STAYS)
    server = started(client, password=None)
    for times in (1, 2):
        client.is_given_the_password(client.wrong_password, times=times)
    client.is_given_the_password(times=3)
    server.lets_in()
    client.has_not_shown(client.password, client.wrong_password)
    assert client.steps.count("you type (a wrong password)") == 2


@pytest.mark.parametrize(
    ("asking", "came"),
    [("input('password: ')", "the terminal shows what is typed"), ("input('> ')", "there was no question"),
     ("sys.exit('why')", "the program ended with status 1 (why)")],
)  # fmt: skip
def test_what_is_no_question_for_a_password_is_named(asking, came, meet, patience):
    client = meet(SPEAKS + asking)
    started(client, password=None)
    patience.answer = 1.0 if "why" not in came else GENEROUS
    wanted = 'a question with the word "password", and no echo of what is typed'
    assert reason(client.is_given_the_password) == f"{wanted}, but {came}"


def test_a_client_that_asks_again_and_again_is_named(meet):
    client = meet(SPEAKS + "while True: getpass.getpass('password: ')")
    started(client, password=None)
    text = "POST /login after the password was typed, but it was asked for 4 times"
    assert reason(client.is_given_the_password) == text


def test_a_question_that_should_not_be_is_named(meet):
    client = meet(LOGS_IN + "getpass.getpass('password, when you are done: ')" + STAYS)
    started(client)
    client.tells("done")
    assert reason(client.asks_for_nothing) == "no question for a password, but there was one"


def test_while_the_terminal_shows_what_is_typed_there_is_no_question(meet):
    client = meet(LOGS_IN + "print('the password is not needed: done')" + STAYS)
    started(client)
    client.tells("done")
    client.asks_for_nothing()


@pytest.mark.parametrize(
    ("then", "came"), [("sys.exit('why')", "the program ended with status 1 (why)"), ("", "nothing came")]
)
def test_that_nothing_comes_of_a_password_is_named(then, came, meet, patience):
    client = meet(f"{SPEAKS}print(len(getpass.getpass('password: ')) // 99, 'for you', flush=True)\n{then}{STAYS}")
    started(client, password=None)
    client.tells("password: ")
    patience.answer = BRIEF if not then else GENEROUS
    assert reason(client.is_given_the_password) == f"POST /login after the password was typed, but {came}"


def test_a_program_may_end_at_a_password_where_that_is_allowed(meet):
    client = meet(f"{SPEAKS}getpass.getpass('password: ')\nsys.exit('I do not like it')")
    server = started(client, password=None)
    client.is_given_the_password(client.wrong_password, times=2, or_ends=True)
    assert (server.counts("POST /login"), client.steps[-1]) == (0, "you type (a wrong password)")


@pytest.mark.parametrize(
    ("showing", "came"),
    [("print(password)", "(the password) not to be on the screen, but it is"),
     ("print(password, file=sys.stderr)", "(the password) not to be on the screen, but it is")],
)  # fmt: skip
def test_a_password_on_the_screen_is_named(showing, came, meet):
    client = meet(LOGS_IN + f"{showing}\nsys.exit()")
    server = started(client)
    server.run.ends()
    assert reason(client.has_not_shown, client.password) == came


def test_a_password_in_the_list_of_processes_is_named(meet):
    source = "if len(sys.argv) < 4: os.execv(sys.executable, [sys.executable, *sys.argv, password])\n"
    client = meet(SPEAKS + source + "login()" + STAYS)
    started(client).lets_in()
    text = "(the password) not to be in the list of processes, but everybody can see it there"
    assert reason(client.has_not_shown, client.password) == text


def test_the_transcript_of_a_conversation_has_no_word_of_the_files_that_are_all_right(meet):
    client = meet(LOGS_IN + "write(TOKENS, token); print('done abcd')" + STAYS)
    logged_in(client)
    client.has_kept_a_token()
    client.only_its_owner_reads(".config")
    client.has_written_no_password()
    told = ["the token is in .config/lab5/tokens.json", "its mode is 0600", "no file has the password in it"]
    assert client.steps[-3:] == told


@pytest.mark.parametrize(("writing", "text"), PLACES)
def test_a_token_in_another_place_is_named(writing, text, meet):
    client = meet(f"{LOGS_IN}{writing}\nprint('done abcd')" + STAYS)
    logged_in(client)
    assert reason(client.has_kept_a_token) == text


def test_a_token_file_that_others_can_read_is_named(meet):
    client = meet(LOGS_IN + "write(TOKENS, token, 0o644); print('done abcd')" + STAYS)
    logged_in(client)
    text = "mode 0600 of .config/lab5/tokens.json, but it is 0644: others can read or write it"
    assert reason(client.only_its_owner_reads, ".config") == text


def test_a_token_file_that_is_not_there_has_no_mode(meet):
    client = meet(LOGS_IN + "print('done abcd')" + STAYS)
    logged_in(client)
    text = "a file .config/lab5/tokens.json, but there is none"
    assert reason(client.only_its_owner_reads, ".config") == text


@pytest.mark.parametrize("text", ["password", "base64.b64encode(b'x' + password.encode() + b'y').decode()"])
def test_a_password_in_a_file_is_named(text, meet):
    client = meet(f"{LOGS_IN}write('tmp/log', {text}); print('done abcd')" + STAYS)
    logged_in(client)
    assert reason(client.has_written_no_password) == "no password in any file, but it is in home/tmp/log"


def test_a_password_beside_the_program_is_named_with_its_place(meet):
    client = meet(LOGS_IN + "open('lab5/log', 'w').write(password); print('done abcd')" + STAYS)
    logged_in(client)
    assert reason(client.has_written_no_password) == "no password in any file, but it is in lab5/log"


@pytest.mark.parametrize("kept", ["write(TOKENS, token)", "write(TOKENS, token, 0o400)", "pass"])
@pytest.mark.parametrize("text", ['{"half a', '["something", 7, "else"]'])
def test_in_the_token_file_is_what_somebody_else_wrote_whatever_it_was(text, kept, meet):
    client = meet(f"{LOGS_IN}{kept}; print('done abcd')" + STAYS)
    logged_in(client)
    client.finds_in_the_token_file(text)
    file = Path(client._home, ".config/lab5/tokens.json")
    assert (file.read_text(), client.steps[-1]) == (text, f"in the file .config/lab5/tokens.json stands {text}")


def test_a_client_that_has_had_very_many_tokens_is_still_looked_at(meet):
    client = meet(LOGS_IN + "write(TOKENS, token); print('done abcd')" + STAYS)
    client._workspace.secrets |= {f"{number:043}": "(a token)" for number in range(5000)}
    logged_in(client)
    client.has_kept_a_token()


def test_a_token_that_was_to_be_forgotten_is_named(meet):
    client = meet(LOGS_IN + "write('old', token); print('done abcd')" + STAYS)
    logged_in(client)
    assert reason(client.has_forgotten_the_token) == "no token in any file after /logout, but it is in old"


def test_every_conversation_has_a_home_of_its_own(meet):
    client = meet(LOGS_IN + "print('old' if os.path.exists(f'{home}/old') else 'new'); write('old', token)" + STAYS)
    for _ in range(2):
        client.begin()
        started(client)
        client.tells("new")


REGISTERED = 'POST /register with the student_id "s1234567", a password and the name "Sam", but '


@pytest.mark.parametrize(
    ("fields", "came"),
    [("student_id=student_id, password=password, name='Sam'", None),
     ("student_id='s7654321', password=password, name='Sam'", "what came was not that, as the transcript shows"),
     ("student_id=student_id, name='Sam'", "what came was not that, as the transcript shows"),
     ("student_id=student_id, password=password, name=student_id", "the name is 's1234567'")],
)  # fmt: skip
def test_a_registration_that_is_not_right_is_named(fields, came, meet):
    client = meet(f"{SPEAKS}ask('POST', '/register', {fields}){STAYS}")
    server = client.has_a_server(registered=False)
    client.starts(server)
    tried = lambda: server.registers(STUDENT, "Sam")  # noqa: E731
    assert (reason(tried) if came else tried()) == (came and REGISTERED + came)


def test_a_registration_of_any_json_is_no_fault_of_the_grader(meet):
    source = "line = http.client.HTTPConnection(url.hostname, url.port)\nline.request('POST', '/register', '[' * 9000)"
    client = meet(SPEAKS + source + STAYS)
    server = started(client)
    assert reason(server.registers, STUDENT, "Sam").endswith("what came was not that, as the transcript shows")


@pytest.mark.parametrize(
    ("source", "came"),
    [("ask('GET', '/messages', token)", None),
     ("ask('GET', '/messages')", "GET /messages came without it"),
     ("ask('POST', '/messages', token + 'x', text='hi')", "one came with another token")],
)  # fmt: skip
def test_a_request_without_a_valid_token_is_named(source, came, meet):
    client = meet(f"{LOGS_IN}{source}; print('done abcd')" + STAYS)
    server = logged_in(client)
    wanted = "each request to /messages to carry `Authorization: Bearer TOKEN`, but "
    assert (reason(server.was_always_shown_a_token) if came else server.was_always_shown_a_token()) == (
        came and wanted + came
    )


def test_a_logout_without_the_token_is_named(meet):
    client = meet(LOGS_IN + "ask('POST', '/logout')" + STAYS)
    text = "POST /logout with `Authorization: Bearer TOKEN`, but it was refused"
    assert reason(started(client).has_logged_out) == text


@pytest.mark.parametrize(
    "way",
    [
        "ask('GET', '/x', token)",
        "ask('GET', '/x?y=' + password)",
        "ask('POST', '/x', text=password + 'x' * 300 + token)",
        "ask('GET', '/' + 'x' * 135 + token)",
    ],
)
def test_a_secret_at_another_server_is_named(way, meet):
    client = meet(LOGS_IN + f"url = urllib.parse.urlsplit(sys.argv[3])\n{way}; print('done abcd')" + STAYS)
    server, other = client.has_a_server(), client.has_a_server(called="another server")
    client.starts(server, other.url)
    client.prints("done")
    text = reason(other.was_told_no_secret, "another server")
    assert text.startswith("no password and no token of another server to come to another server, but ")
    assert not pieces(client, client._workspace.conceal(text) + "".join(client.steps))


TELLS_ANOTHER = "print('go', flush=True); url = urllib.parse.urlsplit(sys.argv[3])\nask('GET', '/x')\n"
EXPLAINED = "a sentence on standard error that says why it cannot go on, and a status that is not 0, but "


@pytest.mark.parametrize("end", ["print('done abcd')" + STAYS, "sys.exit('why')"])
def test_a_server_that_is_not_to_hear_of_it_tells_what_it_has_heard(end, meet):
    client = meet(f"{LOGS_IN}{TELLS_ANOTHER}{end}")
    server, other = client.has_a_server(), client.has_a_server(called="another server").is_not_to_hear_of_it()
    assert other.has_been_told == ""
    run = client.starts(server, other.url)
    assert reason(run.explains_itself, since=0) == f"{EXPLAINED}another server: GET /x came"
    assert (other.has_been_told, server.has_been_told) == ("another server: GET /x came", "")


def test_a_server_that_may_hear_of_it_has_not_been_told_anything(meet):
    client = meet(f"{LOGS_IN}{TELLS_ANOTHER}sys.exit('why')")
    server, other = client.has_a_server(), client.has_a_server(called="another server")
    client.starts(server, other.url).explains_itself(since=0)
    assert (other.counts("GET /x"), other.has_been_told) == (1, "")


AT_EVERY_LINE = r"""
import ssl
context = ssl.create_default_context(cafile=f"{home}/ca.pem")
def says(text):
    line = http.client.HTTPSConnection(url.hostname, url.port, context=context)
    try:
        line.request("POST", "/messages", json.dumps({"text": text}), {"Content-Type": "application/json"})
        print(line.getresponse().status, text, flush=True)
    except OSError as error: print(type(error).__name__, flush=True)
says("first")
for line in sys.stdin: says(line)
"""
ANOTHERS = "no POST /messages over a connection whose certificate is another's, but it came"


@pytest.fixture
def shows(meet):
    """The client and the server of a conversation over TLS, when the certificate of the server has changed."""

    def shows(source):
        authority, client = Authority(), meet(SPEAKS + source)
        server = client.has_a_server(tls=authority.server_for("localhost"))
        client.starts(server, files={"ca": authority.certificate})
        client.tells("401 first")
        server.shows_another_certificate(Authority().server_for("localhost"))
        client.types("hello")
        return client, server

    return shows


def test_a_client_that_looks_at_the_new_certificate_hangs_up(shows):
    client, server = shows(AT_EVERY_LINE)
    server.is_told_no_more("POST /messages")
    client.tells("SSLCertVerificationError")
    assert client.steps[-4:] == [
        "the server ends all connections, and shows another certificate from now on",
        "you type 'hello abcd'",
        "client hangs up during the TLS handshake: TLSV1_ALERT_UNKNOWN_CA",
        "client prints 'SSLCertVerificationError'",
    ]


def test_a_client_that_does_not_look_at_the_new_certificate_is_named(shows):
    blind = "context.check_hostname, context.verify_mode = False, ssl.CERT_NONE"
    _, server = shows(AT_EVERY_LINE.replace("for line", f"{blind}\nfor line"))
    assert reason(server.is_told_no_more, "POST /messages") == ANOTHERS


def test_a_client_that_ends_at_the_new_certificate_tells_it_no_more(shows):
    client, server = shows(AT_EVERY_LINE.replace("for line in sys.stdin: says(line)", "input(); sys.exit('why')"))
    server.is_told_no_more("POST /messages")
    assert client._run.ends() == 1


def test_what_is_asked_over_a_connection_from_before_comes_to_nobody(shows):
    one_line = r"""
import ssl
line = http.client.HTTPSConnection(url.hostname, url.port, context=ssl.create_default_context(cafile=f"{home}/ca.pem"))
line.request("GET", "/messages")
with line.getresponse() as response: print(response.read() and response.status, "first", flush=True)
input()
line.request("POST", "/messages", "{}")
line.getresponse()
"""
    client, server = shows(one_line)
    server.is_told_no_more("POST /messages")
    assert (client._run.ends(), server.counts("POST /messages")) == (1, 0)


def test_too_many_requests_are_counted(meet):
    client = meet(LOGS_IN + "login(); print('done abcd')" + STAYS)
    server = logged_in(client)
    server.was_asked_times("POST /login", 2)
    assert reason(server.was_asked_times, "POST /login", 1) == "POST /login at most 1 times, but it came 2 times"
    assert reason(server.was_asked_times, "POST /login", 0) == "no POST /login, but it came 2 times"


@pytest.mark.parametrize(("pause", "is_hasty"), [("time.sleep(1)", False), ("pass", True)])
def test_who_comes_before_the_time_is_over_is_noticed(pause, is_hasty, meet):
    client = meet(SPEAKS + f"login(); {pause}; login(); print('done abcd')" + STAYS)
    server = client.has_a_server()
    server.fails("POST /login", too_many(1))
    client.starts(server)
    client.waits_or_explains_itself("POST /login", times=2)
    assert bool(server._hasty) == is_hasty


def pieces(client, text, length=12):
    """Which pieces of its passwords and tokens stand in a text."""
    secrets = list(client._workspace.secrets)
    return [piece for secret in secrets for piece in _pieces(secret, length) if piece in text]


def _pieces(secret, length):
    return {secret[place : place + length] for place in range(len(secret) - length + 1)} - {"Open-Sesame-"}


@pytest.mark.parametrize("end", ENDS, ids=range(len(ENDS)))
def test_no_piece_of_a_secret_is_in_a_failure(end, meet, patience):
    client = meet(LOGS_IN + BABBLES + end)
    server = started(client)
    server.lets_in()
    server.run.ends()
    client.types("/quit")
    whys = [reason(client.prints, "nothing"), reason(server.is_asked, "GET /nothing"), reason(server.hears, "nothing")]
    assert pieces(client, client._workspace.conceal("\n".join([*whys, *client.steps, *client.last_words()]))) == []


class Overheard(Workspace):
    """A workspace that remembers what the secrets were."""

    all_secrets: set = set()

    def conceal(self, text):
        """As always."""
        self.all_secrets |= set(self.secrets)
        return super().conceal(text)


def test_no_secret_is_in_anything_that_the_grader_gives_out(tmp_path, monkeypatch):
    monkeypatch.setattr(cohort, "Workspace", Overheard)
    paths = {}
    for number, end in enumerate(ENDS):
        program = tmp_path / f"student-{number}" / "lab5" / "week4_auth" / "client.py"
        program.parent.mkdir(parents=True)
        program.write_text(LOGS_IN + BABBLES + end)
        paths[f"student-{number}"] = program.parents[2]
    how = plan([4], none())
    results = graded(paths, how, jobs=2)
    texts = "\n".join(text for result in results.values() for text in outputs(result, how, tmp_path))
    assert len(Overheard.all_secrets) > 2 * len(ENDS)
    assert min(texts.count("(the password)"), texts.count("(a token)")) > 100
    assert [secret for secret in Overheard.all_secrets for piece in _pieces(secret, 12) if piece in texts] == []


def outputs(result, how, folder):
    """All that becomes of a result."""
    file, grade, course = io.StringIO(), grade_of(result, how.course), how.course.title
    console = Console(file=file, width=100, highlight=False)
    for outcome in result.outcomes:
        terminal.show_outcome(console, 4, outcome)
    console.print(terminal.class_table([grade]))
    gradebook.write(folder / "gradebook.csv", [grade], grade.weeks)
    book = (folder / "gradebook.csv").read_text("utf-8-sig")
    pages = [feedback.markdown(grade, course), feedback_page.html(grade, course)]
    return [result.to_json(), *pages, file.getvalue(), book]
