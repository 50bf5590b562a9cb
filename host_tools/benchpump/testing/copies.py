"""A pytest plugin that runs each test in a copy of the process (POSIX only).

What was made ready before, minutes of work, is then each test's own, and none sees what another
did with it. Warnings of a copy are not counted.
"""

from __future__ import annotations

import os
import pickle
import signal
import traceback
import warnings
from collections.abc import Callable
from typing import Any, BinaryIO

import pytest
from _pytest.runner import runtestprotocol

POSSIBLE = hasattr(os, "fork")
Report = dict[str, Any]


class EachTestInACopy:
    """`make_ready` is called before each test, in the process that is then copied."""

    def __init__(self, make_ready: Callable[[pytest.Item], None]) -> None:
        self._make_ready = make_ready

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> bool:
        """The whole of one test; its reports are told here."""
        hook = item.ihook
        hook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        self._make_ready(item)
        for data in _run(item):
            report = item.config.hook.pytest_report_from_serializable(
                config=item.config, data=data
            )
            hook.pytest_runtest_logreport(report=report)
        hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True


def _run(item: pytest.Item) -> list[Report]:
    read_fd, write_fd = os.pipe()
    with warnings.catch_warnings():
        # Newer Pythons warn of other threads: pytest-xdist's, which a copy has nothing to do with.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        os.close(read_fd)
        with os.fdopen(write_fd, "wb") as to_parent:
            _run_here(item, to_parent)
        os._exit(0)
    os.close(write_fd)
    with os.fdopen(read_fd, "rb") as from_child:
        told = from_child.read()
    _, status = os.waitpid(child, 0)
    if told and status == 0:
        return pickle.loads(told)
    return [_died(item, os.waitstatus_to_exitcode(status))]


def _run_here(item: pytest.Item, to_parent: BinaryIO) -> None:
    """In the copy: it must never come back from here to what was the parent's."""
    try:
        config = item.config
        for plugin in config.pluginmanager.get_plugins():
            if hasattr(plugin, "sendevent"):  # pytest-xdist's: its wire is the parent's
                config.pluginmanager.unregister(plugin)
        reports = runtestprotocol(item, log=False)
        hook = config.hook
        data = [hook.pytest_report_to_serializable(config=config, report=it) for it in reports]
        pickle.dump(data, to_parent)
    except BaseException:  # KeyboardInterrupt and pytest's own Exit among them
        traceback.print_exc()
        to_parent.flush()
        os._exit(1)


def _died(item: pytest.Item, code: int) -> Report:
    how = signal.Signals(-code).name if code < 0 else f"status {code}"
    report = pytest.TestReport(
        nodeid=item.nodeid,
        location=item.location,
        keywords={},
        outcome="failed",
        longrepr=f"the copy of the process that ran this test ended with {how}",
        when="call",
    )
    return item.config.hook.pytest_report_to_serializable(config=item.config, report=report)
