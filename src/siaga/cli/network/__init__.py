"""Commands of the room `network` besides its verbs."""

from siaga.cli.commands import ModuleCommand
from siaga.cli.room_table import TableCommand
from siaga.house.rooms import room

__all__ = ["COMMANDS"]

COMMANDS = (
    TableCommand(room("network"), "channels", "channels"),
    ModuleCommand("measure", "siaga.cli.network.measure", "cli.measure"),
    ModuleCommand("cards", "siaga.cli.network.cards", "cli.cards"),
    ModuleCommand("coverage", "siaga.cli.network.coverage", "cli.coverage"),
)
