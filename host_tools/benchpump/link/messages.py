"""The command language as types. Generated from protocol.toml: edit that."""

# ruff: noqa: E501 (texts as they are in the source)

from __future__ import annotations

from enum import IntEnum, IntFlag, StrEnum

from benchpump.link.tables import AlarmInfo, CommandInfo, ConfigField, ErrorInfo, PumpRefused

PROTOCOL_VERSION = 1
PROTOCOL_HASH = 0xCB94C4
REQUEST_BYTES = 160
REPLY_BYTES = 64
TOKEN_MS = 30000
PARTS_MAX = 12

# Name and hexadecimal digits of each field of STATus?, in order.
STATUS_FIELDS = (
    ("state", 1),
    ("alarm", 2),
    ("flags", 4),
    ("debited", 8),
    ("cap_left", 8),
    ("rate", 8),
    ("pressure", 5),
    ("segment", 2),
    ("tick", 8),
)

# The same of SENSors?.
SENSOR_FIELDS = (
    ("pressure", 4),
    ("air", 4),
    ("supply", 4),
    ("upstream", 4),
    ("encoder", 8),
    ("flow", 8),
    ("switches", 1),
    ("steps", 8),
)


class State(IntEnum):
    """State of the pump."""

    BOOT = 0
    SELFTEST = 1
    IDLE = 2
    ARMED = 3
    RUNNING = 4
    PAUSED = 5
    RELIEVING = 6
    PRIMING = 7
    SERVICE = 8
    FINISHED = 9
    ALARM = 10
    FAULT = 11
    WITHDRAWING = 12


class Flag(IntFlag):
    """Bits of the status record."""

    UNPROVISIONED = 1
    JUMPER = 2
    SILENCED = 4
    KEEP_OPEN = 8
    PREPARING = 16
    DEGRADED = 32
    PROGRAM = 64
    SHIFTED = 128
    WINDOW = 256
    CONFIRMED = 512
    MISMATCH = 1024
    ALLOTTED = 2048
    BOLUS = 4096
    HELD = 8192
    PROFILE = 16384


class Soft(IntFlag):
    """Soft limits, as bits of what is confirmed."""

    RATE = 1
    VOLUME = 2
    BOLUS = 4
    BUBBLE = 8


class Light(IntEnum):
    """Light pattern."""

    OFF = 0
    STEADY_GREEN = 1
    BLINK_GREEN = 2
    STEADY_YELLOW = 3
    BLINK_YELLOW = 4
    BLINK_RED = 5
    STEADY_BLUE = 6
    BLINK_BLUE = 7
    GREEN_AND_YELLOW = 8
    BLINK_WHITE = 9


class Sound(IntEnum):
    """Sounder pattern."""

    OFF = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3


