"""What would have to change for a withheld message to go out."""

from __future__ import annotations

CHANGES = {
    "change.resume": (
        "resume it: touchpoints resume {touchpoint}",
        "恢复这个触点：touchpoints resume {touchpoint}",
    ),
    "change.enable": (
        "set enabled: true for {touchpoint} in the policy",
        "在规则文件里把 {touchpoint} 设为 enabled: true",
    ),
    "change.status": (
        "only customers whose status is active get messages; this one's is {status}",
        "只有状态为 active 的客户才会收到消息，这位客户是 {status}",
    ),
    "change.holdout": (
        "nothing: the share is held out by design, to measure what {touchpoint} does",
        "无需改变：对照组按设计不发送，用来衡量 {touchpoint} 的效果",
    ),
    "change.consent": (
        "the customer agrees to {category} by {channel}; nothing was said about it so far",
        "请客户同意接收 {channel} 的 {category} 消息，目前没有任何记录",
    ),
    "change.consent_lapsed": (
        "the customer agrees anew to {category} by {channel}; the consent ran out at {at}",
        "请客户重新同意接收 {channel} 的 {category} 消息，原来的同意已在 {at} 到期",
    ),
    "change.consent_denied": (
        "the customer takes back the refusal of {category} by {channel}",
        "请客户撤回对 {channel} 的 {category} 消息的拒收",
    ),
    "change.consent_since": (
        "the customer takes back the refusal of {category} by {channel}, which stands since {at}",
        "请客户撤回对 {channel} 的 {category} 消息的拒收（自 {at} 起）",
    ),
    "change.address": ("ask for an address for {channel}", "请客户提供 {channel} 的地址"),
    "change.address_email": (
        "ask for an e-mail address, for {channel}",
        "请客户提供电子邮箱，用于 {channel}",
    ),
    "change.address_phone": (
        "ask for a phone number with its country code, for {channel}",
        "请客户提供带国家区号的手机号，用于 {channel}",
    ),
    "change.address_bad": (
        "correct the address for {channel}: {address} cannot be used",
        "更正 {channel} 的地址：现有的 {address} 无法使用",
    ),
    "change.pause": (
        "the customer ends the pause; it has no end so far",
        "请客户结束暂停，目前没有结束日期",
    ),
    "change.pause_until": (
        "the pause ends by itself after {last}, or the customer ends it sooner",
        "{last} 之后暂停自动结束，客户也可以提前结束",
    ),
    "change.time_channel": (
        "channel {name} may be used only {hours}, which leaves no minute of the window",
        "{name} 只能在 {hours} 发送，窗口里没有这样的时间",
    ),
    "change.time_category": (
        "category {name} may be sent only {hours}, which leaves no minute of the window",
        "{name} 类消息只能在 {hours} 发送，窗口里没有这样的时间",
    ),
    "change.time_quiet": (
        "the customer wants quiet {hours}, which leaves no minute of the window",
        "客户要求 {hours} 不打扰，窗口里没有别的时间",
    ),
    "change.time_line": (
        "line {name} answers only {hours} ({zone}), which leaves no minute of the window",
        "{name} 热线只在 {hours}（{zone}）有人接听，窗口里没有这样的时间",
    ),
    "change.time_line_open": (
        "line {name} answers only {hours} ({zone}) and must stay open for {rest}: no such minute",
        "{name} 热线只在 {hours}（{zone}）有人接听，收到后还要再开 {rest}，窗口里没有这样的时间",
    ),
    "change.time_together": (
        "no minute of the window fits them all: {hours}",
        "窗口里没有同时满足这些时段的时间：{hours}",
    ),
    "change.time_pinned": (
        "nothing: its minute had come and is no longer allowed; the next plan looks for another",
        "无需处理：原定的发送时间已不可用，下一次排程会另找时间",
    ),
    "change.time_over": (
        "nothing any more: the window closed at {closes}",
        "已无法改变：窗口已在 {closes} 关闭",
    ),
    "change.time_never": (
        "no minute of the next {days} days would do: the hours themselves have to change",
        "今后 {days} 天里都没有合适的时间，只能调整上述时段",
    ),
    "change.time_next": (
        "the next minute that all hours allow is {at}; its window closes at {closes}",
        "下一个各项都允许的时间是 {at}，而窗口到 {closes} 就关闭",
    ),
    "change.without": (
        "there would be room if one of these did not go out: {messages}",
        "下面这些消息少发一条，就有名额：{messages}",
    ),
    "change.without_one": (
        "there would be room if {messages} did not go out",
        "如果不发 {messages}，就有名额",
    ),
    "change.room": (
        "there is room again at {at}, but its window closes at {closes}",
        "要到 {at} 才有名额，而发送窗口到 {closes} 就关闭",
    ),
    "change.room_defer": (
        "there is room again at {at}; on_cap: defer would let it wait",
        "{at} 就有名额，设为 on_cap: defer 就会等到那时",
    ),
    "change.own": (
        "the customer raises the own limit of {max} in {per}",
        "请客户放宽自己设的上限（{per}内 {max} 条）",
    ),
    "change.capacity": (
        "more capacity for {name}, or a longer window",
        "增加 {name} 的接待能力，或延长发送窗口",
    ),
    "change.capacity_at": (
        "the next free minute of {name} is {at}",
        "{name} 下一个空闲时间是 {at}",
    ),
    "change.merged": (
        "nothing: the customer gets it as a section of another message",
        "无需改变：内容会并入另一条消息，客户能看到",
    ),
    "change.shadow": (
        "nothing: it is decided and recorded, never sent; shadow: false would send it",
        "无需改变：只试算并记录，不发送；设为 shadow: false 才会发送",
    ),
    "change.audience": ("this would have to hold: {part}", "需要满足：{part}"),
    "change.audience_is": (
        "this would have to hold: {part}; {values}",
        "需要满足：{part}；目前 {values}",
    ),
    "change.other": (
        "what {code} asks for: {detail}",
        "满足 {code} 的要求：{detail}",
    ),
}
