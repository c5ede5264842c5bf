"""What every room stands on and that knows no election.

Errors (`problems`), two languages (`words`), parameters (`params`), the list of rooms
(`rooms`), runs (`runs`), the workspace folder (`workspace`), columns (`tables`) and
progress (`progress`).
"""
