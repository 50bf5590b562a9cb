"""A run as one page that opens anywhere: summary, curves, alarm marks."""

from benchpump.report.page import write_report
from benchpump.report.summary import Summary, summarise

__all__ = ["Summary", "summarise", "write_report"]
