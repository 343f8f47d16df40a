"""Chinese numerals in times, as digits: `两小时`, `一个半小时`, `半小时`, `下午三点半`, `二十分钟`. Pure."""

import re

_DIGITS = {"一": 1, "二": 2, "两": 2, "兩": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_COUNTED = "(?=[个個]?半?(?:小[时時]|[钟鐘][头頭]|分|天|日|[点點]|[时時]))"
_NUMERAL = re.compile(rf"([一二两兩三四五六七八九]?十[一二三四五六七八九]?|[一二两兩三四五六七八九])(?:{_COUNTED}|$)")
_AND_A_HALF = re.compile(r"(\d+)\s*[个個]?半(?=[个個]?(?:小[时時]|[钟鐘][头頭]|天))")
_HALF = re.compile(r"(?<![\d点點时時])半(?=[个個]?(?:小[时時]|[钟鐘][头頭]))")


def arabic(said: str) -> str:
    """The same with digits where numerals count hours, minutes, days or tell the time; a half becomes `.5`."""
    counted = _NUMERAL.sub(lambda found: str(_value(found[1])), said)
    return _HALF.sub("0.5", _AND_A_HALF.sub(r"\1.5", counted))


def _value(numeral: str) -> int:
    tens, ten, ones = numeral.rpartition("十")
    if not ten:
        return _DIGITS[ones]
    return 10 * _DIGITS.get(tens, 1) + _DIGITS.get(ones, 0)