class Priority(IntEnum):
    """Priority of an alarm."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3


class Reaction(IntEnum):
    """What an alarm does to the state."""

    FLAG = 1
    STOP = 2
    FAULT = 3


class Command(IntEnum):
    """Command numbers."""

    IDN = 0
    HELLO = 1
    STATUS = 2
    STOP = 3
    PART = 4
    LIMITS = 5
    ALLOTMENT = 6
    CONFIG_GET = 7
    ALARMS = 8
    SELFTEST = 9
    SENSORS = 10
    AS_RUN = 11
    LOG = 12
    PROGRAM_CLEAR = 13
    SEGMENT = 14
    PROGRAM_END = 15
    ARM = 16
    START = 17
    DISARM = 18
    PAUSE = 19
    PRIME = 20
    WITHDRAW = 21
    REFIT = 22
    REFIT_CONFIRM = 23
    ACKNOWLEDGE = 24
    SILENCE = 25
    ALLOTMENT_NEW = 26
    ALLOTMENT_CONFIRM = 27
    CONFIG_SET = 28
    CONFIG_COMMIT = 29
    PROVISION = 30
    SERVICE = 31
    BOLUS = 32
    TITRATE = 33
    TITRATE_HOLD = 34
    TITRATE_GO_ON = 35
    PROFILE = 36
    PROFILE_CLEAR = 37
    SOFT_CONFIRM = 38


class Alarm(IntEnum):
    """Alarm codes."""

    OCCLUSION_DOWNSTREAM = 1
    AIR_BUBBLE = 2
    ESTOP = 3
    CASSETTE_OUT = 4
    HOST_LOST = 5
    CAP_REACHED = 6
    WINDOW_REACHED = 7
    LEDGER_FULL = 8
    DRIVE_STARVED = 9
    LIMIT_REFUSED = 10
    POWER_LOST = 11
    WATCHDOG = 12
    PRESSURE_RAIL = 32
    PRESSURE_STUCK = 33
    AIR_RAIL = 34
    AIR_STUCK = 35
    STEP_COUNT = 36
    STORAGE_FAILED = 37
    GOVERNOR_STATE = 38
    CONFIG_INVALID = 39
    LEDGER_INVALID = 40
    DRIVE_REFUSED = 41
    UNCAUGHT = 42
    CODE_CHANGED = 46
    END_OF_INFUSION = 64
    AIR_TOTAL = 13
    OCCLUSION_SLOPE = 14
    SUPPLY_DEPLETED = 15
    SUPPLY_RAIL = 43
    SUPPLY_STUCK = 44
    AIR_BLIND = 45
    SUPPLY_LOW = 65
    NEAR_END = 66
    PROGRAM_WAITING = 67
    UNCAUGHT_BEFORE = 24
    CONTAINER_EMPTY = 20
    WITHDRAWAL_SPENT = 21
    SUCTION = 22
    OCCLUSION_UPSTREAM = 28
    FREE_FLOW = 25
    OVER_DELIVERY = 26
    UNDER_DELIVERY = 27
    DRIVE_STALL = 52
    ENCODER_LOST = 53
    FLOW_LOST = 54
    UPSTREAM_RAIL = 55
    UPSTREAM_STUCK = 56
    PRESSURE_IMPLAUSIBLE = 57
    PRESSURE_UNMOVED = 58


class Event(IntEnum):
    """Journal events that are no alarms."""

    BOOT = 128
    STATE = 129
    COMMAND = 130
    TIME_SHIFT = 131
    ALLOTMENT = 132
    PROVISIONED = 133
    ACKNOWLEDGED = 134
    REFITTED = 138
    WITHDRAWN = 139
    BOLUS_STARTED = 144
    BOLUS_ENDED = 145
    TITRATED = 146
    HELD = 147
    WENT_ON = 148
    PROFILE = 152
    SOFT_CONFIRMED = 153
    CONFIG_SET = 160
    LIMIT_WIDENED = 161


class SegmentKind(StrEnum):
    """Argument `kind` of SEGMent."""

    CONST = "CONST"
    RAMP = "RAMP"
    BOLUS = "BOLUS"
    HOLD = "HOLD"
    REPEAT = "REPEAT"


class ProgramEndThen(StrEnum):
    """Argument `then` of PROGram:END."""

    STOP = "STOP"
    KEEPOPEN = "KEEPOPEN"


class ArmFrom(StrEnum):
    """Argument `from` of ARM."""

    FRESH = "FRESH"
    REST = "REST"


class ArmOnHostLoss(StrEnum):
    """Argument `on_host_loss` of ARM."""

    STOP = "STOP"
    KEEPOPEN = "KEEPOPEN"
    STANDALONE = "STANDALONE"


class ServiceMode(StrEnum):
    """Argument `mode` of SERVice."""

    OFF = "OFF"
    ON = "ON"


COMMANDS: dict[Command, CommandInfo] = {
    Command.IDN: CommandInfo("*IDN?", "read", ()),
    Command.HELLO: CommandInfo("HELLO", "read", ("hash",)),
    Command.STATUS: CommandInfo("STATus?", "read", ()),
    Command.STOP: CommandInfo("STOP", "stop", ()),
    Command.PART: CommandInfo("PART?", "read", ("index",)),
    Command.LIMITS: CommandInfo("LIMits?", "read", ()),
    Command.ALLOTMENT: CommandInfo("ALLOTment?", "read", ()),
    Command.CONFIG_GET: CommandInfo("CONFig?", "read", ("field",)),
    Command.ALARMS: CommandInfo("ALARms?", "read", ()),
    Command.SELFTEST: CommandInfo("SELFtest?", "read", ()),
    Command.SENSORS: CommandInfo("SENSors?", "read", ()),
    Command.AS_RUN: CommandInfo("ASRun?", "read", ("first",)),
    Command.LOG: CommandInfo("LOG?", "read", ("record",)),
    Command.PROGRAM_CLEAR: CommandInfo("PROGram:CLEar", "safe", ()),
    Command.SEGMENT: CommandInfo(
        "SEGMent", "safe", ("index", "kind", "rate", "end_rate", "volume", "duration")
    ),
    Command.PROGRAM_END: CommandInfo("PROGram:END", "safe", ("then", "rate")),
    Command.ARM: CommandInfo("ARM", "safe", ("from", "on_host_loss", "host_timeout")),
    Command.START: CommandInfo("STARt", "safe", ("token",)),
    Command.DISARM: CommandInfo("DISArm", "safe", ()),
    Command.PAUSE: CommandInfo("PAUSe", "safe", ()),
    Command.PRIME: CommandInfo("PRIMe", "safe", ("volume", "rate")),
    Command.WITHDRAW: CommandInfo("WITHdraw", "safe", ("volume", "rate")),
    Command.REFIT: CommandInfo("REFit", "safe", ("content",)),
    Command.REFIT_CONFIRM: CommandInfo("REFit:CONFirm", "safe", ("token",)),
    Command.ACKNOWLEDGE: CommandInfo("ACKnowledge", "safe", ()),
    Command.SILENCE: CommandInfo("SILence", "safe", ("duration",)),
    Command.ALLOTMENT_NEW: CommandInfo(
        "ALLOTment:NEW",
        "safe",
        ("container", "inner_diameter", "tubing", "capacity", "compliance", "pressure_max", "cap", "rate_max"),
    ),
    Command.ALLOTMENT_CONFIRM: CommandInfo("ALLOTment:CONFirm", "safe", ("token",)),
    Command.CONFIG_SET: CommandInfo("CONFig:SET", "safe", ("field", "value")),
    Command.CONFIG_COMMIT: CommandInfo("CONFig:COMMit", "safe", ()),
    Command.PROVISION: CommandInfo("PROVision", "safe", ()),
    Command.SERVICE: CommandInfo("SERVice", "safe", ("mode",)),
    Command.BOLUS: CommandInfo("BOLus", "safe", ("volume", "rate")),
    Command.TITRATE: CommandInfo("TITRate", "safe", ("rate",)),
    Command.TITRATE_HOLD: CommandInfo("TITRate:HOLD", "safe", ()),
    Command.TITRATE_GO_ON: CommandInfo("TITRate:CONTinue", "safe", ()),
    Command.PROFILE: CommandInfo(
        "PROFile", "safe", ("number", "rate", "soft_rate", "soft_volume", "soft_bolus", "pressure")
    ),
    Command.PROFILE_CLEAR: CommandInfo("PROFile:CLEar", "safe", ()),
    Command.SOFT_CONFIRM: CommandInfo("SOFT:CONFirm", "safe", ("token", "limits")),
}

ALARMS: dict[int, AlarmInfo] = {
    1: AlarmInfo(
        1,
        "OCCLUSION_DOWNSTREAM",
        3,
        2,
        "pressure",
        "Pa",
        "pressure in the fluid path reached the threshold",
        "clear the line, acknowledge, arm the rest",
    ),
    2: AlarmInfo(
        2,
        "AIR_BUBBLE",
        3,
        2,
        "air",
        "nL",
        "a single bubble reached the limit",
        "remove the air, prime, acknowledge, arm the rest",
    ),
    3: AlarmInfo(
        3,
        "ESTOP",
        3,
        2,
        "switches",
        "",
        "the e-stop was pressed; it also cuts the driver in hardware",
        "release it, acknowledge",
    ),
    4: AlarmInfo(
        4,
        "CASSETTE_OUT",
        3,
        2,
        "switches",
        "",
        "cassette or syringe not seated",
        "seat it, acknowledge",
    ),
    5: AlarmInfo(
        5,
        "HOST_LOST",
        2,
        2,
        "host",
        "ms",
        "no valid envelope of the arming link within the time agreed at ARM",
        "reconnect, acknowledge, arm the rest",
    ),
    6: AlarmInfo(
        6,
        "CAP_REACHED",
        3,
        2,
        "volume",
        "steps",
        "the allotment is used up",
        "a new allotment takes two steps and the button",
    ),
    7: AlarmInfo(
        7,
        "WINDOW_REACHED",
        3,
        2,
        "volume",
        "steps",
        "the rolling window is used up",
        "wait until it moves on",
    ),
    8: AlarmInfo(
        8,
        "LEDGER_FULL",
        3,
        2,
        "store",
        "records",
        "no erased room left in the ledger",
        "acknowledge, arm again (it erases ahead)",
    ),
    9: AlarmInfo(
        9,
        "DRIVE_STARVED",
        2,
        2,
        "drive",
        "ms",
        "a tick came so late that the drive stood still while steps were due",
        "see the journal for the tick's length",
    ),
    10: AlarmInfo(
        10,
        "LIMIT_REFUSED",
        3,
        2,
        "drive",
        "steps",
        "the governor granted less than the program was due for longer than one tick",
        "arm again; report it, for ARM should have refused",
    ),
    11: AlarmInfo(
        11,
        "POWER_LOST",
        2,
        2,
        "supply",
        "reset cause",
        "the board restarted while it was running; value: 1 power-on (a brown-out looks the same), 3 soft reset",
        "check the supply, acknowledge, load and arm again",
    ),
    12: AlarmInfo(
        12,
        "WATCHDOG",
        3,
        2,
        "clock",
        "",
        "the watchdog restarted the board",
        "see the journal, acknowledge, load and arm again",
    ),
    32: AlarmInfo(
        32,
        "PRESSURE_RAIL",
        3,
        3,
        "pressure",
        "code",
        "the pressure sensor reads at a rail or does not answer",
        "check its wiring, restart",
    ),
    33: AlarmInfo(
        33,
        "PRESSURE_STUCK",
        3,
        3,
        "pressure",
        "code",
        "the pressure reading has no noise: the same code for 2 s",
        "check the sensor, restart",
    ),
    34: AlarmInfo(
        34,
        "AIR_RAIL",
        3,
        3,
        "air",
        "code",
        "the air sensor reads at a rail or does not answer",
        "check its wiring, restart",
    ),
    35: AlarmInfo(
        35,
        "AIR_STUCK",
        3,
        3,
        "air",
        "code",
        "the air reading has no noise: the same code for 2 s",
        "check the sensor, restart",
    ),
    36: AlarmInfo(
        36,
        "STEP_COUNT",
        3,
        3,
        "drive",
        "steps",
        "hardware step count disagrees with debits minus outstanding",
        "check the drive, restart",
    ),
    37: AlarmInfo(
        37,
        "STORAGE_FAILED",
        3,
        3,
        "store",
        "address",
        "a ledger record could not be written and read back",
        "replace the board's memory",
    ),
    38: AlarmInfo(
        38,
        "GOVERNOR_STATE",
        3,
        3,
        "governor",
        "",
        "the two copies of the governor's state differ",
        "restart; if it comes back replace the board",
    ),
    39: AlarmInfo(
        39,
        "CONFIG_INVALID",
        2,
        3,
        "config",
        "field",
        "the configuration is missing (value -1), of a version not known (-2), or lacks a field or has one out of range (value: the field)",
        "provision with the service jumper",
    ),
    40: AlarmInfo(
        40,
        "LEDGER_INVALID",
        3,
        3,
        "store",
        "",
        "the ledger is missing, blank, or older than the configuration's copy of its generation",
        "provision with the service jumper",
    ),
    41: AlarmInfo(
        41,
        "DRIVE_REFUSED",
        3,
        3,
        "drive",
        "steps",
        "the drive did not take a lease that was debited",
        "restart; check the enable line",
    ),
    42: AlarmInfo(
        42,
        "UNCAUGHT",
        3,
        3,
        "firmware",
        "state",
        "an exception reached the main loop; value: the state, limit: what of the tick had run (1 sensed, 2 detected, 4 decided, 8 delivered; 0: the link)",
        "report it with the journal, restart; the next start tells it again until it is acknowledged",
    ),
    46: AlarmInfo(
        46,
        "CODE_CHANGED",
        3,
        3,
        "firmware",
        "file",
        "a file of the firmware is not what was deployed; value: its line in manifest.txt, 0: the manifest itself is damaged",
        "deploy the firmware again",
    ),
    64: AlarmInfo(64, "END_OF_INFUSION", 1, 1, "program", "", "the program has ended", "none"),
    13: AlarmInfo(
        13,
        "AIR_TOTAL",
        3,
        2,
        "air",
        "nL",
        "bubbles of at least 50 uL added up to more than the limit in 15 min of powered time",
        "remove the air and its source; it can be acknowledged when the 15 min hold less than the limit again",
    ),
    14: AlarmInfo(
        14,
        "OCCLUSION_SLOPE",
        3,
        2,
        "pressure",
        "Pa/uL",
        "pressure rises with displaced volume as in a line that is shut",
        "clear the line, acknowledge, arm the rest",
    ),
    15: AlarmInfo(
        15,
        "SUPPLY_DEPLETED",
        3,
        2,
        "supply",
        "mV",
        "the supply fell below what the board needs to stop in order",
        "charge or replace the supply, acknowledge, arm the rest",
    ),
    43: AlarmInfo(
        43,
        "SUPPLY_RAIL",
        3,
        3,
        "supply",
        "code",
        "the supply reading is at a rail or does not answer",
        "check its wiring, restart",
    ),
    44: AlarmInfo(
        44,
        "SUPPLY_STUCK",
        3,
        3,
        "supply",
        "code",
        "the supply reading has no noise: the same code for 10 s",
        "check its wiring, restart",
    ),
    45: AlarmInfo(
        45,
        "AIR_BLIND",
        3,
        3,
        "air",
        "code",
        "the air detector was excited and did not show air",
        "check the detector and how the line lies in it, restart",
    ),
    65: AlarmInfo(
        65,
        "SUPPLY_LOW",
        2,
        1,
        "supply",
        "mV",
        "the supply is low; the pump will stop when it falls further",
        "charge or replace the supply",
    ),
    66: AlarmInfo(
        66,
        "NEAR_END",
        1,
        1,
        "program",
        "ticks",
        "the infusion ends within the time set",
        "have the next one ready",
    ),
    67: AlarmInfo(
        67,
        "PROGRAM_WAITING",
        1,
        1,
        "program",
        "s",
        "a program is loaded and was not started, or not continued, within the time set",
        "start it, or clear it",
    ),
    24: AlarmInfo(
        24,
        "UNCAUGHT_BEFORE",
        3,
        2,
        "firmware",
        "state",
        "before this restart an exception in the firmware stopped the pump; the journal has its record",
        "report it with the journal, acknowledge, load and arm again",
    ),
    20: AlarmInfo(
        20,
        "CONTAINER_EMPTY",
        3,
        2,
        "volume",
        "steps",
        "the plunger is at the end of its travel",
        "acknowledge, change the container, confirm it (benchpump refit), prime, arm the rest",
    ),
    21: AlarmInfo(
        21,
        "WITHDRAWAL_SPENT",
        2,
        2,
        "volume",
        "steps",
        "the budget for drawing back is used up",
        "acknowledge; a new allotment has a new one",
    ),
    22: AlarmInfo(
        22,
        "SUCTION",
        3,
        2,
        "pressure",
        "Pa below ambient",
        "while withdrawing, the pressure fell below the limit: the line or the supply is shut",
        "open it, acknowledge, withdraw again",
    ),
    28: AlarmInfo(
        28,
        "OCCLUSION_UPSTREAM",
        3,
        2,
        "upstream",
        "Pa",
        "suction between container and pump reached the threshold: the line is shut there, or the bag is empty",
        "open the clamp or change the bag, acknowledge, arm the rest",
    ),
    25: AlarmInfo(
        25,
        "FREE_FLOW",
        3,
        2,
        "flow",
        "nL",
        "more flows out than the motor moves: nothing holds the liquid back",
        "clamp the line at once; the pump cannot stop this. Seat tubing or syringe, acknowledge when it has ended",
    ),
    26: AlarmInfo(
        26,
        "OVER_DELIVERY",
        3,
        2,
        "flow",
        "%",
        "over 15 min of running the flow sensor saw more than 110 % of what the steps are worth",
        "check container and calibration, acknowledge, arm the rest",
    ),
    27: AlarmInfo(
        27,
        "UNDER_DELIVERY",
        3,
        2,
        "flow",
        "%",
        "over 15 min of running the flow sensor saw less than 90 % of what the steps are worth",
        "look for a leak, a narrow line or worn tubing, check the calibration, acknowledge, arm the rest",
    ),
    52: AlarmInfo(
        52,
        "DRIVE_STALL",
        3,
        3,
        "encoder",
        "nL",
        "the shaft is behind the steps by 50 uL: the motor stalls or loses steps",
        "look what blocks the mechanism, check the driver, restart",
    ),
    53: AlarmInfo(
        53,
        "ENCODER_LOST",
        3,
        3,
        "encoder",
        "count",
        "the encoder does not answer, or counts what the motor cannot do",
        "check its wiring, restart",
    ),
    54: AlarmInfo(
        54,
        "FLOW_LOST",
        3,
        3,
        "flow",
        "count",
        "the flow sensor does not answer, or counts what cannot flow",
        "check its wiring, restart",
    ),
    55: AlarmInfo(
        55,
        "UPSTREAM_RAIL",
        3,
        3,
        "upstream",
        "code",
        "the upstream pressure sensor reads at a rail or does not answer",
        "check its wiring, restart",
    ),
    56: AlarmInfo(
        56,
        "UPSTREAM_STUCK",
        3,
        3,
        "upstream",
        "code",
        "the upstream pressure reading has no noise: the same code for 10 s",
        "check its wiring, restart",
    ),
    57: AlarmInfo(
        57,
        "PRESSURE_IMPLAUSIBLE",
        3,
        3,
        "pressure",
        "Pa below ambient",
        "while infusing the pressure reads further below ambient than any outlet can hang",
        "check the sensor, its zero (pressure_zero_code) and its wiring, restart",
    ),
    58: AlarmInfo(
        58,
        "PRESSURE_UNMOVED",
        3,
        3,
        "pressure",
        "Pa",
        "an infusion started and the pressure did not move: the sensor is stuck with live noise or off the line",
        "check that the sensor sits on the line; a line so wide that flow shows nothing needs another unmoved_from_nl_h; restart",
    ),
}

EVENTS: dict[int, str] = {
    128: "BOOT: value: reset cause",
    129: "STATE: value: new state, limit: old state",
    130: "COMMAND: value: command number, limit: error code or 0",
    131: "TIME_SHIFT: value: ticks by which program time was shifted",
    132: "ALLOTMENT: value: identity, limit: cap in steps",
    133: "PROVISIONED: value: generation",
    134: "ACKNOWLEDGED: value: alarm",
    138: "REFITTED: value: content confirmed in steps, limit: allotment",
    139: "WITHDRAWN: value: steps drawn back, limit: steps asked for",
    144: "BOLUS_STARTED: value: steps asked for, limit: its rate in nL/h",
    145: "BOLUS_ENDED: value: steps given, limit: steps asked for; fewer: it was cut short",
    146: "TITRATED: value: new rate, limit: rate before, nL/h",
    147: "HELD: value: rate in nL/h, limit: segment",
    148: "WENT_ON: value: segment that was held, limit: its rate in nL/h",
    152: "PROFILE: value: number of the profile that is active now, 0 none, limit: its hard rate in nL/h, 0 none",
    153: "SOFT_CONFIRMED: value: bit set of the soft limits that were confirmed, limit: number of the active profile",
    160: "CONFIG_SET: value: field, limit: its new value, in use from the next commit on",
    161: "LIMIT_WIDENED: value: field, limit: its new value: a limit made wider, with the service jumper",
}

SOFT: dict[Soft, str] = {
    Soft.RATE: "above the profile's soft rate, bolus and program together",
    Soft.VOLUME: "above the profile's soft volume, of a run with its boluses",
    Soft.BOLUS: "above the profile's soft volume of one bolus",
    Soft.BUBBLE: "the single bubble that trips is configured above 200 uL",
}

CONFIG: tuple[ConfigField, ...] = (
    ConfigField(
        0,
        "calibration_ppm",
        "ppm of the container's geometry",
        900000,
        1100000,
        1000000,
        "true volume per step over geometric volume per step, times a million (±10 %, own); less: more is delivered for the same figure",
        "down",
    ),
    ConfigField(
        1,
        "max_rate_nl_h",
        "nL/h",
        1000,
        500000000,
        300000000,
        "rate limit of this pump; narrows the board's",
        "up",
    ),
    ConfigField(
        2, "window_cap_ul", "uL", 10, 100000000, 50000, "most volume in the rolling window", "up"
    ),
    ConfigField(
        3,
        "window_minutes",
        "min of powered time",
        60,
        1440,
        1440,
        "length of the rolling window",
        "down",
    ),
    ConfigField(
        4,
        "occlusion_pa",
        "Pa",
        13800,
        137900,
        68950,
        "downstream occlusion threshold (2..20 psi; default 10 psi)",
        "up",
    ),
    ConfigField(
        5,
        "air_bubble_nl",
        "nL",
        20000,
        500000,
        100000,
        "single bubble that trips (own default 100 uL); above 200 uL, the most IEC has in mind, each start takes SOFT:CONFirm",
        "up",
    ),
    ConfigField(
        6,
        "relief_nl",
        "nL",
        0,
        200000,
        200000,
        "most that a back-off after occlusion may reverse (<= 0.2 mL, own); 0: no back-off",
        "up",
    ),
    ConfigField(
        7,
        "pressure_zero_code",
        "ADC code",
        100,
        1000,
        410,
        "pressure reading at ambient; more: less pressure is seen",
        "up",
    ),
    ConfigField(
        8,
        "ledger_generation",
        "count",
        0,
        1073741823,
        0,
        "copy of the ledger's generation; set by PROVision only",
        "none",
    ),
    ConfigField(
        9,
        "air_total_nl",
        "nL",
        100000,
        1000000,
        1000000,
        "air that trips when more than this passed in 15 min of powered time (bubbles below 50 uL not counted)",
        "up",
    ),
    ConfigField(
        10,
        "occlusion_pa_per_ul",
        "Pa/uL",
        0,
        5000,
        0,
        "occlusion by slope: rise for each uL displaced; half of what a shut line gives, which is 1000000 / compliance in nL/kPa; 0: disabled",
        "up_or_off",
    ),
    ConfigField(
        11,
        "near_end_minutes",
        "min",
        0,
        60,
        3,
        "near end of infusion is signalled when so much is left; 0: disabled",
        "none",
    ),
    ConfigField(
        12,
        "callback_minutes",
        "min",
        0,
        60,
        10,
        "a loaded program that waits for so long is signalled; 0: disabled",
        "none",
    ),
    ConfigField(
        13,
        "bolus_lockout_minutes",
        "min",
        1,
        1440,
        10,
        "least time from one bolus on demand to the next (own), across restarts",
        "down",
    ),
    ConfigField(
        14,
        "bolus_count",
        "count",
        0,
        12,
        4,
        "most boluses on demand in a window's length, across restarts (own); 0: none",
        "up",
    ),
    ConfigField(
        15,
        "titration_step_ppm",
        "ppm of the present rate",
        0,
        1000000,
        200000,
        "most change of rate in one step while running (own)",
        "up",
    ),
    ConfigField(
        16,
        "titration_count",
        "count",
        0,
        12,
        6,
        "most changes of rate in a period while running; 0: none",
        "up",
    ),
    ConfigField(17, "titration_minutes", "min", 1, 1440, 60, "that period (own)", "down"),
    ConfigField(
        18,
        "upstream_pa",
        "Pa",
        5000,
        60000,
        20000,
        "upstream occlusion threshold, suction below ambient (own); where a sensor is fitted between container and pump",
        "up",
    ),
    ConfigField(
        19,
        "ramp_slope_nl_h_min",
        "nL/h per min",
        0,
        1000000000,
        0,
        "steepest that a RAMP segment may be, up or down (own); 0: only the rate limits bind",
        "up_or_off",
    ),
    ConfigField(
        20,
        "withdraw_ul",
        "uL",
        0,
        100000000,
        20000,
        "most that may be drawn back in an allotment, all withdrawals together (own: a 10 mL syringe twice); 0: none",
        "up",
    ),
    ConfigField(
        21,
        "suction_pa",
        "Pa below ambient",
        2000,
        20000,
        15000,
        "suction that stops a withdrawal (own: within what the sensor reads below ambient)",
        "up",
    ),
    ConfigField(
        22,
        "unmoved_from_nl_h",
        "nL/h",
        0,
        500000000,
        50000000,
        "rate from which a start must move the pressure by 300 Pa (own; 1 m of 1 mm bore gives 550 Pa of water at 50 mL/h); 0: disabled",
        "up_or_off",
    ),
)


class PumpSyntaxError(PumpRefused):
    """101: the line is not a command."""

    info = ErrorInfo(
        101,
        "SYNTAX",
        "the line is not a command",
        "check spelling and the number of arguments; detail is the argument or column at fault",
    )


class PumpTooLongError(PumpRefused):
    """102: the line is longer than 160 bytes."""

    info = ErrorInfo(
        102, "TOO_LONG", "the line is longer than 160 bytes", "send one command a line"
    )


class PumpNotAsciiError(PumpRefused):
    """103: the line holds bytes that no command has."""

    info = ErrorInfo(
        103,
        "NOT_ASCII",
        "the line holds bytes that no command has",
        "check baud rate and cable; detail is the first such byte",
    )


class PumpBadCrcError(PumpRefused):
    """104: the check of the safe envelope failed."""

    info = ErrorInfo(
        104, "BAD_CRC", "the check of the safe envelope failed", "send the same frame again"
    )


class PumpWrongLinkError(PumpRefused):
    """105: the link identity is not the one in force."""

    info = ErrorInfo(
        105,
        "WRONG_LINK",
        "the link identity is not the one in force",
        "HELLO again; another program may have opened the pump",
    )


class PumpOutOfOrderError(PumpRefused):
    """106: the sequence number is neither the last nor the next."""

    info = ErrorInfo(
        106,
        "OUT_OF_ORDER",
        "the sequence number is neither the last nor the next",
        "HELLO again; detail is the number expected",
    )


class PumpNeedsEnvelopeError(PumpRefused):
    """107: this command is not accepted on a bare line."""

    info = ErrorInfo(
        107,
        "NEEDS_ENVELOPE",
        "this command is not accepted on a bare line",
        "use the safe envelope",
    )


class PumpProtocolMismatchError(PumpRefused):
    """108: host and firmware were built from different protocols."""

    info = ErrorInfo(
        108,
        "PROTOCOL_MISMATCH",
        "host and firmware were built from different protocols",
        "install the host tools that match *IDN?, or flash the firmware again; reading and stopping work",
    )


class PumpOutOfRangeError(PumpRefused):
    """109: an argument is outside its range."""

    info = ErrorInfo(
        109,
        "OUT_OF_RANGE",
        "an argument is outside its range",
        "detail is the argument, counted from 0",
    )


class PumpNoPartError(PumpRefused):
    """110: there is no such part."""

    info = ErrorInfo(
        110, "NO_PART", "there is no such part", "repeat the command that announced the parts"
    )


class PumpReplyTooLongError(PumpRefused):
    """111: the answer does not fit a reply of 64 bytes."""

    info = ErrorInfo(
        111,
        "REPLY_TOO_LONG",
        "the answer does not fit a reply of 64 bytes",
        "report it: the firmware should have answered in parts",
    )


class PumpFloodedError(PumpRefused):
    """112: more lines came than the pump keeps; those after the eighth were dropped."""

    info = ErrorInfo(
        112,
        "FLOODED",
        "more lines came than the pump keeps; those after the eighth were dropped",
        "wait for each reply before sending the next line",
    )


class PumpWrongStateError(PumpRefused):
    """201: not possible in this state."""

    info = ErrorInfo(
        201, "WRONG_STATE", "not possible in this state", "detail is the state; see STATus?"
    )


class PumpAlarmLatchedError(PumpRefused):
    """202: an alarm is latched."""

    info = ErrorInfo(
        202,
        "ALARM_LATCHED",
        "an alarm is latched",
        "remove its cause, then ACKnowledge; detail is the alarm",
    )


class PumpUnprovisionedError(PumpRefused):
    """203: no usable ledger or configuration."""

    info = ErrorInfo(
        203,
        "UNPROVISIONED",
        "no usable ledger or configuration",
        "fit the service jumper and run benchpump provision; detail is the self-test item",
    )


class PumpNoAllotmentError(PumpRefused):
    """204: no allotment in force."""

    info = ErrorInfo(
        204, "NO_ALLOTMENT", "no allotment in force", "make one: ALLOTment:NEW, then the button"
    )


class PumpNoProgramError(PumpRefused):
    """205: no closed program is loaded."""

    info = ErrorInfo(
        205, "NO_PROGRAM", "no closed program is loaded", "send SEGMent lines and PROGram:END"
    )


class PumpSegmentOrderError(PumpRefused):
    """206: segments go up one by one from 0."""

    info = ErrorInfo(
        206, "SEGMENT_ORDER", "segments go up one by one from 0", "detail is the index expected"
    )


class PumpSegmentInvalidError(PumpRefused):
    """207: the segment's numbers do not fit its kind."""

    info = ErrorInfo(
        207,
        "SEGMENT_INVALID",
        "the segment's numbers do not fit its kind",
        "detail is the segment",
    )


