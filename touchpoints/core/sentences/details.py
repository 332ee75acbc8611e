"""Why a gate or a limit refused, in numbers, and the reason codes in words."""

from __future__ import annotations

DETAILS = {
    "enabled_false": ("enabled: false in the policy", "规则文件里已停用（enabled: false）"),
    "paused_by_operator": ("paused by an operator", "运营人员已手动暂停"),
    "status": ("status is {status}", "客户状态为 {status}"),
    "not_in": ("not in: {audience}", "不符合发送对象的条件：{audience}"),
    "held_out": (
        "in the {share} who are held out for comparison",
        "属于用来对比效果、不发送的 {share} 客户",
    ),
    "consent_denied": (
        "{category} by {channel}: denied",
        "客户已拒收 {channel} 的 {category} 消息",
    ),
    "consent_missing": (
        "{category} by {channel}: not granted",
        "客户还没有同意接收 {channel} 的 {category} 消息",
    ),
    "no_address": ("no usable address for {channel}", "没有可用的 {channel} 地址"),
    "refused": (
        "{channel} has refused this message for good",
        "{channel} 已明确拒收这条消息",
    ),
    "pause": ("the customer asked for a pause", "客户要求暂停接收消息"),
    "pause_from": (
        "the customer asked for a pause from {first}",
        "客户要求从 {first} 起暂停接收消息",
    ),
    "pause_until": (
        "the customer asked for a pause until {last}",
        "客户要求暂停接收消息，到 {last} 为止（含当天）",
    ),
    "pause_between": (
        "the customer asked for a pause from {first} until {last}",
        "客户要求从 {first} 到 {last}（含当天）暂停接收消息",
    ),
    "no_time": (
        "no allowed time left in the window {opens} to {closes}",
        "从 {opens} 到 {closes} 的发送窗口里，已经没有允许发送的时间",
    ),
    "time_passed": (
        "its time has passed, and none is left",
        "原定的时间已过，之后也没有允许发送的时间",
    ),
    "snooze": (
        "the customer asked to hear nothing until {until}",
        "客户要求在 {until} 之前不接收消息",
    ),
    "taken": ("{capacity}, and no minute is free", "上限 {capacity}，已没有空余的时间"),
    "free": ("{capacity}, with room", "上限 {capacity}，还有空余"),
    "section": (
        "a section of {home} by {channel} at {at}",
        "作为一小段并入 {home}（{channel}，{at}）",
    ),
    "would": ("would go out by {channel} at {at}", "本会在 {at} 通过 {channel} 发送"),
    "cap_free": ("{count} of {max} in {per}", "{per}内 {count} 条，上限 {max} 条"),
    "cap_met": (
        "{count} of {max} in {per}: {messages}",
        "{per}内 {count} 条，上限 {max} 条：{messages}",
    ),
    "gap_free": ("nothing within {per}", "前后 {per}内没有别的消息"),
    "gap_met": ("less than {per} from {messages}", "距离 {messages} 不到 {per}"),
    "sender.unknown": ("another sender", "其他系统的消息"),
    "message": ("{name} at {at}", "{name}（{at}）"),
}
"""Why a gate or a limit refused, with its numbers."""

REASONS = {
    "reason.disabled": ("the touchpoint is switched off", "这个触点已停用"),
    "reason.blocked": ("the customer is not active", "客户不是正常状态"),
    "reason.audience": ("it is not meant for this customer", "客户不在发送对象之内"),
    "reason.holdout": ("the customer is held out for comparison", "客户在对照组，按设计不发送"),
    "reason.no_consent": ("the customer's consent is missing", "客户没有同意接收"),
    "reason.no_address": ("there is no usable address", "没有可用的联系地址"),
    "reason.paused": ("the customer asked for a pause", "客户要求暂停"),
    "reason.no_time": ("no allowed time is left", "没有允许发送的时间了"),
    "reason.cap": ("cap {name} is full", "发送上限 {name} 已用完"),
    "reason.own": ("the customer's own limit is reached", "已达到客户自己设的上限"),
    "reason.gap": ("another message is too near", "和另一条消息离得太近"),
    "reason.capacity": ("{name} has no capacity left", "{name} 的接待能力已用完"),
    "reason.merged": ("it goes out inside another message", "已并入另一条消息一起发送"),
    "reason.shadow": ("it is only tried out, never sent", "只试算，不真正发送"),
    "reason.stale": ("what it was about has changed", "它所说的事情已经变了"),
    "reason.expired": ("its window has closed", "发送窗口已关闭"),
    "reason.render_error": ("its text could not be written", "无法生成消息内容"),
    "reason.other": ("{code} refuses it", "被 {code} 拦下"),
}
"""The reason codes in words, by the part before the colon."""

PASSED = {
    "passed.disabled": ("switched on", "已启用"),
    "passed.blocked": ("active", "客户状态正常"),
    "passed.audience": ("in audience", "在发送对象内"),
    "passed.holdout": ("not held out", "不在对照组"),
    "passed.no_consent": ("consent", "已同意"),
    "passed.no_address": ("address", "有地址"),
    "passed.paused": ("no pause", "未暂停"),
    "passed.no_time": ("time", "有时间"),
    "passed.other": ("{code}", "{code}"),
}
"""What it means that a gate let a candidate pass."""

PIECES = {
    "instant": ("{weekday} {day} {time}", "{day} {weekday} {time}"),
    "value": ("{field} is {value}", "{field} 是 {value}"),
    "value_unknown": ("{field} is not known", "{field} 没有记录"),
    "zone_holidays": (
        "{zone}, not on holidays of {country}",
        "{zone}，{country} 的节假日除外",
    ),
    "hours_channel": ("channel {name} {hours}", "{name} 可发送 {hours}"),
    "hours_category": ("category {name} {hours}", "{name} 类可发送 {hours}"),
    "hours_quiet": ("the customer's quiet hours {hours}", "客户免打扰 {hours}"),
    "hours_line": ("line {name} {hours} ({zone})", "{name} 热线 {hours}（{zone}）"),
    "hours_line_open": (
        "line {name} {hours} ({zone}) with {rest} left",
        "{name} 热线 {hours}（{zone}，还要再开 {rest}）",
    ),
}
"""Parts of sentences."""
