"""The command line: `siaga COMMAND`.

`main` is the entry, `commands` the list of commands, `parser` argparse in the chosen
language, `call` what a command is given. One module a command; a room that is in the
list of rooms gets its commands from its verbs (`verbs`), and may bring further ones in
`siaga.cli.<room>.COMMANDS`. Nothing heavy is imported before a command runs.
"""
