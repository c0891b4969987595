"""Week 4: accounts, passwords and tokens (HTTP, TLS)."""

from argon2 import PasswordHasher

from grader.check import check
from grader.peers.accounts.certificates import Authority
from grader.peers.accounts.client import STUDENT, AccountClient
from grader.peers.http.faults import redirect, too_many
from grader.reference.accounts import Accounts
from grader.reference.http_chat import HttpChat

KIM = "s7654321"
CLASS = {STUDENT: "Sam", KIM: "Kim"}
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # nobody attacks these accounts
ELSEWHERE = "192.0.2.1"  # in the sandbox: chat.example, an address that is not loopback
ANOTHER_HOST = "127.0.0.2"

client = AccountClient("week4_auth/client.py", lambda heard: HttpChat(Accounts(CLASS, hasher=QUICK), heard))


@check(
    points=7,
    teaches="A password is shown once, to log in; from then on a token stands for it.",
    hint='requests.post(f"{url}/login", json={"student_id": student_id, "password": os.environ["CHAT_PASSWORD"]}).',
)
def logs_in(client):
    """It logs in with the STUDENT_ID of the command line and the password in CHAT_PASSWORD: `POST /login`."""
    server = client.has_a_server()
    client.starts(server)
    server.lets_in()


@check(
    continues=logs_in,
    points=7,
    teaches="HTTP remembers nobody: each request has to say again who makes it.",
    hint='headers={"Authorization": f"Bearer {token}"} with every request to /messages.',
)
def shows_its_token_with_every_request(client):
    """Each request to /messages has the header `Authorization: Bearer TOKEN`."""
    server = client.server()
    server.is_asked("GET /messages")
    client.types("hello everybody")
    server.hears("hello everybody")
    server.was_always_shown_a_token()


@check(
    continues=shows_its_token_with_every_request,
    points=4,
    teaches="Who you are is what the server knows from your token, not what your message claims.",
    hint='requests.post(f"{url}/messages", json={"text": line}, headers=...); the rest is as in week 3.',
)
def says_what_is_typed(client):
    """Lines that are typed are stored once each, in order, as said by the account's name."""
    server = client.server()
    client.types("one", "two")
    server.has_stored_in_order(client.student_id, "hello everybody", "one", "two")


@check(
    continues=shows_its_token_with_every_request,
    points=4,
    teaches="Reading needs a token, too: a conversation of the class is for the class.",
    hint="the thread that asks for messages sends the same header.",
)
def prints_what_others_say(client):
    """What others say appears as `name: text`, once."""
    server = client.server()
    server.says("bob", "hello sam", "how are you?")
    client.prints("bob: hello sam", "bob: how are you?")
    server.says("carol", "the end")
    client.prints("carol: the end")
    client.printed_times(1, "bob: hello sam", "bob: how are you?")


@check(
    after=logs_in,
    points=6,
    teaches="Registering makes the account, once; logging in uses it, as often as you like.",
    hint="--register: POST /register with student_id, password and name; then POST /login as always.",
)
def registers(client):
    """With `--register` and `--name NAME` it registers with this name, logs in, and chats."""
    server = client.has_a_server(registered=False)
    client.starts(server, "--register", "--name", "Sam")
    server.registers(client.student_id, "Sam")
    server.lets_in()
    client.types("hello")
    server.has_stored("Sam", "hello")


@check(
    after=registers,
    points=2,
    teaches="An option that is not given has a value all the same.",
    hint='parser.add_argument("--name"); name = arguments.name or arguments.student_id.',
)
def registers_by_its_student_id(client):
    """Without `--name` it registers with the student id as its name."""
    server = client.has_a_server(registered=False)
    client.starts(server, "--register")
    server.registers(client.student_id, client.student_id)


@check(
    after=logs_in,
    points=6,
    needs_terminal=True,
    teaches="Whoever looks over your shoulder reads what is on the screen.",
    hint='getpass.getpass("password: ") turns the echo off while you type.',
)
def asks_for_the_password_without_showing_it(client):
    """Without CHAT_PASSWORD it asks for the password, with a prompt that says "password", and no echo."""
    server = client.has_a_server()
    client.starts(server, password=None)
    client.is_given_the_password()
    server.lets_in()
    server.is_asked("GET /messages")
    client.types("hello")
    server.hears("hello")
    client.has_not_shown(client.password)


