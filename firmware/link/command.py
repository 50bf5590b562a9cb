"""A command's text → its number and its arguments, checked against the generated tables."""

from pump import codes

from link import messages

_SPACE = 32
_DECIMAL_MAX = (1 << 30) - 1
_BEFORE_LAST_DIGIT_MAX = _DECIMAL_MAX // 10

NUMBER_NONE = -1  # not a number
NUMBER_TOO_LARGE = -2  # a number of 2**30 or more


def _upper(byte):
    return byte - 32 if 97 <= byte <= 122 else byte


def _is_lower(byte):
    return 97 <= byte <= 122


def same_form(form, line, start, end):
    """Whether line[start:end] is ``form`` in its short or long spelling, in either case."""
    at = start
    index = 0
    count = len(form)
    while index < count:
        wanted = form[index]
        if at < end and line[at] == wanted:  # written as in the table: nearly always
            at += 1
            index += 1
            continue
        if _is_lower(wanted) and (at >= end or _upper(line[at]) != wanted - 32):
            # The rest of this mnemonic is left out, which is only allowed from its very beginning.
            if _is_lower(form[index - 1]):
                return False
            while index < count and _is_lower(form[index]):
                index += 1
            continue
        if at >= end or _upper(line[at]) != _upper(wanted):
            return False
        at += 1
        index += 1
    return at == end


def token_end(line, start, end):
    """Where the run of bytes without a space that begins at ``start`` ends."""
    while start < end and line[start] != _SPACE:
        start += 1
    return start


def token_start(line, start, end):
    """Where the next run of bytes without a space begins."""
    while start < end and line[start] == _SPACE:
        start += 1
    return start


def find(line, start, end):
    """Number of the command whose form line[start:end] is, or -1."""
    if start >= end:
        return -1
    forms = messages.FORMS
    first = _upper(line[start])  # as every form begins, by which most are told apart
    for number in range(len(forms)):
        form = forms[number]
        if form[0] == first and same_form(form, line, start, end):
            return number
    return -1


def decimal(line, start, end):
    """Value of decimal digits, 0..2**30-1, or NUMBER_NONE, NUMBER_TOO_LARGE."""
    if start >= end:
        return NUMBER_NONE
    value = 0
    for index in range(start, end):
        digit = line[index] - 48
        if digit < 0 or digit > 9:
            return NUMBER_NONE
        if value > _BEFORE_LAST_DIGIT_MAX or (
            value == _BEFORE_LAST_DIGIT_MAX and digit > _DECIMAL_MAX % 10
        ):
            value = NUMBER_TOO_LARGE
        if value >= 0:
            value = value * 10 + digit
    return value


def _word(words, line, start, end):
    for number in range(len(words)):
        if same_form(words[number], line, start, end):
            return number
    return -1


def arguments(number, line, start, end, into, reply):
    """Parse the arguments of command ``number`` from line[start:end] into ``into`` (array('i')).

    Returns 0, SYNTAX or OUT_OF_RANGE with ``reply.detail`` the place of the argument at fault.
    """
    first = messages.FIRST_ARGUMENT[number]
    count = messages.FIRST_ARGUMENT[number + 1] - first
    at = token_start(line, start, end)
    for place in range(count):
        reply.detail = place
        stop = token_end(line, at, end)
        words = messages.ARGUMENT_WORDS[first + place]
        if words is None:
            value = decimal(line, at, stop)
        else:
            value = _word(words, line, at, stop)
        if value == NUMBER_NONE:
            return codes.ERROR_SYNTAX
        low = messages.ARGUMENT_MIN[first + place]
        if value < low or value > messages.ARGUMENT_MAX[first + place]:
            return codes.ERROR_OUT_OF_RANGE
        into[place] = value
        at = token_start(line, stop, end)
    reply.detail = count
    if at < end:
        return codes.ERROR_SYNTAX  # more arguments than the command has
    reply.detail = 0
    return 0