class PumpRateLimitError(PumpRefused):
    """208: a rate is above the effective limit."""

    info = ErrorInfo(
        208,
        "RATE_LIMIT",
        "a rate is above the effective limit",
        "LIMits? names what binds; detail is the limit in nL/h",
    )


class PumpOverCapError(PumpRefused):
    """209: the program needs more volume than the allotment has left."""

    info = ErrorInfo(
        209,
        "OVER_CAP",
        "the program needs more volume than the allotment has left",
        "shorten it, or make a new allotment with the button; detail is what is left in nL, at most 1073741823",
    )


class PumpOverWindowError(PumpRefused):
    """210: the program needs more volume than the rolling window can give."""

    info = ErrorInfo(
        210,
        "OVER_WINDOW",
        "the program needs more volume than the rolling window can give",
        "wait or shorten it; detail is what the window can give in nL",
    )


class PumpLedgerFullError(PumpRefused):
    """211: the ledger has no room for this infusion."""

    info = ErrorInfo(
        211,
        "LEDGER_FULL",
        "the ledger has no room for this infusion",
        "shorten it; detail is the records needed",
    )


class PumpBadTokenError(PumpRefused):
    """212: the token is wrong, used, or void."""

    info = ErrorInfo(212, "BAD_TOKEN", "the token is wrong, used, or void", "ARM again")


