"""Fields tied to their hints and errors; browsers told in words."""

from __future__ import annotations

import pytest
from django import forms

from plainview.base.people.templatetags.people_forms import browser, drawn, is_checkbox, is_group


class Sample(forms.Form):
    name = forms.CharField(help_text="As in the passport", widget=forms.TextInput({"placeholder": "Name"}))
    note = forms.CharField(widget=forms.Textarea, required=False)
    sure = forms.BooleanField()
    kinds = forms.MultipleChoiceField(choices=[("a", "A")], widget=forms.CheckboxSelectMultiple)


def test_a_field_is_tied_to_its_hint_and_has_no_placeholder() -> None:
    shown = drawn(Sample()["name"])
    assert 'aria-describedby="id_name_hint"' in shown
    assert 'class="usa-input"' in shown
    assert "placeholder" not in shown


def test_a_faulty_field_says_so_and_names_its_error() -> None:
    shown = drawn(Sample({})["name"])
    assert 'aria-invalid="true"' in shown
    assert 'aria-describedby="id_name_hint id_name_error"' in shown


def test_each_kind_of_field_has_its_class() -> None:
    form = Sample()
    assert 'class="usa-textarea"' in drawn(form["note"])
    assert 'class="usa-checkbox__input"' in drawn(form["sure"])
    assert is_checkbox(form["sure"])
    assert is_group(form["kinds"])
    assert not is_group(form["name"])


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox on macOS"),
        ("dock/1.0", "dock/1.0"),
        ("", "an unnamed browser"),
    ],
)
def test_a_browser_is_told_in_words(agent: str, told: str) -> None:
    assert browser(agent) == told
