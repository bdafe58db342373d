"""Questions to the project's logs in the ClickHouse dialect, which Supabase speaks since June 2026."""

MOST_ROWS = 1000


def function_lines(function_id: str, matching: str, limit: int) -> str:
    """The lines of one function that contain `matching`, oldest first."""
    text = "" if not matching else f" and position(event_message, {_quoted(matching)}) > 0"
    return (
        "select id, timestamp, event_message, log_attributes['level'] as level from logs"
        " where source = 'function_logs'"
        f" and log_attributes['function_id'] = {_quoted(function_id)}{text}"
        f" order by timestamp asc limit {limit}"
    )


def error_lines(function_id: str) -> str:
    """The texts of one function's errors, each with how often and when, the most frequent first."""
    return (
        "select event_message, count() as lines, min(timestamp) as first_at, max(timestamp) as last_at"
        " from logs where source = 'function_logs'"
        f" and log_attributes['function_id'] = {_quoted(function_id)}"
        " and log_attributes['level'] = 'error'"
        f" group by event_message order by lines desc limit {MOST_ROWS}"
    )


def function_requests(function_id: str) -> str:
    """How many requests one function had, by the status it answered."""
    return (
        "select toInt32OrZero(log_attributes['response.status_code']) as status, count() as requests"
        " from logs where source = 'function_edge_logs'"
        f" and log_attributes['function_id'] = {_quoted(function_id)}"
        " group by status order by status"
    )


def _quoted(text: str) -> str:
    """A text literal: backslash and quote are escaped, nothing else has a meaning."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
