"""A company's own authority: certificates for servers on this machine."""

import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Signs whatever it is asked to."""
    return trustme.CA()


@pytest.fixture(scope="session")
def authorities(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file with its certificate, for the setting `http.authorities`."""
    file: Path = tmp_path_factory.mktemp("authority") / "company.pem"
    authority.cert_pem.write_to_path(str(file))
    return str(file)


@pytest.fixture(scope="session")
def secure(authority: trustme.CA) -> Callable[[str], ssl.SSLContext]:
    """How a server encrypts that is known by this name."""

    def made(name: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(context)
        return context

    return made
