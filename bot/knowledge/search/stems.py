"""English words without their endings, and the base of those that change within: `paid` is `pay`.

A stem may be no word; both sides get the same one. Nothing cleverer is worth it: what a stemmer joins wrongly, the
judges of the last few have to part again.
"""

from functools import cache, lru_cache

LONGEST = 40
"""Letters of a word that are looked at."""
_IRREGULAR = """
arise arose arisen; bear bore borne; become became; begin began begun; bend bent; bite bit bitten; blow blew blown;
break broke broken; bring brought; build built; buy bought; catch caught; choose chose chosen; come came; deal dealt;
do did done; draw drew drawn; drive drove driven; eat ate eaten; fall fell fallen; feel felt; fight fought; find found;
fly flew flown; forget forgot forgotten; freeze froze frozen; get got gotten; give gave given; go went gone;
grow grew grown; hear heard; hide hid hidden; hold held; keep kept; know knew known; lay laid; lead led; leave left;
lend lent; lose lost; make made; mean meant; meet met; pay paid; ride rode ridden; ring rang rung; rise rose risen;
run ran; say said; see saw seen; seek sought; sell sold; send sent; shake shook shaken; shoot shot; show shown;
shrink shrank shrunk; sing sang sung; sink sank sunk; sleep slept; speak spoke spoken; spend spent; stand stood;
steal stole stolen; stick stuck; swim swam; take took taken; teach taught; tell told; think thought; throw threw thrown;
understand understood; wake woke woken; wear wore worn; win won; withdraw withdrew withdrawn withdrawal;
write wrote written; child children; man men; woman women; person people; foot feet; tooth teeth; mouse mice
"""
# A light stem takes away the commonest English endings; it may be no word, but both sides get the same.
_ENDINGS = (
    ("ations", "at"),
    ("ation", "at"),
    ("ments", ""),
    ("ment", ""),
    ("ingly", ""),
    ("edly", ""),
    ("ings", ""),
    ("ing", ""),
    ("ies", "y"),
    ("ers", "er"),
    ("ed", ""),
    ("es", ""),
    ("ly", ""),
    ("s", ""),
    ("e", ""),
)
_SHORTEST_STEM = 3


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """The word in lower case without its commonest English ending: `Transfers`, `transferred` → `transfer`."""
    word = word.lower().partition("'")[0].partition("’")[0][:LONGEST]
    word = _bases().get(word, word)
    if not word.isascii() or not word.isalpha():
        return word
    if word.endswith(("ss", "us", "is")):
        return word
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) + len(instead) >= _SHORTEST_STEM:
            word = word[: len(word) - len(ending)] + instead
            break
    doubled = len(word) > _SHORTEST_STEM and word[-1] == word[-2] and word[-1] not in "lsz"
    if doubled:
        word = word[:-1]
    return word[:-1] + "i" if word.endswith("y") and len(word) > _SHORTEST_STEM else word


@cache
def _bases() -> dict[str, str]:
    groups = (group.split() for group in _IRREGULAR.split(";"))
    return {form: base for base, *forms in groups for form in forms}