@check(
    after=(registers, shows_its_token_with_every_request),
    points=6,
    teaches="The list of processes is open to everybody on a machine, and files outlive programs.",
    hint="never put the password into a command line, a file, a log or a sentence; forget it when you have a token.",
)
def shows_the_password_nowhere(client):
    """The password is not on the screen, not in the list of processes, and in no file."""
    server = client.has_a_server(registered=False)
    client.starts(server, "--register")
    server.lets_in()
    client.types("hello", "/quit")
    client.ends_with(status=0)
    client.has_not_shown(client.password)
    client.has_written_no_password()


@check(
    after=shows_its_token_with_every_request,
    points=6,
    needs_terminal=True,
    teaches="A token is as good as a password while it lives: the file is for your eyes only.",
    hint="os.makedirs(folder, exist_ok=True); os.open(a new name, O_WRONLY | O_CREAT | O_EXCL, 0o600); os.replace().",
)
def keeps_its_token_where_nobody_else_reads_it(client):
    """The token is kept in `$XDG_CONFIG_HOME/lab5/tokens.json`, which only its owner can read or write (mode 0600)."""
    server = client.has_a_server()
    client.starts(server, variables={"XDG_CONFIG_HOME": "HOME/settings"})
    server.is_asked("GET /messages")
    client.types("/quit")
    client.ends_with(status=0)
    client.has_kept_a_token("settings")
    client.only_its_owner_reads("settings")


@check(
    after=shows_its_token_with_every_request,
    points=2,
    teaches="Programs agree on where settings are, so that people find them (XDG Base Directory Specification).",
    hint='os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config").',
)
def keeps_its_token_in_the_home_otherwise(client):
    """Without XDG_CONFIG_HOME, the file is `~/.config/lab5/tokens.json`."""
    client.logs_in()
    client.types("/quit")
    client.ends_with(status=0)
    client.has_kept_a_token()


@check(
    after=keeps_its_token_in_the_home_otherwise,
    points=6,
    teaches="That is what a token is for: you need not show, nor type, nor keep, your password.",
    hint="look into the file first, by URL and student id; ask for the password only if there is no token.",
)
def asks_nothing_the_second_time(client):
    """Started again, it uses the token that it has kept: it asks for nothing, and does not log in."""
    server = client.logs_in()
    client.types("/quit")
    client.ends_with(status=0)
    client.starts(server, password=None)
    client.types("here I am again")
    server.hears("here I am again")
    client.asks_for_nothing()
    server.was_asked_times("POST /login", 1)
    server.was_always_shown_a_token()


@check(
    after=shows_its_token_with_every_request,
    points=6,
    teaches="A token does not live for ever; 401 in the middle of a conversation means: log in again.",
    hint="status 401: log in, and make the same request once more, with the same Idempotency-Key and the new token.",
)
def logs_in_again_when_its_token_has_expired(client):
    """When its token is no longer valid it logs in again, and goes on: no line is lost or stored twice."""
    server = client.logs_in()
    client.types("before")
    server.hears("before")
    server.says("bob", "see you")
    client.prints("bob: see you")
    server.forgets_all_tokens()
    client.types("after")
    server.has_stored_in_order(client.student_id, "before", "after")
    server.says("bob", "welcome back")
    client.prints("bob: welcome back")
    client.printed_times(1, "bob: see you", "bob: welcome back")


@check(
    after=asks_nothing_the_second_time,
    points=1,
    teaches="A file may hold anything by the time that you read it again.",
    hint="except (OSError, ValueError) around json.load(); what is not a dict is like no token.",
)
def survives_a_damaged_token_file(client):
    """A token file that makes no sense is like none: it logs in, and writes the file anew."""
    server = client.logs_in()
    client.types("/quit")
    client.ends_with(status=0)
    for times, text in enumerate(['{"half a', '["something", 7, "else"]'], start=2):
        client.finds_in_the_token_file(text)
        client.starts(server)
        server.is_asked("POST /login", times=times)
        client.types("hello", "/quit")
        client.ends_with(status=0)
        client.has_kept_a_token()


@check(
    after=logs_in,
    points=3,
    teaches="401 at the login means that id and password do not fit: only its user can mend that.",
    hint="print the server's sentence to sys.stderr; a password from the environment is not better the second time.",
)
def says_so_when_the_password_is_wrong(client):
    """When CHAT_PASSWORD is wrong, it says so, and ends with a status that is not 0."""
    server = client.has_a_server()
    run = client.starts(server, password=client.wrong_password)
    run.explains_itself(since=0)
    server.was_asked_times("POST /login", 3)
    client.has_not_shown(client.wrong_password)


