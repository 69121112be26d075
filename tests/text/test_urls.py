"""URLs that hold a password: none of it is ever shown."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from letterpress.errors import LetterpressError, UsageError
from letterpress.signing import sign
from letterpress.text import urls
from tests.support import signing

SHOWN = {
    "http://office:secret@127.0.0.1:9/tsa": "http://office@127.0.0.1:9/tsa",
    "HTTPS://office:secret@tsa.example.org": "HTTPS://office@tsa.example.org",
    "http://:secret@h/x": "http://@h/x",
    "http://office:se@cret@h/x": "http://office@h/x",
    "http://office:se/secret@h/x": "http://office@h/x",
    "http://office:s%40secret@h/x?a=1": "http://office@h/x?a=1",
    "https://h/tsa?user=a&password=secret&x=1": "https://h/tsa?user=a&x=1",
    "https://h/tsa?api_key=secret": "https://h/tsa",
    "https://h/tsa?access-token=secret#part": "https://h/tsa?#part",
    "postgresql://u:secret@h:5432/db?sslmode=require&sslpassword=secret": "postgresql://u@h:5432/db?sslmode=require",
    "http://h:8080/a@b": "http://h:8080/a@b",
    "http://h/a:b@c": "http://h/a:b@c",
    "people.csv": "people.csv",
    "s3://bucket/a@b": "s3://bucket/a@b",
}


@pytest.mark.parametrize("url", SHOWN)
def test_a_url_without_its_password(url: str) -> None:
    assert urls.without_password(url) == SHOWN[url]
    assert "secret" not in urls.hidden(f"cannot reach {url}", url)
    assert urls.hidden(f"cannot reach {url}", url) == f"cannot reach {SHOWN[url]}"


def test_user_and_password_apart() -> None:
    assert urls.credentials("http://office:s%40cret@h:9/tsa") == ("http://h:9/tsa", ("office", "s@cret"))
    assert urls.credentials("http://office@h/") == ("http://h/", ("office", ""))
    assert urls.credentials("http://h:80/a@b") == ("http://h:80/a@b", None)


@pytest.fixture(scope="module")
def letter() -> bytes:
    return signing.render(signing.PEOPLE[:1])


@pytest.fixture(scope="module")
def ca() -> signing.Authority:
    return signing.Authority()


def everything(error: BaseException | None) -> str:
    """The text and repr of an exception, and of all that led to it."""
    words = ""
    while error is not None:
        words += f"{error} {error!r} {[str(item) for item in getattr(error, 'diagnostics', ())]}"
        error = error.__cause__ or error.__context__
    return words


@pytest.mark.parametrize(
    "url",
    [
        "http://office:secret@127.0.0.1:9/tsa",
        "http://127.0.0.1:9/tsa?password=secret",
        "ftp://office:secret@127.0.0.1/tsa",
        "http://office:se/secret@127.0.0.1:9/tsa",
        "office:secret@127.0.0.1/tsa",
    ],
)
def test_a_timestamp_server_that_cannot_be_reached(
    url: str, letter: bytes, ca: signing.Authority, caplog: pytest.LogCaptureFixture, capfd: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    signer = ca.signer(signing.PEOPLE[0][0])
    with pytest.raises((LetterpressError, UsageError)) as caught:
        sign(letter, field=signing.PEOPLE[0][0], signer=signer, level="B-T", tsa=url, tsa_timeout=2)
    assert "secret" not in everything(caught.value)
    assert "secret" not in caplog.text
    assert "secret" not in "".join(capfd.readouterr())


def test_a_timestamp_server_that_asks_for_a_password(
    letter: bytes, ca: signing.Authority, caplog: pytest.LogCaptureFixture
) -> None:
    """It is given, and a server that says no is quoted without it."""
    caplog.set_level(logging.DEBUG)
    services = signing.Services(ca)
    try:
        signer = ca.signer(signing.PEOPLE[0][0])
        address = services.url.replace("http://", "http://office:secret@")
        signed = sign(letter, field=signing.PEOPLE[0][0], signer=signer, level="B-T", tsa=f"{address}/tsa")
        assert signed.level == "B-T"
        assert services.authorizations[-1] == "Basic b2ZmaWNlOnNlY3JldA=="
        optional = sign(
            letter, field=signing.PEOPLE[0][0], signer=signer, level="B-T", tsa=f"{address}/503", tsa_optional=True
        )
        assert "503" in str(optional.diagnostics[0])
        assert "secret" not in str(optional.as_json())
    finally:
        services.close()
    assert "secret" not in caplog.text


def test_a_library_may_name_the_url_that_it_was_given_without_its_user() -> None:
    url = "https://jo:pw@example.org/list.csv?token=abc&page=2"
    said = "404 for https://example.org/list.csv?token=abc&page=2 (token abc, password pw)"
    assert urls.hidden(said, url) == "404 for https://example.org/list.csv?page=2 (token ..., password ...)"
