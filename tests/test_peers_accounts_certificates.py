"""Certificates that are made when they are needed."""

import ssl

import pytest

from grader.peers.accounts.certificates import Authority

ONE, OTHER = Authority(), Authority()


def handshake(server, client, name):
    """A handshake without a network; raises what the client raises."""
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [client.wrap_bio(to_client, to_server, server_hostname=name)]
    ends.append(server.wrap_bio(to_server, to_client, server_side=True))
    for _ in range(4):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
    return ends[0].version()


@pytest.mark.parametrize("names", [("localhost",), ("chat.example", "localhost"), ("127.0.0.1", "localhost")])
def test_who_trusts_the_authority_trusts_its_servers(names):
    client = ssl.create_default_context(cadata=ONE.certificate)
    assert handshake(ONE.server_for(*names), client, "localhost") == "TLSv1.3"


@pytest.mark.parametrize(
    ("authority", "name", "why"),
    [(OTHER, "localhost", "unable to get local issuer certificate"),
     (ONE, "chat.example", "Hostname mismatch, certificate is not valid for 'localhost'.")],
)  # fmt: skip
def test_another_authority_and_another_name_are_not_trusted(authority, name, why):
    client = ssl.create_default_context(cadata=ONE.certificate)
    with pytest.raises(ssl.SSLCertVerificationError) as error:
        handshake(authority.server_for(name), client, "localhost")
    assert why.replace("localhost'", f"{'localhost'}'") in error.value.verify_message


def test_nobody_trusts_it_who_was_not_told_to():
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(ONE.server_for("localhost"), ssl.create_default_context(), "localhost")


def test_its_certificate_is_a_file_as_cacert_wants_it(tmp_path):
    (tmp_path / "ca.pem").write_text(ONE.certificate)
    context = ssl.create_default_context(cafile=tmp_path / "ca.pem")
    assert len(context.get_ca_certs()) == 1
