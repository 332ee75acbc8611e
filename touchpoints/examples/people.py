"""People who do not exist: names, homes and addresses, drawn from a seeded generator."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

CHINESE_FAMILIES = tuple("王李张刘陈杨黄赵吴周徐孙林何郭马高罗郑梁谢宋唐许")
CHINESE_GIVENS = (
    *(
        "芳",
        "娜",
        "敏",
        "静",
        "丽",
        "强",
        "磊",
        "军",
        "洋",
        "艳",
        "杰",
        "涛",
        "明",
        "霞",
        "平",
        "梅",
    ),
    *(
        "秀英",
        "桂英",
        "建国",
        "晓明",
        "思远",
        "雨桐",
        "子涵",
        "欣怡",
        "浩然",
        "佳琪",
        "志强",
        "文静",
    ),
)
ENGLISH_FAMILIES = (
    *(
        "Smith",
        "Jones",
        "Brown",
        "Taylor",
        "Wilson",
        "Evans",
        "Walker",
        "Wright",
        "Hughes",
        "Green",
    ),
    *("Harris", "Clarke", "Patel", "Lewis", "Young", "Allen", "O'Brien", "Murphy", "Kelly", "Ryan"),
)
ENGLISH_GIVENS = (
    *("Emma", "Olivia", "Ava", "Grace", "Sophie", "Chloe", "Ella", "Lucy", "Hannah", "Zoë", "Ruth"),
    *("James", "Oliver", "Jack", "Harry", "Noah", "Thomas", "Leo", "Daniel", "Samuel", "Adam"),
)


@dataclass(frozen=True, slots=True)
class Home:
    """Where a customer lives: the zone, the locale, and a range of numbers that nobody has."""

    country: str
    timezone: str
    locale: str
    phone: str
    currency: str
    weight: int

    @property
    def chinese(self) -> bool:
        """Whether people here are written to in Chinese."""
        return self.locale.startswith("zh")


HOMES = (
    Home("CN", "Asia/Shanghai", "zh-CN", "+86100{:08d}", "CNY", 52),
    Home("CN", "Asia/Urumqi", "zh-CN", "+86101{:08d}", "CNY", 6),
    Home("SG", "Asia/Singapore", "zh-SG", "+6500{:06d}", "SGD", 5),
    Home("SG", "Asia/Singapore", "en-SG", "+6501{:06d}", "SGD", 6),
    Home("GB", "Europe/London", "en-GB", "+4477009{:05d}", "GBP", 13),
    Home("US", "America/New_York", "en-US", "+120255{:05d}", "USD", 10),
    Home("AU", "Australia/Sydney", "en-AU", "+614915{:05d}", "AUD", 8),
)
CHINA, LONDON, NEW_YORK, SYDNEY = HOMES[0], *HOMES[4:]


def drawn_home(draw: Random) -> Home:
    """A home; most people live where the bank does."""
    return draw.choices(HOMES, [home.weight for home in HOMES])[0]


def drawn_name(draw: Random, home: Home) -> dict[str, str]:
    """The columns `name`, `given_name` and `family_name`, in the order that the language has."""
    if home.chinese:
        family, given = draw.choice(CHINESE_FAMILIES), draw.choice(CHINESE_GIVENS)
        return {"name": family + given, "given_name": given, "family_name": family}
    family, given = draw.choice(ENGLISH_FAMILIES), draw.choice(ENGLISH_GIVENS)
    return {"name": f"{given} {family}", "given_name": given, "family_name": family}


def addresses(number: int, home: Home) -> dict[str, str]:
    """The columns `email`, `phone` and `address.push`; nothing sent there reaches anybody."""
    return {
        "email": f"c{number:04d}@mail.example",
        "phone": home.phone.format(number),
        "address.push": f"device-{number:04d}",
    }