class PumpTokenExpiredError(PumpRefused):
    """213: the token is older than 30 s."""

    info = ErrorInfo(213, "TOKEN_EXPIRED", "the token is older than 30 s", "ARM again")


class PumpNeedsButtonError(PumpRefused):
    """214: the local button has not been pressed since the first step."""

    info = ErrorInfo(
        214,
        "NEEDS_BUTTON",
        "the local button has not been pressed since the first step",
        "press it, then confirm again",
    )


class PumpNeedsJumperError(PumpRefused):
    """215: the service jumper is not fitted."""

    info = ErrorInfo(
        215,
        "NEEDS_JUMPER",
        "the service jumper is not fitted",
        "fit it; it is needed for provisioning and for widening a limit",
    )


class PumpJumperFittedError(PumpRefused):
    """216: the service jumper is fitted: no pumping."""

    info = ErrorInfo(216, "JUMPER_FITTED", "the service jumper is fitted: no pumping", "remove it")


class PumpConfigRangeError(PumpRefused):
    """217: a configuration value is outside its range."""

    info = ErrorInfo(
        217, "CONFIG_RANGE", "a configuration value is outside its range", "detail is the field"
    )


class PumpConfigFieldError(PumpRefused):
    """218: no such configuration field."""

    info = ErrorInfo(
        218, "CONFIG_FIELD", "no such configuration field", "see benchpump config get"
    )


