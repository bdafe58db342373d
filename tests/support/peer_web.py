"""Web servers from other hands: nginx by TLS, and behind it a webhook and a machine's metrics.

A webhook for WhatsApp is one of a library that others run theirs with; metrics are those of the node exporter that a
project's own machine has.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

import trustme
from support.peer_installed import python_with
from support.peer_programs import found, free_port, listens, running

SECRETS = {"VERIFY": "right-canary", "APP": "canary-of-the-app"}
SERVICE_KEY = "service-canary"
BIG = 80 * 2**20
"""Bytes of a page that is more than anybody reads; zeros, so that it travels in few."""

_WEBHOOK = """
import sys
from flask import Flask
from pywa import WhatsApp

app = Flask("webhook")
token, secret, port = sys.argv[1:]
WhatsApp(phone_id="1", token="t", server=app, webhook_endpoint="/whatsapp", verify_token=token, app_secret=secret)
app.run("127.0.0.1", int(port))
"""

_CONFIGURATION = """
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log {folder}/access.log;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  default_type text/plain;
  gzip on;
  gzip_types application/octet-stream;
  limit_req_zone $server_name zone=slow:64k rate=1r/m;
  limit_req_status 429;
  server {{
    listen 127.0.0.1:{port} ssl;
    server_name localhost;
    ssl_certificate {folder}/localhost.pem;
    ssl_certificate_key {folder}/localhost.pem;
    location = /health {{ return 200 "all is well\\n"; }}
    location = /moved {{ return 301 /health; }}
    location = /away {{ return 302 http://169.254.169.254/latest/meta-data; }}
    location = /teapot {{ return 418; }}
    location = /often {{ limit_req zone=slow; root {folder}/pages; }}
    location = /drip {{ limit_rate 10; root {folder}/pages; }}
    location = /private {{ auth_basic "ours"; auth_basic_user_file {folder}/users; root {folder}/pages; }}
    location = /gone {{ return 444; }}
    location = /broken {{ proxy_pass http://127.0.0.1:1; }}
    location = /whatsapp {{ proxy_pass http://127.0.0.1:{webhook}; }}
    location = /customer/v1/privileged/metrics {{
      auth_basic "project";
      auth_basic_user_file {folder}/users;
      proxy_set_header authorization "";
      proxy_pass http://127.0.0.1:{metrics}/metrics;
    }}
    location / {{ root {folder}/pages; }}
  }}
  server {{
    listen 127.0.0.1:{others} ssl;
    ssl_certificate {folder}/other.pem;
    ssl_certificate_key {folder}/other.pem;
    return 200 "who is this";
  }}
}}
"""


class Web(NamedTuple):
    """Where it is."""

    base: str
    others: str
    """By a certificate of another authority."""
    authorities: str
    """The file of the one that is ours."""

    def settings(self) -> Mapping[str, str]:
        """What a profile says of it."""
        return {
            "http.authorities": self.authorities,
            "supabase_project.url": self.base,
            "supabase.service_key": SERVICE_KEY,
            **{f"supabase.secret.{name}": value for name, value in SECRETS.items()},
        }


@contextmanager
def web_running(folder: Path) -> Iterator[Web]:
    """All of it; nothing is left behind but `folder`."""
    nginx = found("nginx", "nginx", "nginx", "/usr/sbin/nginx")
    exporter = found("the node exporter", "prometheus-node-exporter", "prometheus-node-exporter")
    port, others, webhook, metrics = (free_port() for _ in range(4))
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    for name, who in (("localhost", authority), ("other", trustme.CA())):
        made = who.issue_cert("localhost").private_key_and_cert_chain_pem
        made.write_to_path(str(folder / f"{name}.pem"))
    pages = folder / "pages"
    pages.mkdir()
    for name in ("often", "private"):
        (pages / name).write_text("here\n", encoding="utf-8")
    (pages / "drip").write_text("slowly " * 1000, encoding="utf-8")
    with (pages / "big").open("wb") as big:
        big.truncate(BIG)
    (folder / "users").write_text(f"service_role:{{PLAIN}}{SERVICE_KEY}\n", encoding="utf-8")
    text = _CONFIGURATION.format(
        folder=folder, port=port, others=others, webhook=webhook, metrics=metrics
    )
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    commands = {
        port: [str(nginx), "-c", str(folder / "nginx.conf"), "-g", _as_ourselves()],
        webhook: [str(python_with("pywa")), "-c", _WEBHOOK, *SECRETS.values(), str(webhook)],
        metrics: [str(exporter), f"--web.listen-address=127.0.0.1:{metrics}"],
    }
    with ExitStack() as stack:
        for place, command in commands.items():
            stack.enter_context(
                running(
                    command,
                    partial(listens, place),
                    log=folder / f"{place}.log",
                    stop=3 if place == port else 15,
                )
            )
        yield Web(
            f"https://localhost:{port}",
            f"https://localhost:{others}",
            str(folder / "authority.pem"),
        )


def _as_ourselves() -> str:
    """Whose files these are: nginx takes another account for its work where root starts it."""
    return f"user {Path('/proc/self').owner()};"
