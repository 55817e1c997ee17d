"""The register itself: licenses, what happened to them, and the periods from which any day's standing is computed.

Three ways to write it, each inside a `changes.services.register_change`:
  services   one act of one officer, decided by the table in rules.py: what every other module calls
  reconcile  a list of thousands, compared with what is held and written in few statements: importing alone
  bulk       rows that are made up and agree with each other already: sampling alone
"""