class PumpStorageError(PumpRefused):
    """219: the memory did not take it."""

    info = ErrorInfo(
        219,
        "STORAGE",
        "the memory did not take it",
        "try again; if it persists replace the board; detail is the address",
    )


class PumpGeometryError(PumpRefused):
    """220: calibration over 10 % off the container's geometry, or no such container can be."""

    info = ErrorInfo(
        220,
        "GEOMETRY",
        "calibration over 10 % off the container's geometry, or no such container can be",
        "check the container's diameter and the calibration",
    )


class PumpKeepOpenError(PumpRefused):
    """221: the keep-open rate is above the infusion rate or cannot be kept inside the caps."""

    info = ErrorInfo(
        221,
        "KEEP_OPEN",
        "the keep-open rate is above the infusion rate or cannot be kept inside the caps",
        "lower it; detail is the highest possible in nL/h",
    )


class PumpBusyError(PumpRefused):
    """222: memory is still being prepared."""

    info = ErrorInfo(
        222, "BUSY", "memory is still being prepared", "ask again; see the flag `preparing`"
    )


class PumpContainerLimitError(PumpRefused):
    """223: more than the container holds, or above its pressure."""

    info = ErrorInfo(
        223,
        "CONTAINER_LIMIT",
        "more than the container holds, or above its pressure",
        "detail is what it can give in nL, or its pressure in Pa",
    )


