"""Letters of Nigerian languages that Unicode does not take apart, and what stands for each in plain ones.

The hooked letters of Hausa, the turned e of Kanuri, eng; and what is written for an apostrophe.
"""

APOSTROPHES = "'`\u00b4\u02b9\u02bb\u02bc\u2018\u2019\u2032"
WHOLE = "ɓɗƙƴǝəŋƁƊƘƳƎƏŊ"
PLAIN = "bdkyeenBDKYEEN"
