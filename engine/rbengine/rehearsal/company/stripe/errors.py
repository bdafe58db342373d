"""Refusals in Stripe's form."""

from rbengine.rehearsal.company.exchange import Answer, Object


class StripeRefusalError(Exception):
    """The request is refused; `answer` is what the vendor sends."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        type_: str = "invalid_request_error",
    ) -> None:
        super().__init__(message)
        error: Object = {"message": message, "type": type_}
        if code is not None:
            error["code"] = code
            error["doc_url"] = f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"
        if param is not None:
            error["param"] = param
        self.answer = Answer(status=status, body={"error": error})


def no_such(kind: str, id_: str, *, param: str = "id", status: int = 404) -> StripeRefusalError:
    """`No such customer: 'cus_x'`: 404 where the object itself was asked for, 400 for a parameter."""
    return StripeRefusalError(
        status, f"No such {kind}: '{id_}'", code="resource_missing", param=param
    )


def invalid(message: str, param: str, code: str | None = None) -> StripeRefusalError:
    """A parameter that the vendor does not accept."""
    return StripeRefusalError(400, message, code=code, param=param)