class PumpSwitchOpenError(PumpRefused):
    """224: e-stop pressed, or cassette or syringe not seated."""

    info = ErrorInfo(
        224,
        "SWITCH_OPEN",
        "e-stop pressed, or cassette or syringe not seated",
        "release it; detail is the switch",
    )


class PumpNothingLeftError(PumpRefused):
    """225: the program has nothing left to run."""

    info = ErrorInfo(
        225, "NOTHING_LEFT", "the program has nothing left to run", "ARM FRESH, or load another"
    )


class PumpFaultLatchedError(PumpRefused):
    """226: a fault is latched."""

    info = ErrorInfo(
        226,
        "FAULT_LATCHED",
        "a fault is latched",
        "mend it and restart the board; detail is the fault",
    )


class PumpBolusLockedError(PumpRefused):
    """240: a bolus runs, or the lockout since the last one is not over."""

    info = ErrorInfo(
        240,
        "BOLUS_LOCKED",
        "a bolus runs, or the lockout since the last one is not over",
        "wait; detail is how long, in ticks of 50 ms",
    )


class PumpBolusCountError(PumpRefused):
    """241: as many boluses as a window may have."""

    info = ErrorInfo(
        241,
        "BOLUS_COUNT",
        "as many boluses as a window may have",
        "wait; detail is how long, in ticks of 50 ms, 0 where none is allowed",
    )


