"""A port, a clock and an operator for the tests of the link; they keep what happened."""

from pump import codes
from pump.crc import crc16


class Clock:
    def __init__(self):
        self.now_ms = 5000

    def ticks_ms(self):
        return self.now_ms


class Port:
    """Hands over what was fed, at most a buffer at a time; keeps every reply apart."""

    def __init__(self):
        self.waiting = b""
        self.sent = []

    def receive(self, buffer):
        count = min(len(buffer), len(self.waiting))
        for index in range(count):
            buffer[index] = self.waiting[index]
        self.waiting = self.waiting[count:]
        return count

    def send(self, buffer, count):
        self.sent.append(bytes(buffer[:count]))
        return True


class Operator:
    """Keeps every call; answers with ``error``, ``detail`` and ``text``."""

    def __init__(self):
        self.current = codes.STATE_IDLE
        self.executed = []
        self.events = []
        self.error = 0
        self.detail = 0
        self.text = b""

    def state(self):
        return self.current

    def execute(self, command, args, reply):
        self.executed.append((command, list(args)))
        self.events.append(("execute", command))
        reply.text(self.text)
        reply.detail = self.detail
        return self.error

    def part(self, index, reply):
        if index > 1:
            return codes.ERROR_NO_PART
        reply.text(b"text=")
        reply.number(index * 7)
        return 0

    def stop_byte(self):
        self.events.append(("stop_byte", 0))

    def leave(self):
        self.events.append(("leave", 0))

    def host_heard(self, link):
        self.events.append(("heard", link))

    def link_opened(self, link, matches):
        self.events.append(("opened", matches))


def safe(link, sequence, body):
    """A safe line with its newline, written independently of the code under test."""
    head = "!{:04X}{:02X} ".format(link, sequence).encode() + body
    return head + "*{:04X}\n".format(crc16(head, 0, len(head))).encode()


class Bench:
    """A server on the fakes."""

    def __init__(self, server_class):
        self.clock = Clock()
        self.port = Port()
        self.operator = Operator()
        self.server = server_class(self.port, self.operator, self.clock)

    def ask(self, data):
        """Feed bytes and poll until nothing is left; return what was sent meanwhile."""
        del self.port.sent[:]
        self.port.waiting += data
        polls = len(self.port.waiting) // 256 + 12
        for _ in range(polls):
            self.server.poll()
            self.clock.now_ms += 50
        return list(self.port.sent)

    def open(self, number=codes.PROTOCOL_HASH):
        """Open a link by HELLO; return its identity."""
        answer = self.ask("HELLO {}\n".format(number).encode())[0]
        return int(answer[3:7], 16)

    def commands(self):
        """Numbers of the commands carried out so far."""
        return [command for command, _ in self.operator.executed]
