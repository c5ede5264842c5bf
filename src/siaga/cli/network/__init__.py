"""Commands of the room `network` besides its verbs."""

from siaga.cli.commands import ModuleCommand

__all__ = ["COMMANDS"]

COMMANDS = (ModuleCommand("cards", "siaga.cli.network.cards", "cli.cards"),)
