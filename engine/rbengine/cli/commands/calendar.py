"""`rbengine calendar`: what is to be done on a day, and its tasks rehearsed."""

HELP = """\
usage: rbengine calendar due [options]
       rbengine calendar run daily|weekly|monthly [options]

due  What the project's calendar has for a day: its tasks, and when the rest
     comes. A day that is no business day is called so.
run  Do the tasks of that rhythm, each by itself, in a simulated world: what
     reads is read, what is for people stays open and is named. Nothing real is
     read or changed.

options
  --on DATE             the day, 2026-11-23; without it today in the policy's
                        zone, and for `run` the next one with such tasks
  --world RB/NAME       with `run`: in this world of a runbook's scenarios
                        (rb007/behind); without it in an empty one
  --width CELLS         instead of the terminal's (80 where there is none)
  --no-colour           as NO_COLOR=1 and TERM=dumb do

examples
  rbengine calendar due
  rbengine calendar due --on 2026-12-25
  rbengine calendar run weekly --on 2026-11-23
  rbengine calendar run daily --world rb012/charged_twice

exit codes
  0 nothing failed   3 a task failed   1 it does not check
  2 there is no calendar, or the command line is wrong
"""


def run(arguments: list[str]) -> int:
    """Show or do what `arguments` say."""
    from rbengine.cli.maintaining import keep_calendar

    return keep_calendar(arguments)
