"""Asking a hub: with patience for what passes, and a clear word for what does not. No word holds a token.

The clients' own settings are heeded: `HF_ENDPOINT`, `HF_TOKEN`, `HF_HOME`, `HF_HUB_OFFLINE`.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from json import JSONDecodeError
from typing import Any, NamedTuple, TypeVar

from corpus_pkg.errors import CorpusError, HubError

Result = TypeVar("Result")
Tell = Callable[[str], None]

WAITS = (1, 2, 4, 8, 16)
"""Seconds between one try and the next."""
_PATIENCE = 180
"""After this many seconds nothing is tried again: the clients have waits of their own, up to minutes long."""
_LONGEST = 600
"""The longest wait that a hub may ask for, in seconds."""
_BUSY = (408, 429, 500, 502, 503, 504)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,95}")
_REVISION = re.compile(r"(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._/-]{0,199}")
_TOKEN = re.compile(r"\bhf_[A-Za-z0-9]{8,}|(?<=//)[^/@\s]+@")


class Failure(NamedTuple):
    """Why a call has failed: the reason in words, the HTTP status if there is one, and whether it may pass.

    `reached` is false where no connection came about; `wait` is what the hub asks for, in seconds.
    """

    reason: str
    status: int | None = None
    code: str | None = None
    passes: bool = False
    wait: int = 0
    reached: bool = True


def check_repo(repo: str) -> str:
    """Return the name of a repository. Raises CorpusError when it is none."""
    owner, _, name = repo.partition("/")
    if not (_NAME.fullmatch(owner) and _NAME.fullmatch(name)):
        raise CorpusError(f"{scrub(repo)!r} is no name of a repository; it is written OWNER/NAME")
    return repo


def check_revision(revision: str) -> str:
    """Return the name of a revision. Raises CorpusError when it can be none."""
    if not _REVISION.fullmatch(revision):
        raise CorpusError(f"{scrub(revision)!r} is no name of a revision; it is a tag, a branch or a commit")
    return revision


def endpoint() -> str:
    """Return the address of the hub, without what logs one in there."""
    from huggingface_hub.constants import ENDPOINT

    return scrub(ENDPOINT)


def scrub(text: object) -> str:
    """Return a text without any token that stands in it."""
    from huggingface_hub import get_token

    token = get_token()
    told = str(text).replace(token, "***") if token else str(text)
    return _TOKEN.sub("***", told)


def ask(what: str, call: Callable[[], Result], tell: Tell | None = None, *, patient: bool = True) -> Result:
    """Return what a call to the hub gives; what may pass is tried again, with growing waits.

    `what` says in words what the call is for; `tell` is told before each wait. Without `patient` a hub that cannot be
    reached at all is not waited for. Raises HubError.
    """
    start = time.monotonic()
    for wait in (*WAITS, None):
        try:
            return call()
        except _kinds() as error:
            failure = read_failure(error)
            if failure is None:
                raise
            late = wait is None or time.monotonic() - start > _PATIENCE
            if late or not failure.passes or not (patient or failure.reached):
                raise HubError(f"{what}: {failure.reason}", failure.status, failure.code) from error
            pause = max(wait or 0, min(failure.wait, _LONGEST))
        if tell:
            tell(f"{failure.reason}; trying again in {pause} s")
        time.sleep(pause)
    raise AssertionError  # the last try either returns or raises


def _kinds() -> tuple[type[BaseException], ...]:
    """Return what the clients raise: errors of HTTP, of the connection, and others that wrap such a one."""
    from huggingface_hub.errors import HfHubHTTPError

    http = HfHubHTTPError.__mro__[1]  # that of the library below, whatever it is called
    return (http, OSError, RuntimeError, ValueError)


def read_failure(error: BaseException) -> Failure | None:
    """Return why a call has failed; null for what is no failure of the hub or the way to it."""
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

    http = HfHubHTTPError.__mro__[1]
    if isinstance(error, OfflineModeIsEnabled):
        return Failure("HF_HUB_OFFLINE is set, so the hub is not asked")
    if isinstance(error, HfHubHTTPError):
        return _answered(error)
    if isinstance(error, OSError) and (type(error).__module__ == "hf_xet" or "HTTP status" in str(error)):
        return _told(str(error))
    if isinstance(error, (http, ConnectionError, TimeoutError)):
        return _broken(error)
    if isinstance(error, JSONDecodeError):
        return Failure("the hub's answer cannot be read", passes=True)
    if isinstance(error, ValueError) and isinstance(error.__cause__, HfHubHTTPError):
        return Failure(" ".join(scrub(error).split())[:300], error.__cause__.response.status_code)
    if isinstance(error, RuntimeError) and error.__cause__ is not None:
        return read_failure(error.__cause__)
    return None


def _broken(error: BaseException) -> Failure:
    """Return the failure of a connection: one that never came about is another matter than one that broke off."""
    reached = "Connect" not in type(error).__name__ or isinstance(error, ConnectionResetError)
    why = scrub(error)[:200] or type(error).__name__
    words = f"the connection to {endpoint()} broke off" if reached else f"{endpoint()} cannot be reached"
    return Failure(f"{words} ({why})", passes=True, reached=reached)


def _answered(error: Any) -> Failure:
    """Return the failure that an answer of the hub tells of."""
    answer = error.response
    status, code = answer.status_code, answer.headers.get("X-Error-Code")
    wait = answer.headers.get("Retry-After", "")
    told = answer.headers.get("X-Error-Message") or ""
    seconds = int(wait) if wait.isdigit() else 0
    return Failure(_word(status, code, told), status, code, status in _BUSY, seconds)


def _told(text: str) -> Failure:
    """Return the failure of a store of large files, whose client tells the status in words only."""
    found = re.search(r"\((\d{3})\b", text)
    if found is None:
        return Failure(f"the store of large files refuses ({scrub(text)[:300]})")
    status = int(found[1])
    return Failure(_word(status, None, ""), status, None, status in _BUSY)


def _word(status: int, code: str | None, told: str) -> str:
    """Return in words what a status means; `told` are the hub's own."""
    known = {
        401: "the hub does not accept the token; see HF_TOKEN, or run `hf auth login`",
        403: "the token has no right to do this there",
        412: "somebody else has changed the branch in the meantime",
        "RepoNotFound": "there is no such dataset, or the token may not see it",
        "RevisionNotFound": "there is no such revision",
        "EntryNotFound": "there is no such file",
    }
    words = known.get(code or "") or known.get(status)
    if words is None:
        words = f"the hub answers {status}" + (f" ({scrub(told)[:300]})" if told else "")
    return words


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the clients from drawing bars and from writing: what they warn of may hold addresses that log one in."""
    from huggingface_hub.utils import are_progress_bars_disabled, disable_progress_bars, enable_progress_bars, logging

    level, bars = logging.get_verbosity(), not are_progress_bars_disabled()
    logging.set_verbosity(logging.ERROR)
    if bars:
        disable_progress_bars()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            enable_progress_bars()