@check(
    after=asks_for_the_password_without_showing_it,
    points=3,
    needs_terminal=True,
    teaches="People mistype; programs guess. A client gives its user a few tries, and then lets it be.",
    hint="for _ in range(3): getpass, log in; after the third 401, sys.exit with a sentence.",
)
def asks_at_most_3_times(client):
    """A wrong password is asked for at most 3 times; then it says so and ends with a status that is not 0."""
    server = client.has_a_server()
    run = client.starts(server, password=None)
    for times in (1, 2, 3):
        client.is_given_the_password(client.wrong_password, times=times, or_ends=times > 2)
    run.explains_itself(since=0)
    client.has_not_shown(client.wrong_password)


@check(
    after=logs_in,
    points=3,
    teaches="429 protects accounts from guessing: whoever comes before the time is over, waits longer.",
    hint='time.sleep(int(response.headers["Retry-After"])), and the same again; or a sentence, and the end.',
)
def waits_when_there_were_too_many_tries(client):
    """429 with `Retry-After: 3` at the login: it tries again after 3 seconds, not before; or says so and ends."""
    server = client.has_a_server()
    server.fails("POST /login", too_many(3))
    client.starts(server)
    server.is_asked("POST /login")
    client.waits_or_explains_itself("POST /login", times=2)
    server.was_not_pressed()


@check(
    after=registers,
    points=4,
    teaches="An error has a sentence in it: who has to act on it should get to read it.",
    hint='sys.exit(response.json()["error"]) for 400, 403 and 409.',
)
def passes_on_what_the_server_says(client):
    """403, 409 and 400 at the registration: the server's sentence is on standard error; the status is not 0."""
    server = client.has_a_server()
    stranger = client.starts(server, "--register", student_id="x9999999")
    again = client.starts(server, "--register")
    short = client.starts(server, "--register", password="short", student_id=KIM)
    for run, sentence in ((stranger, "not on the roster"), (again, "registered already"), (short, "8 to 128 char")):
        run.explains_itself(since=0)
        run.says(sentence)


@check(
    after=keeps_its_token_in_the_home_otherwise,
    points=4,
    teaches="A token that nobody needs any more should not lie around: the server forgets it, and so do you.",
    hint='at "/logout": requests.post(f"{url}/logout", headers=...), take the token out of the file, and end.',
)
def logs_out(client):
    """The line `/logout` is not said: `POST /logout`, the token goes out of the file, and it ends with status 0."""
    server = client.logs_in()
    client.types("bye")
    server.has_stored_in_order(client.student_id, "bye")
    server.has_an_open_poll()
    client.types("/logout")
    server.has_logged_out()
    client.ends_with(status=0)
    client.has_forgotten_the_token()


@check(
    after=logs_in,
    points=2,
    teaches="A program can have more ways to end than one; this one keeps the token.",
    hint="/quit and the end of the input leave the loop; the token stays valid, and in its file.",
)
def ends_at_quit(client):
    """`/quit` and Ctrl-D end it with status 0; nobody logs out."""
    server = client.logs_in()
    server.has_an_open_poll()
    client.types("/quit")
    client.ends_with(status=0)
    client.starts(server)
    server.is_asked("GET /messages", times=server.counts("GET /messages") + 1)
    client.presses_ctrl_d()
    client.ends_with(status=0)
    server.was_asked_times("POST /logout", 0)


@check(
    after=shows_its_token_with_every_request,
    points=4,
    teaches="TLS keeps what you say secret; the certificate says to whom you say it.",
    hint="requests.post(..., verify=arguments.cacert or True), with every request.",
)
def talks_over_tls(client):
    """It talks to an https:// server whose certificate is signed by the authority in `--cacert FILE`."""
    authority = Authority()
    server = client.has_a_server(tls=authority.server_for("localhost"))
    client.starts(server, "--cacert", "HOME/ca.pem", files={"ca": authority.certificate})
    server.lets_in()
    client.types("secretly")
    server.has_stored(client.student_id, "secretly")


@check(
    after=talks_over_tls,
    points=4,
    teaches="A certificate that is not checked proves nothing: anybody can make one with any name in it.",
    hint="leave verify=False alone. requests.exceptions.SSLError is a ConnectionError: look for it first, and end.",
)
def refuses_other_certificates(client):
    """A certificate of another authority, or for another name: a sentence, a status that is not 0, and no password."""
    authority, other = Authority(), Authority()
    files = {"ca": authority.certificate}
    stranger = client.has_a_server(tls=other.server_for("localhost"), called="signed by another")
    misnamed = client.has_a_server(tls=authority.server_for("chat.example"), called="for another name")
    unknown = client.has_a_server(tls=authority.server_for("localhost"), called="without --cacert")
    for server in (stranger, misnamed, unknown):
        server.is_not_to_hear_of_it()
    client.starts(stranger, "--cacert", "HOME/ca.pem", files=files)
    client.starts(misnamed, "--cacert", "HOME/ca.pem")
    client.starts(unknown)
    for server in (stranger, misnamed, unknown):
        server.run.explains_itself(since=0)


