"""Metrics are written as Prometheus reads them."""

from __future__ import annotations

import pytest
from prometheus_client.parser import text_string_to_metric_families

from touchpoints.monitoring.exposition import Metric, Sample, exposed, gauge, histogram

ODD = 'a "quoted" \\ back\nslash, ünï 珍'


def test_odd_labels_and_meanings_come_back_as_they_were() -> None:
    metric = Metric("t_odd", "gauge", 'two\nlines \\ and "quotes"', [Sample(1.5, {"name": ODD})])
    (family,) = text_string_to_metric_families(exposed([metric]))
    assert family.documentation == 'two\nlines \\ and "quotes"'
    assert [(each.labels, each.value) for each in family.samples] == [({"name": ODD}, 1.5)]


def test_a_histogram_counts_upwards_to_its_count() -> None:
    samples = list(histogram((0.1, 1.0), (2, 0, 3), 12.5, {"channel": "sms"}))
    text = exposed([Metric("t_seconds", "histogram", "how long", samples)])
    (family,) = text_string_to_metric_families(text)
    buckets = {each.labels["le"]: each.value for each in family.samples if "le" in each.labels}
    assert buckets == {"0.1": 2, "1.0": 2, "+Inf": 5}
    assert text.splitlines()[-2:] == [
        't_seconds_sum{channel="sms"} 12.5',
        't_seconds_count{channel="sms"} 5',
    ]


@pytest.mark.parametrize("metrics", [[], [gauge("t_none", "nothing yet", None)]])
def test_what_has_no_figure_is_left_out(metrics: list[Metric]) -> None:
    assert exposed(metrics) == ""
