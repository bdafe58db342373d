"""`rbengine world serve`: a world's company for programs outside."""

HELP = """\
usage: rbengine world serve PLAYBOOK [options]

Put the simulated company of a playbook's world on ports of this machine, for
your own programs and tests: each vendor below a path of one HTTP server, SMTP
and IMAP on ports of their own, and the database with the world's rows in it, by
its Unix socket and by a port. The world's clock runs with the real one;
webhooks reach the program that app.rb describes. Nothing goes beyond 127.0.0.1.
Ctrl-C ends it, and everything in it is gone.

options
  --world NAME      the world (the default one)
  --port NUMBER     the HTTP server's port (any free one)
  --seed NUMBER     other latencies and made-up ids (0)
  --profile NAME    print it as a profile of the settings too, to copy: live
                    runs can be tried on it, with `exec --profile NAME`
  --width CELLS     instead of the terminal's (80 where there is none)
  --no-colour       as NO_COLOR=1 and TERM=dumb do

examples
  rbengine world serve rb011
  rbengine world serve rb011 --world cancelled --port 4010
  rbengine world serve rb011 --profile served
  curl -s http://127.0.0.1:4010/stripe/v1/subscriptions -u sk_test_any:

exit codes
  0 ended by Ctrl-C   1 the playbook does not check, or its world cannot be set
  up   2 the command line is wrong
"""


def run(arguments: list[str]) -> int:
    """Serve the world that `arguments` name."""
    from rbengine.cli.serving import serve

    return serve(arguments)
