"""Commands of the room `rekap` besides its verbs."""

from siaga.cli.commands import ModuleCommand

__all__ = ["COMMANDS"]

COMMANDS = (ModuleCommand("tally", "siaga.cli.rekap.tally", "cli.tally"),)
