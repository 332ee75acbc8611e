"""The rules of a policy as sentences."""

from __future__ import annotations

RULES = {
    "rule.cap": (
        "At most {max} {categories}{messages}{channels}{topics}{touchpoints} {per}{by}.",
        "{per}最多 {max} 条{channels}{topics}{touchpoints}{categories}{messages}{by}。",
    ),
    "rule.one": ("message", "消息"),
    "rule.many": ("messages", "消息"),
    "rule.categories": ("{names} ", " {names} 类"),
    "rule.channels": (" by {names}", "通过 {names} 发送的"),
    "rule.topics": (" about {names}", "主题为 {names} 的"),
    "rule.touchpoints": (" of {names}", "触点 {names} 的"),
    "rule.any_day": ("on any one day", "任意一天内"),
    "rule.any_span": ("in any {span}", "任意连续 {span}内"),
    "rule.by_address": (
        ", counted together for all who share an address",
        "（共用同一地址的客户合并计算）",
    ),
    "rule.gap": (
        "At least {span} between two messages to one customer.",
        "发给同一位客户的两条消息之间至少间隔 {span}。",
    ),
    "rule.category": ("{consent}{caps}{counts}{hours}", "{consent}{caps}{counts}{hours}"),
    "rule.consent_none": ("It goes out without asking for consent.", "无需客户同意即可发送。"),
    "rule.consent_assumed": (
        "It goes out unless the customer has said no.",
        "只要客户没有拒收即可发送。",
    ),
    "rule.consent_required": (
        "It goes out only to customers who have agreed.",
        "只发送给已经同意接收的客户。",
    ),
    "rule.free_of_caps": (
        " Caps, the gap and pauses do not hold it back.",
        "不受发送上限、间隔和暂停的限制。",
    ),
    "rule.uncounted": (" It takes no room in caps.", "不计入发送上限。"),
    "rule.arrives": (" It arrives only {hours}.", "只在 {hours} 送达。"),
    "rule.channel": ("Used {hours}.{capacity}{cost}", "使用时间：{hours}。{capacity}{cost}"),
    "rule.any_hour": ("at any hour", "不限"),
    "rule.costs": (" One message costs {cost}.", "每条 {cost}。"),
    "rule.takes": (" It takes {capacity}.", "最多{capacity}。"),
    "rule.per_minute": ("{most} in any minute", "每分钟 {most} 条"),
    "rule.per_hour": ("{most} in any hour", "每小时 {most} 条"),
    "rule.per_day": ("{most} in any day", "每天 {most} 条"),
    "rule.line": (
        "{phone} is answered {hours} ({zone}){holidays}.{capacity}",
        "{phone}，接听时间 {hours}（{zone}）{holidays}。{capacity}",
    ),
    "rule.no_holidays": (", not on holidays of {country}", "，{country} 的节假日除外"),
    "rule.touchpoint": (
        "{moment}: from {opens} to {closes}, by {channels}.{more}",
        "{moment}：{opens}至{closes}，通过 {channels} 发送。{more}",
    ),
    "rule.annual": ("Every year on the {field}{offsets}", "每年 {field} 当天{offsets}"),
    "rule.fact": ("For each {kind}{offsets}", "每笔 {kind}{offsets}"),
    "rule.event": ("When {kind} happens{offsets}", "发生 {kind} 时{offsets}"),
    "rule.after": (
        "{delay} after {touchpoint}, where it was {outcome}",
        "{touchpoint} 之后 {delay}（结果为 {outcome}）",
    ),
    "rule.schedule": ("On the dates of {rule}", "按 {rule} 的日期"),
    "rule.lapsed": ("{span} without any {kind}", "连续 {span}没有 {kind}"),
    "rule.moment": ("{words}", "{words}"),
    "rule.offsets": (", {places}", "（{places}）"),
    "rule.before": ("{span} before", "提前 {span}"),
    "rule.afterwards": ("{span} after", "之后 {span}"),
    "rule.same_day": ("on the day itself", "当天"),
    "rule.edge": ("{time} on the day", "当天 {time}"),
    "rule.edge_before": ("{time}, {span} before", "提前 {span}的 {time}"),
    "rule.edge_after": ("{time}, {span} later", "{span}后的 {time}"),
    "rule.preferred": (" At {time} if possible.", "尽量在 {time}。"),
    "rule.priority": (" Worth {priority} of 100.", "价值 {priority}（满分 100）。"),
    "rule.audience": (" Only where {audience}.", "发送条件：{audience}。"),
    "rule.line_open": (
        " Only while the line {line} is open, for {span} more.",
        "只在 {line} 热线接听时发送，且之后至少再接听 {span}。",
    ),
    "rule.drop": (" Where a cap is full it is dropped.", "上限已满时放弃。"),
    "rule.holdout": (
        " {share} of the customers are held out for comparison.",
        "{share} 的客户留作对照，不发送。",
    ),
    "rule.shadow": (" It is only tried out, never sent.", "只试算，不真正发送。"),
    "rule.disabled": (" It is switched off.", "已停用。"),
}
"""Each rule; the pieces of it that may be missing are sentences of their own."""
