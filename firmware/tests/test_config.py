"""The configuration's two copies (pump.config, C3)."""

import unittest

from pump import codes
from pump.config import Config

from tests import memory as nor
from tests.memory import Dice, Memory, Sample

SECTOR_BYTES = 512
ONE_IN = 2  # where images are sampled: of those after one cut, and again after two


def stored(memory):
    """The configuration as a restart finds it."""
    config = Config(memory, 1)
    return config.load(), config


class ConfigTest(unittest.TestCase):
    """Values, ranges, cuts."""

    def setUp(self):
        self.memory = Memory(3, SECTOR_BYTES)
        self.images = 0
        self.tried = 0

    def test_missing_is_invalid_with_defaults(self):
        """A blank memory is invalid as a whole, the defaults are there for service only (C3)."""
        code, config = stored(self.memory)
        self.assertEqual((code, config.bad_field), (codes.ALARM_CONFIG_INVALID, -1))
        self.assertEqual(list(config.values), list(codes.CONFIG_DEFAULT))
        self.assertEqual(self.memory.operations, 0)

    def test_deaf_memory_is_invalid(self):
        """A memory that does not answer is invalid and not written to (C3)."""
        config = Config(self.memory, 1)
        self.assertTrue(config.commit())
        operations = self.memory.operations
        self.memory.deaf = True
        self.assertEqual(stored(self.memory)[0], codes.ALARM_CONFIG_INVALID)
        self.assertEqual(self.memory.operations, operations)

    def test_limits_of_every_field(self):
        """Each field takes its limits and nothing beyond them, by one (C2)."""
        config = Config(self.memory, 1)
        for field in range(codes.CONFIG_COUNT):
            for limit, beyond in (
                (codes.CONFIG_MIN[field], codes.CONFIG_MIN[field] - 1),
                (codes.CONFIG_MAX[field], codes.CONFIG_MAX[field] + 1),
            ):
                self.assertEqual(config.set(field, limit), 0)
                self.assertEqual(config.set(field, beyond), codes.ERROR_CONFIG_RANGE)
                self.assertEqual(config.values[field], limit)
        self.assertEqual(config.set(-1, 0), codes.ERROR_CONFIG_FIELD)
        self.assertEqual(config.set(codes.CONFIG_COUNT, 0), codes.ERROR_CONFIG_FIELD)

    def test_limits_survive(self):
        """Smallest and largest values of every field come back after a restart (C3)."""
        for limits in (codes.CONFIG_MIN, codes.CONFIG_MAX):
            config = stored(self.memory)[1]
            for field in range(codes.CONFIG_COUNT):
                config.set(field, limits[field])
            self.assertTrue(config.commit())
            code, config = stored(self.memory)
            self.assertEqual((code, list(config.values)), (0, list(limits)))

    def test_stored_value_out_of_range_is_named(self):
        """A stored field out of range is named, and the others are kept (C3)."""
        config = Config(self.memory, 1)
        config.values[codes.CONFIG_OCCLUSION_PA] = codes.CONFIG_MAX[codes.CONFIG_OCCLUSION_PA] + 1
        config.values[codes.CONFIG_WINDOW_MINUTES] = 60
        self.assertTrue(config.commit())
        code, config = stored(self.memory)
        self.assertEqual(code, codes.ALARM_CONFIG_INVALID)
        self.assertEqual(config.bad_field, codes.CONFIG_OCCLUSION_PA)
        self.assertEqual(config.values[codes.CONFIG_WINDOW_MINUTES], 60)

    def test_one_copy_is_enough_and_is_mended(self):
        """With either copy gone the values stand, and there are two copies again (C3)."""
        for lost in (1, 2):
            config = stored(self.memory)[1]
            config.set(codes.CONFIG_WINDOW_CAP_UL, 777)
            self.assertTrue(config.commit())
            self.memory.erase(lost)
            self.assertEqual(stored(self.memory)[0], 0)
            self.memory.erase(3 - lost)
            code, config = stored(self.memory)
            self.assertEqual((code, config.values[codes.CONFIG_WINDOW_CAP_UL]), (0, 777))

    def test_a_commit_is_one_erase_and_so_is_the_load_after_it(self):
        """One sector at a time: the other copy is made alike by the next load (REQ-STORAGE-2)."""
        config = stored(self.memory)[1]
        self.memory.erases = 0
        self.assertTrue(config.commit())
        self.assertEqual(self.memory.erases, 1)
        self.assertEqual(stored(self.memory)[0], 0)
        self.assertEqual(self.memory.erases, 2)
        self.assertEqual(stored(self.memory)[0], 0)
        self.assertEqual(self.memory.erases, 2)

    def test_failed_read_back_is_told(self):
        """A commit that the memory did not take returns False (C3)."""
        self.memory.ignore = True
        self.assertFalse(Config(self.memory, 1).commit())

    def test_cut_everywhere(self):
        """A cut in any operation of a commit or of mending it: the old values or the new (C3)."""
        self.sample = Sample(ONE_IN)
        config = Config(self.memory, 1)
        config.set(codes.CONFIG_WINDOW_CAP_UL, 100)
        self.assertTrue(config.commit())
        for cap in (101, 102, 103):
            config = stored(self.memory)[1]
            config.set(codes.CONFIG_WINDOW_CAP_UL, cap)
            self.allowed = (cap - 1, cap)
            self.memory.watch = lambda kind, address, page: self.cut(
                self.memory, kind, address, page, 2
            )
            self.assertTrue(config.commit())
            self.memory.watch = None
        tried = (self.tried, self.images)
        print("\n  %d of %d images of a configuration" % tried)
        self.assertTrue(self.tried * self.sample.one_in * self.sample.one_in > 3000)

    def cut(self, memory, kind, address, page, depth):
        """Every cut of one operation, and of the mending that follows, ``depth`` deep."""
        for how in (nor.BEFORE, nor.TORN_PREFIX, nor.TORN_SCATTER, nor.TORN_WEAK, nor.AFTER):
            for mood in (nor.READ_ONES, nor.READ_ZEROS, nor.READ_EITHER):
                image = memory.copy(self.images)
                image.tear(kind, address, page, how, self.images * 31 % 60, Dice(self.images))
                image.mood = mood
                self.images += 1
                if not self.sample.takes():
                    continue
                self.tried += 1
                if depth > 1:
                    image.watch = lambda kind, address, page, image=image: self.cut(
                        image, kind, address, page, depth - 1
                    )
                for _ in range(2):
                    code, config = stored(image)
                    self.assertEqual(code, 0)
                    self.assertTrue(config.values[codes.CONFIG_WINDOW_CAP_UL] in self.allowed)
                    image.mood = nor.READ_EITHER


if __name__ == "__main__":
    unittest.main()
