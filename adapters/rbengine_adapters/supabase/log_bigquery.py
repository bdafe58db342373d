"""Questions to the project's logs in the BigQuery dialect, which projects speak that Supabase has not moved yet."""

MOST_ROWS = 1000

_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r"}


def function_lines(function_id: str, matching: str, limit: int) -> str:
    """The lines of one function that contain `matching`, oldest first."""
    text = "" if not matching else f" and strpos(event_message, {_quoted(matching)}) > 0"
    return (
        "select function_logs.id, function_logs.timestamp, event_message, metadata.level"
        " from function_logs cross join unnest(metadata) as metadata"
        f" where metadata.function_id = {_quoted(function_id)}{text}"
        f" order by timestamp asc limit {limit}"
    )


def error_lines(function_id: str) -> str:
    """The texts of one function's errors, each with how often and when, the most frequent first."""
    return (
        "select event_message, count(*) as lines,"
        " min(function_logs.timestamp) as first_at, max(function_logs.timestamp) as last_at"
        " from function_logs cross join unnest(metadata) as metadata"
        f" where metadata.function_id = {_quoted(function_id)} and metadata.level = 'error'"
        f" group by event_message order by lines desc limit {MOST_ROWS}"
    )


def function_requests(function_id: str) -> str:
    """How many requests one function had, by the status it answered."""
    return (
        "select response.status_code as status, count(*) as requests from function_edge_logs"
        " cross join unnest(metadata) as metadata cross join unnest(metadata.response) as response"
        f" where metadata.function_id = {_quoted(function_id)}"
        " group by status order by status"
    )


def _quoted(text: str) -> str:
    """A text literal; it may not hold a line break as it is."""
    return "'" + "".join(_ESCAPES.get(one, one) for one in text) + "'"