class PumpNotTitratableError(PumpRefused):
    """242: no rate that could be changed so: not a constant segment (to hold: nor a ramp), or nothing is held."""

    info = ErrorInfo(
        242,
        "NOT_TITRATABLE",
        "no rate that could be changed so: not a constant segment (to hold: nor a ramp), or nothing is held",
        "wait for such a segment; detail is the segment",
    )


class PumpTitrationStepError(PumpRefused):
    """243: more change than one step may be."""

    info = ErrorInfo(
        243,
        "TITRATION_STEP",
        "more change than one step may be",
        "take smaller steps; detail is the most in nL/h",
    )


class PumpTitrationCountError(PumpRefused):
    """244: as many changes of rate as a period may have."""

    info = ErrorInfo(
        244,
        "TITRATION_COUNT",
        "as many changes of rate as a period may have",
        "wait; detail is how long, in ticks of 50 ms, 0 where none is allowed",
    )


class PumpUnconfirmedError(PumpRefused):
    """250: the seat switch was open since the container was confirmed."""

    info = ErrorInfo(
        250,
        "UNCONFIRMED",
        "the seat switch was open since the container was confirmed",
        "confirm the container: benchpump refit",
    )


class PumpNotRefittedError(PumpRefused):
    """251: the seat switch was not open since the container was confirmed."""

    info = ErrorInfo(
        251,
        "NOT_REFITTED",
        "the seat switch was not open since the container was confirmed",
        "take the container out and seat it again, then repeat",
    )


class PumpInfusionBegunError(PumpRefused):
    """252: the loaded program was begun and has something left: nothing is drawn back inside an infusion."""

    info = ErrorInfo(
        252,
        "INFUSION_BEGUN",
        "the loaded program was begun and has something left: nothing is drawn back inside an infusion",
        "finish it, or give it up with PROGram:CLEar; detail is the segment",
    )


