"""Several at once: functions in threads that start together, on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.db import connection

from fourleaf.kernel.errors import DomainError

__all__ = ["at_once"]


def at_once(
    *work: Callable[[], Any], within: Callable[[], AbstractContextManager[Any]] = nullcontext
) -> list[BaseException | None]:
    """Run the functions in threads that start together; gives what each raised, in their order.

    Only refusals are expected: anything else fails the test. ``within`` is entered in each thread, where context
    variables of the test (its clock, its belts) are not known.
    """
    barrier = threading.Barrier(len(work))
    raised: list[BaseException | None] = [None] * len(work)

    def one(place: int) -> None:
        try:
            with within():
                barrier.wait()
                work[place]()
        except BaseException as error:
            raised[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(place,)) for place in range(len(work))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [error for error in raised if error is not None and not isinstance(error, DomainError)] == []
    return raised
