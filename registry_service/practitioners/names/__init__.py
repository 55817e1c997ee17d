"""Names as Nigerians write them: what a name is, and how far two of them agree.

`lexicon` knows spellings and short forms from practitioners/data, `spelling` and `shortening` the rules for names that
are not in it, `typos` what is a slip; `agreement` is about two words, `comparing` about two names.
"""

from practitioners.names.agreement import Kind
from practitioners.names.comparing import MATCHES, Comparison, Reason, compare, keys
from practitioners.names.folding import fold, spelled
from practitioners.names.value import Name
from practitioners.names.words import spellings

__all__ = ["MATCHES", "Comparison", "Kind", "Name", "Reason", "compare", "fold", "keys", "spelled", "spellings"]
