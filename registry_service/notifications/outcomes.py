"""What can come of handing a message over, whichever way it goes; when nothing is raised, it was taken."""


class RefusedError(Exception):
    """No message of ours will ever reach this recipient this way."""


class PutOffError(Exception):
    """This message is not taken at present, and others may be."""


class NotNowError(Exception):
    """Nothing is passed on at present, or no answer came in time. The message may or may not have arrived."""


class AccountError(Exception):
    """Nothing is sent for us until somebody mends our account: its keys, its credit, its sender's name."""
