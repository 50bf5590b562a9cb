"""Where in a program one is: which segment, and the how manyeth pass through what is repeated."""


class Place:
    """Attributes: ``index`` of the segment, ``repetition`` of its block (0: the first pass).

    ``again`` says that the segment was come to by going back.
    """

    def __init__(self, segments):
        self._segments = segments
        self.rewind()

    def rewind(self):
        """To the first segment."""
        self.index = 0
        self.repetition = 0
        self.again = False

    def go_on(self):
        """To the segment that comes next; False when there is none."""
        segments = self._segments
        index = self.index + 1
        self.again = False
        if index < segments.count and segments.repeats(index):
            if self.repetition + 1 < segments.times(index):
                self.repetition += 1
                self.again = True
                index = segments.first_of(index)
            else:
                self.repetition = 0
                index += 1
        self.index = index
        return index < segments.count
