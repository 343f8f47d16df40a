"""What a conversation is told of in an article: without the customer's name, numbers, addresses and orders.

Everybody on the staff, and perhaps every customer, reads articles. So whatever may identify somebody goes, and what was
merely a number may go along: whoever writes the article sees it before anybody else does, and can put it back.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from bot.language.catalogue import LOCALES, table

# In this order: an address may hold a number, an order what looks like a telephone's.
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("mail", re.compile(r"(?<![A-Za-z0-9_.+-])[A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")),
    ("link", re.compile(r"https?://[^\s<>()（）]+\?[^\s<>()（）]+")),
    # An identity number of the mainland (18, the last perhaps X) or of Taiwan (a letter and nine digits).
    ("id", re.compile(r"(?<![0-9A-Za-z])(?:\d{17}[\dXx]|[A-Z][12]\d{8})(?![0-9A-Za-z])")),
    # Bank cards: 16 to 19 digits, perhaps in fours.
    ("card", re.compile(r"(?<![0-9A-Za-z])(?:\d{4}[ -]?){3}\d{4}(?:[ -]?\d{1,3})?(?![0-9A-Za-z])")),
    # A plus and a country, a mobile of the mainland or of Taiwan, or an area code.
    (
        "phone",
        re.compile(
            r"(?<![0-9A-Za-z])(?:\+\d{1,3}[ -]?(?:\(?\d{1,4}\)?[ -]?){2,5}\d{2,4}|1[3-9]\d(?:[ -]?\d{4}){2}"
            r"|09\d{2}(?:[ -]?\d{3}){2}|\(?0\d{1,3}\)?[ -]\d{3,4}[ -]?\d{4})(?![0-9A-Za-z])"
        ),
    ),
    # What shops and carriers number: letters and digits, six digits at least, or ten digits alone.
    ("order", re.compile(r"(?<![0-9A-Za-z])(?:[A-Za-z]{1,5}[-_#]?\d[\dA-Za-z-]{4,}\d|\d{10,30})(?![0-9A-Za-z])")),
)
# Family names that are common in the mainland or in Taiwan, in either script; those that are everyday words besides
# (和, 应, 都 …) are left out. A name is one of them with two characters at most behind it.
_FAMILY = (
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林罗羅梁宋郑鄭谢謝韩韓唐冯馮于董萧蕭程曹袁邓鄧许許傅沈曾彭吕呂苏蘇卢盧"
    "蒋蔣蔡贾賈丁魏薛叶葉阎閻余潘杜戴夏钟鍾汪田任姜范方石姚谭譚廖邹鄒熊金陆陸郝孔白崔康毛邱秦江史顾顧侯邵孟龙龍万段雷钱錢汤湯"
    "尹黎易常武乔喬贺賀赖賴龚龔文庞龐樊兰蘭殷施陶洪翟颜顏倪严嚴牛温溫芦季俞章鲁魯葛伍韦韋申尤毕畢聂聶焦向柳邢路岳齐齊梅莫庄莊辛管祝左"
    "涂谷祁舒耿牟卜詹华華简簡游柯阮纪紀连連欧歐古凌鲍鮑"
)
_CALLED = "先生|小姐|女士|太太|同学|同學"
_NAME = rf"[{_FAMILY}][\u4e00-\u9fff]"
# What somebody calls himself, or is called: nobody but the words around it says that it is a name.
_CALLS = (
    re.compile(rf"(){_NAME}{{0,2}}?(?={_CALLED})"),
    re.compile(rf"((?:我叫|我是|本人|姓名[是为為:：]?|收件人[是为為:：]?|联系人[是为為:：]?|聯絡人[是為:：]?)\s*){_NAME}{{1,2}}"
               r"(?![\u4e00-\u9fff])"),
    re.compile(r"((?:my name is|I am called|(?<![A-Za-z])(?:Mr|Mrs|Ms|Miss|Dr)\.?)\s+)"
               r"(?-i:[A-Z][\w'’-]+(?:\s+[A-Z][\w'’-]+){0,2})", re.IGNORECASE),
)  # fmt: skip
KINDS = ("name", "address", *(kind for kind, _ in _PATTERNS))
"""What is masked; each has a word that stands instead of it."""

_ADDRESSES = (
    # A place, a street, a number: 上海市浦东新区张江路100号3栋502室.
    re.compile(
        r"[\u4e00-\u9fff]{1,12}(?:省|市|区|區|县|縣|镇|鎮|乡|鄉|村|路|街|巷|弄|大道)[\u4e00-\u9fffA-Za-z0-9]{0,20}?"
        r"[0-9０-９]{1,5}(?:[-－之][0-9]{1,4})?(?:号|號|弄|巷|栋|棟|幢|座)[\u4e00-\u9fffA-Za-z0-9之-]{0,20}"
        r"(?:室|楼|樓|层|層|单元|房|户|戶)?"
    ),
    re.compile(
        r"(?<![\w])\d{1,5}\s+(?:[A-Z][\w'’.-]*\s+){1,4}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Boulevard)\b\.?"
    ),
)


def masked(words: str, names: Iterable[str], instead: Mapping[str, str]) -> str:
    """The words with what may identify a customer replaced; `instead` has a word for each of `KINDS`.

    `names` are those of the persons who spoke: the whole ones, and each part of theirs with two characters at least.
    """
    for address in _ADDRESSES:
        words = address.sub(instead["address"], words)
    words = _numbered().sub(lambda found: found[1] + instead["order"], words)
    for kind, pattern in _PATTERNS:
        words = pattern.sub(instead[kind], words)
    for call in _CALLS:
        words = call.sub(lambda found: found[1] + instead["name"], words)
    for name in sorted(_parts(names), key=len, reverse=True):
        words = re.sub(_whole(name), lambda _: instead["name"], words, flags=re.IGNORECASE)
    return words


@cache
def _numbered() -> re.Pattern[str]:
    """A number after a word for orders, in any language; it may be short."""
    known = {word.strip() for locale in LOCALES for word in table(locale)["kb.order_words"].split(",")}
    longest_first = "|".join(re.escape(word) for word in sorted(known, key=len, reverse=True))
    between = r"[^\w\n]{0,3}(?:no\.?|number|id)?[^\w\n]{0,4}"
    return re.compile(rf"((?:{longest_first}){between})([0-9A-Za-z][0-9A-Za-z-]*\d[0-9A-Za-z-]*)", re.IGNORECASE)


def _parts(names: Iterable[str]) -> set[str]:
    return {part for name in names for part in (name.strip(), *name.split()) if len(part) > 1}


def _whole(name: str) -> str:
    """A name of letters is none within another word; Chinese has no spaces to tell."""
    escaped = re.escape(name)
    return rf"(?<![0-9A-Za-z_]){escaped}(?![0-9A-Za-z_])" if name.isascii() else escaped
