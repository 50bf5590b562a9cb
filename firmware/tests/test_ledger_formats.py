"""A ledger that an older firmware wrote goes on (pump.ledger, C3)."""

import unittest

from pump.allotment import BYTES as ALLOTMENT_BYTES
from pump.history import BYTES as HISTORY_BYTES
from pump.ledger import Ledger
from pump.seal import seal

from tests.memory import PAGE
from tests.test_ledger import FIRST, SECTORS, allotment, finish, provisioned, reopened

FORMAT_1 = 0xA5
FORMAT_2 = 0xC3
SEALED_1 = 24 + ALLOTMENT_BYTES + HISTORY_BYTES + 4


def as_format_1(memory):
    """Write every checkpoint of the memory again as format 1 had it; return how many."""
    count = 0
    for at in range(FIRST * memory.sector_bytes, len(memory.cells), PAGE):
        page = bytearray(memory.cells[at : at + PAGE])
        if at % memory.sector_bytes == 0 or page[0] != FORMAT_2:
            continue
        page[0] = FORMAT_1
        seal(page, 0, 16)
        seal(page, 0, SEALED_1)
        for index in range(SEALED_1, PAGE):
            page[index] = 0xFF
        memory.cells[at : at + PAGE] = page
        count += 1
    return count


class FormatTest(unittest.TestCase):
    def test_a_ledger_of_format_1_goes_on(self):
        """REQ-FORMAT-1: every figure comes back, the container names no rate; what is written
        from then on keeps one."""
        memory, ledger = provisioned()
        ledger.allot(allotment(3), 55)
        ledger.reserve(150, 40)
        self.assertTrue(as_format_1(memory) >= 2)
        found = reopened(memory)
        self.assertEqual(found.allotment.fields(), allotment(3).fields()[:8] + (0,))
        self.assertEqual((found.reserved, found.minute, found.unsettled), (150, 40, True))
        self.assertEqual(sum(list(found.recent)[1::2]), 95)
        self.assertTrue(found.boot(41))
        finish(found)
        again = reopened(memory)
        self.assertEqual(again.allotment.rate_max_nl_h, 0)
        self.assertTrue(again.boot(41))
        self.assertTrue(again.allot(allotment(4)))
        self.assertEqual(reopened(memory).allotment.rate_max_nl_h, 5000)

    def test_format_1_sealed_as_format_2_is_damaged(self):
        """REQ-FORMAT-1: the kind decides what the seal covers; neither passes for the other."""
        memory, ledger = provisioned()
        ledger.allot(allotment(3), 55)
        for at in range(FIRST * memory.sector_bytes, len(memory.cells), PAGE):
            if memory.cells[at] == FORMAT_2 and at % memory.sector_bytes:
                memory.cells[at] = FORMAT_1
        self.assertNotEqual(Ledger(memory, FIRST, SECTORS).open(), 0)


if __name__ == "__main__":
    unittest.main()