class PumpOverWithdrawalError(PumpRefused):
    """253: more than the budget for drawing back has left, or than the container has room for."""

    info = ErrorInfo(
        253,
        "OVER_WITHDRAWAL",
        "more than the budget for drawing back has left, or than the container has room for",
        "withdraw less; detail is how much is possible in nL, at most 1073741823",
    )


class PumpTravelUnsureError(PumpRefused):
    """254: motion was cut off, so it is not known how far the plunger may be drawn back."""

    info = ErrorInfo(
        254,
        "TRAVEL_UNSURE",
        "motion was cut off, so it is not known how far the plunger may be drawn back",
        "take the container out, seat it again and confirm it: benchpump refit",
    )


class PumpSoftUnconfirmedError(PumpRefused):
    """260: a soft limit is exceeded and was not confirmed."""

    info = ErrorInfo(
        260,
        "SOFT_UNCONFIRMED",
        "a soft limit is exceeded and was not confirmed",
        "let a person decide, then SOFT:CONFirm with the token and exactly those limits; detail is their bit set, see [soft]",
    )


class PumpSoftDiffersError(PumpRefused):
    """261: not the soft limits that the first step named."""

    info = ErrorInfo(
        261,
        "SOFT_DIFFERS",
        "not the soft limits that the first step named",
        "confirm exactly those; detail is their bit set, see [soft]",
    )


class PumpProfileInvalidError(PumpRefused):
    """262: the profile's numbers do not go together."""

    info = ErrorInfo(
        262,
        "PROFILE_INVALID",
        "the profile's numbers do not go together",
        "a soft limit lies at or below the hard one; detail is the argument, counted from 0",
    )


class PumpProfileLimitError(PumpRefused):
    """263: the occlusion threshold is above the pressure of the active profile."""

    info = ErrorInfo(
        263,
        "PROFILE_LIMIT",
        "the occlusion threshold is above the pressure of the active profile",
        "lower it (config occlusion_pa); detail is the profile's pressure in Pa",
    )


class PumpJournalFullError(PumpRefused):
    """236: no room for the records of this run, or of this command."""

    info = ErrorInfo(
        236,
        "JOURNAL_FULL",
        "no room for the records of this run, or of this command",
        "while running: stop, and let it make room; at ARM: allow fewer boluses or titrations in a period; detail is the records needed, or free",
    )


class PumpRepeatError(PumpRefused):
    """270: a repeat reaches back to before the first segment or over another repeat, or repeats nothing."""

    info = ErrorInfo(
        270,
        "REPEAT",
        "a repeat reaches back to before the first segment or over another repeat, or repeats nothing",
        "repeats cannot be nested; detail is how many segments before it there are to repeat",
    )


class PumpRampSlopeError(PumpRefused):
    """271: a ramp is steeper than the limit."""

    info = ErrorInfo(
        271,
        "RAMP_SLOPE",
        "a ramp is steeper than the limit",
        "give it more time; detail is the steepest allowed, in nL/h per minute",
    )


class PumpControlledError(PumpRefused):
    """301: another program controls the pump."""

    info = ErrorInfo(
        301,
        "CONTROLLED",
        "another program controls the pump",
        "close that program, or only read and stop; detail is its process number",
    )


class PumpPortLostError(PumpRefused):
    """302: the hub lost the port."""

    info = ErrorInfo(
        302, "PORT_LOST", "the hub lost the port", "check cable and supply, then connect again"
    )


class PumpNoReplyError(PumpRefused):
    """303: the pump did not answer the hub in time."""

    info = ErrorInfo(
        303,
        "NO_REPLY",
        "the pump did not answer the hub in time",
        "send the same frame again; if it persists check cable and supply",
    )


ERRORS: dict[int, type[PumpRefused]] = {
    101: PumpSyntaxError,
    102: PumpTooLongError,
    103: PumpNotAsciiError,
    104: PumpBadCrcError,
    105: PumpWrongLinkError,
    106: PumpOutOfOrderError,
    107: PumpNeedsEnvelopeError,
    108: PumpProtocolMismatchError,
    109: PumpOutOfRangeError,
    110: PumpNoPartError,
    111: PumpReplyTooLongError,
    112: PumpFloodedError,
    201: PumpWrongStateError,
    202: PumpAlarmLatchedError,
    203: PumpUnprovisionedError,
    204: PumpNoAllotmentError,
    205: PumpNoProgramError,
    206: PumpSegmentOrderError,
    207: PumpSegmentInvalidError,
    208: PumpRateLimitError,
    209: PumpOverCapError,
    210: PumpOverWindowError,
    211: PumpLedgerFullError,
    212: PumpBadTokenError,
    213: PumpTokenExpiredError,
    214: PumpNeedsButtonError,
    215: PumpNeedsJumperError,
    216: PumpJumperFittedError,
    217: PumpConfigRangeError,
    218: PumpConfigFieldError,
    219: PumpStorageError,
    220: PumpGeometryError,
    221: PumpKeepOpenError,
    222: PumpBusyError,
    223: PumpContainerLimitError,
    224: PumpSwitchOpenError,
    225: PumpNothingLeftError,
    226: PumpFaultLatchedError,
    240: PumpBolusLockedError,
    241: PumpBolusCountError,
    242: PumpNotTitratableError,
    243: PumpTitrationStepError,
    244: PumpTitrationCountError,
    250: PumpUnconfirmedError,
    251: PumpNotRefittedError,
    252: PumpInfusionBegunError,
    253: PumpOverWithdrawalError,
    254: PumpTravelUnsureError,
    260: PumpSoftUnconfirmedError,
    261: PumpSoftDiffersError,
    262: PumpProfileInvalidError,
    263: PumpProfileLimitError,
    236: PumpJournalFullError,
    270: PumpRepeatError,
    271: PumpRampSlopeError,
    301: PumpControlledError,
    302: PumpPortLostError,
    303: PumpNoReplyError,
}
