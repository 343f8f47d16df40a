"""Finding the article that answers a question, and knowing when none does.

    index = Index.build(documents)
    answer = index.search("按妞不显示怎么办")
    if answer.confident:
        show(answer.hits[0])

The stages, each a module that can be read, measured and swapped by itself:

1. `normalising` (with `chinese`): compatibility forms, script, case
2. `features`, for one question `reading` (with `words`, `pinyin`, `hashing`): words, pairs of characters, sounds,
   threes of letters, as numbers
3. `filler`: what people say around a question weighs little
4. `postings`, `segment`: who has which feature, in flat arrays; `storing` keeps them in a file, `changes` brings edits
5. `candidates` (with `view`, `gathering`): the rarest features first, within a budget, give sixteen articles
6. `judging`, `covering`: a closer look at these: how much of the question they cover, what rapidfuzz says
7. `ranking` (with `trees`): the order, and how sure we are, by learned weights
8. `passages`: where in the article it stands, for those hits that somebody looks at

Nothing here knows of databases, clocks or people. numpy is loaded on first use.
"""

from bot.knowledge.search.candidates import Allowed
from bot.knowledge.search.documents import Answer, Document, Hit, Reason
from bot.knowledge.search.index import Index
from bot.knowledge.search.storing import UnusableIndex

__all__ = ["Allowed", "Answer", "Document", "Hit", "Index", "Reason", "UnusableIndex"]
