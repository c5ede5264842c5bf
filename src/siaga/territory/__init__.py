"""The land and what every engine needs of it: areas, elections, stations, claims.

Also Situation and Line (what an engine is given and gives), the roll-up, shapes, and
the importer of a province's folder.
"""
