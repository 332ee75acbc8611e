"""Metrics in the text format 0.0.4 of Prometheus.

https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Sample:
    """One figure; `suffix` is what a histogram adds to the name of its metric."""

    value: float
    labels: Mapping[str, str]
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Metric:
    """All figures of one name, and what they mean; without a figure it is left out."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    meaning: str
    samples: Sequence[Sample]


def gauge(name: str, meaning: str, value: float | None) -> Metric:
    """A metric of one figure; None: there is none yet."""
    return Metric(name, "gauge", meaning, [] if value is None else [Sample(value, {})])


def by(label: str, figures: Mapping[str, float]) -> list[Sample]:
    """A figure for each value of a label."""
    return [Sample(value, {label: name}) for name, value in sorted(figures.items())]


def histogram(
    bounds: Sequence[float], buckets: Sequence[int], total: float, labels: Mapping[str, str]
) -> Iterator[Sample]:
    """The samples of one histogram: each bucket counts those before it too."""
    count = 0
    for bound, more in zip((*bounds, math.inf), buckets, strict=True):
        count += more
        yield Sample(count, {**labels, "le": _number(bound)}, "_bucket")
    yield Sample(total, labels, "_sum")
    yield Sample(count, labels, "_count")


def exposed(metrics: Iterable[Metric]) -> str:
    """The metrics as the text that Prometheus reads."""
    return "".join(_lines(metric) for metric in metrics if metric.samples)


def _lines(metric: Metric) -> str:
    meaning = metric.meaning.replace("\\", r"\\").replace("\n", r"\n")
    head = f"# HELP {metric.name} {meaning}\n# TYPE {metric.name} {metric.kind}\n"
    return head + "".join(
        f"{metric.name}{each.suffix}{_labels(each.labels)} {_number(each.value)}\n"
        for each in metric.samples
    )


def _labels(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items()) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _number(value: float) -> str:
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return str(value)
