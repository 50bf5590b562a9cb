"""The FMEA's page: every fault of the project is on it, with what was measured."""

from __future__ import annotations

from benchpump import tree_root
from benchpump.testing.procedures import ML_H
from benchpump.testing.safety import fmea
from benchpump.testing.safety.causes import BY_NAME
from benchpump.testing.safety.stopping import Stop

FAULTS = fmea.load(tree_root() / "docs" / "safety" / "fmea.toml")


def test_every_fault_of_the_project_is_on_the_page() -> None:
    """REQ-FMEA-1: no fault is lost on the way, latent ones have their own table."""
    shown, latent = fmea.page(FAULTS, []).split("## Latent faults")
    for fault in FAULTS:
        assert f"| {fault.part} | {fault.failure} |" in (latent if fault.latent else shown)


def test_what_is_measured_is_a_cause() -> None:
    """`measured` names a row of the table of stopping causes."""
    assert {fault.measured for fault in FAULTS if fault.measured} <= BY_NAME.keys()


def test_measured_figures_stand_beside_the_analysis() -> None:
    """A fault that a stop measured shows it at both rates; one that was not says so."""
    fault = next(fault for fault in FAULTS if fault.measured == "cassette")
    fast = Stop("cassette", 300 * ML_H, 0, "emulator", 42.6, 4385.0, 0.0, ["CASSETTE_OUT"])
    assert "| 43 ms, 4.38 µL / not measured |" in fmea.page([fault], [fast])
    fast = Stop("cassette", 300 * ML_H, 0, "emulator", 42.6, 4386.0, 0.0, ["CASSETTE_OUT"])
    assert "| 43 ms, 4.39 µL / not measured |" in fmea.page([fault], [fast])


def test_latent_faults_named_by_the_analysis_are_there() -> None:
    """REQ-FMEA-1: air sensor stuck wet, welded e-stop, jumper left in, counter stuck."""
    latent = {f"{fault.part}: {fault.failure}" for fault in FAULTS if fault.latent}
    for wanted in ("air sensor: stuck", "e-stop: contact", "service jumper", "step counter"):
        assert any(name.startswith(wanted) for name in latent)