@check(
    after=refuses_other_certificates,
    points=1,
    teaches="A certificate is shown with every connection, and whoever answers the next one may be somebody else.",
    hint="verify=... with every request, also those to /messages, which carry the token.",
)
def looks_at_the_certificate_every_time(client):
    """When the certificate is another's later on, nothing more is sent."""
    authority = Authority()
    server = client.has_a_server(tls=authority.server_for("localhost"))
    client.starts(server, "--cacert", "HOME/ca.pem", files={"ca": authority.certificate})
    server.is_asked("GET /messages")
    server.shows_another_certificate(Authority().server_for("localhost"))
    client.types("hello")
    server.is_told_no_more("POST /messages")


@check(
    points=2,
    teaches="A program checks what it is given before it uses it; status 2 stands for wrong usage.",
    hint='argparse does it: two arguments, three options; then re.fullmatch("[A-Za-z0-9]{4,16}", student_id).',
)
def wants_a_url_and_a_student_id(client):
    """Without URL and STUDENT_ID, or with ones that are none, it prints a usage line and ends with status 2."""
    usages = ((), ("http://localhost:9",), ("localhost:9", STUDENT), ("http://localhost:9", "x"))
    for words in usages:
        client.given(*words).shows_usage()


@check(
    after=asks_nothing_the_second_time,
    points=1,
    teaches="A token is for the server that gave it: any other one could use it to be you.",
    hint="keep tokens by URL and student id, in a dict of dicts.",
    hidden=True,
)
def sends_a_token_to_its_own_server_only(client):
    """The token of one server is not sent to another one."""
    client.logs_in()
    client.types("/quit")
    client.ends_with(status=0)
    token, other = client.tokens(), client.has_a_server(called="another server")
    client.starts(other)
    other.is_asked("GET /messages")
    other.was_told_no_secret("another server", token)


@check(
    after=asks_nothing_the_second_time,
    points=1,
    teaches="A file may hold tokens of several servers and of several people: each is for one of them at one server.",
    hint="tokens[url][student_id] = token: read the file, change this one, and write all of them back.",
    hidden=True,
)
def keeps_a_token_for_each_student_id(client):
    """The token of one student id is not used for another one, and is still there when the other has logged in."""
    server = client.logs_in()
    client.types("/quit")
    client.ends_with(status=0)
    server.has_account(KIM, client.password)
    client.starts(server, student_id=KIM)
    client.types("I am Kim")
    server.has_stored(KIM, "I am Kim")
    client.starts(server)
    client.types("I am Sam")
    server.has_stored(STUDENT, "I am Sam")
    server.was_asked_times("POST /login", 2)


@check(
    after=shows_its_token_with_every_request,
    points=2,
    needs_address=ANOTHER_HOST,
    teaches="A redirect sends you, and what you carry, wherever it likes: look before you go.",
    hint="allow_redirects=False with every request; 3xx: say where it was to go, and end.",
    hidden=True,
)
def takes_no_secret_where_a_redirect_leads(client):
    """Where a redirect leads to another host, neither password nor token go there: it says so, and ends."""
    for what in ("POST /login", "GET /messages"):
        server = client.has_a_server()
        other = client.has_a_server(hosts=[ANOTHER_HOST], port=server.port, called="another host")
        other.is_not_to_hear_of_it()
        server.always_fails(what, redirect(f"http://{ANOTHER_HOST}:{server.port}{what.split()[1]}"))
        client.starts(server).explains_itself(since=0)


@check(
    after=logs_in,
    points=3,
    needs_address=ELSEWHERE,
    teaches="Over http:// everybody on the way can read a password; on your own machine nobody is on the way.",
    hint='urllib.parse.urlsplit(url): with "http", only the hostnames localhost, 127.x.x.x and ::1.',
    hidden=True,
)
def refuses_plain_http_to_another_machine(client):
    """A password is not sent over http:// to a host that is not loopback: a sentence, and a status that is not 0."""
    server = client.has_a_server(hosts=[ELSEWHERE], called="over plain http")
    server.is_not_to_hear_of_it()
    for host in ("chat.example", ELSEWHERE):
        client.starts(server, url=f"http://{host}:{server.port}").explains_itself(since=0)
