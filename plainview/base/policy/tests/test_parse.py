"""parse(): every problem of a text at once, each with its line and clause."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest

from plainview.base.policy.rules import Period, PolicyErrors, parse
from plainview.base.policy.tests.texts import HOUSE, KANSAS_CITY, a_class, house, line_of, problems, with_slip


def only(text: str | bytes) -> tuple[int, str, str]:
    found = problems(text)
    assert len(found) == 1, found
    return found[0].line, found[0].clause, found[0].message


def test_it_reads_the_house_s_own_example() -> None:
    policy = house()
    assert (policy.id, policy.version) == ("internally-recorded-digital-media", "2021-03")
    assert policy.adopted_by == "Board of Police Commissioners"
    assert (policy.adopted_on, policy.effective) == (date(2021, 3, 23), date(2021, 4, 1))
    assert [c.id for c in policy.classes] == ["unclassified", "non-evidentiary", "criminal"]
    criminal = policy.find("criminal")
    assert criminal is not None
    assert (criminal.keep, criminal.moment) == (Period(90, "days"), "matter concluded")
    assert (criminal.matter_kinds, criminal.review) == (("criminal",), True)
    assert policy.activation is not None
    assert policy.activation.exclude_call_types == ("STATION REPORT", "PHONE REPORT")
    assert policy.rules[0].dispositions == ("ARREST", "CITATION", "FORCE")
    assert (policy.rules[0].add_class, policy.rules[0].open_matter) == ("criminal", "criminal")
    assert policy.remarks == ()


def test_the_hash_is_that_of_the_exact_bytes() -> None:
    assert house().sha256 == hashlib.sha256(HOUSE.encode()).hexdigest()
    assert parse(HOUSE.encode()).sha256 == house().sha256
    assert parse(HOUSE + "\n").sha256 != house().sha256


def test_a_draft_need_not_know_its_adoption() -> None:
    text = HOUSE
    for line in (
        'adopted_by = "Board of Police Commissioners"\n',
        "adopted_on = 2021-03-23\n",
        "effective = 2021-04-01\n",
    ):
        text = with_slip(line, "", text)
    policy = parse(text)
    assert (policy.adopted_by, policy.adopted_on, policy.effective) == ("", None, None)


def test_windows_line_ends_count_lines_alike() -> None:
    text = with_slip('"180 days"', '"180 dayz"').replace("\n", "\r\n")
    assert only(text)[0] == line_of(text, "180 dayz")


@pytest.mark.parametrize(
    ("old", "new", "clause", "says"),
    [
        ('keep = "180 days"', 'keep = "180 dayz"', "V.3", 'did you mean "days"?'),
        ('keep = "180 days"', 'keep = "0 days"', "V.3", "keeps nothing"),
        ('keep = "180 days"', 'keep = "-5 days"', "V.3", "keeps nothing"),
        ('keep = "180 days"', 'keep = "201 years"', "V.3", "longer than 200 years"),
        ('keep = "180 days"', 'keep = "1.5 years"', "V.3", "whole number"),
        ('keep = "180 days"', "keep = 180", "V.3", "must be text"),
        ('keep = "180 days"', 'kept = "180 days"', "V.3", 'unknown key `kept`; did you mean "keep"?'),
        ('from = "recorded"', 'from = "recordd"', "V.3", 'no moment "recordd"; did you mean "recorded"?'),
        ('from = "recorded"', 'from = "recorded"\nmatter_kinds = ["civil"]', "V.3", "contradicts"),
        ('matter_kinds = ["criminal"]', 'matter_kinds = ["criminl"]', "V.4", 'no kind of matter "criminl"'),
        ('matter_kinds = ["criminal"]', "matter_kinds = []", "V.4", "no conclusion would ever"),
        ("review = true ", 'review = "yes" ', "V.4", "must be true or false"),
        ('id = "criminal"', 'id = "unclassified"', "V.4", "there twice"),
        ('id = "criminal"', 'id = "Criminal"', "V.4", "small letters"),
        ('add_class = "criminal"', 'add_class = "criminel"', "V.6", 'no class "criminel"'),
        ('add_class = "criminal"', 'add_class = "unclassified"', "V.6", "nobody has decided"),
        ('open_matter = "criminal"', 'open_matter = "crime"', "V.6", 'no kind of matter "crime"'),
        ('{ disposition = ["ARREST", "CITATION", "FORCE"] }', "{ outcome = 1 }", "V.6", "names no outcome"),
        ('["ARREST", "CITATION", "FORCE"]', "[]", "V.6", "would never apply"),
        ('["ARREST", "CITATION", "FORCE"]', '["ARREST", "ARREST"]', "V.6", 'names "ARREST" twice'),
        ("late_start_seconds = 60", "late_start_seconds = -1", "III.A", "from 0 to 86400"),
        ("late_start_seconds = 60", 'late_start_seconds = "60"', "III.A", "a whole number, not text"),
        ("late_start_seconds = 60", "late_start_seconds = true", "III.A", "not true or false"),
        ("upload_hours = 24", "upload_hours = 0", "III.A", "from 1 to"),
        ("effective = 2021-04-01", "effective = 2021-03-22", "", "before it is adopted"),
        ("effective = 2021-04-01", 'effective = "2021-04-01"', "", "without quotes"),
        ("effective = 2021-04-01", "effective = 2021-04-01T08:00:00Z", "", "without a time"),
        ("effective = 2021-04-01", "effective = 0202-04-01", "", "1900 to 2200"),
        ('version = "2021-03"', 'version = ""', "", "`version` is empty"),
        ('version = "2021-03"', 'version = "a\\u0007b"', "", "control character"),
        ('id = "internally-recorded-digital-media"', 'id = "Recorded Media"', "", "small letters"),
        ("[activation]", "[activaton]", "", "no section `activaton`"),
    ],
)  # fmt: skip
def test_a_slip_is_named_by_line_and_clause(old: str, new: str, clause: str, says: str) -> None:
    found = [p for p in problems(with_slip(old, new)) if says in p.message]
    assert len(found) == 1, problems(with_slip(old, new))
    assert found[0].line == line_of(HOUSE, old) + new.count("\n")
    assert found[0].clause == clause


@pytest.mark.parametrize(
    ("line", "clause", "says"),
    [
        ('keep = "180 days"\n', "V.3", "[[class]] has no `keep`"),
        ('from = "recorded"\n', "V.3", "[[class]] has no `from`"),
        ('clause = "V.3"\n', "", "[[class]] has no `clause`"),
        ('matter_kinds = ["criminal"]\n', "V.4", "[[class]] has no `matter_kinds`"),
        ('clause = "V.6"\n', "", "[[rule]] has no `clause`"),
        ('when = { disposition = ["ARREST", "CITATION", "FORCE"] }\n', "V.6", "[[rule]] has no `when`"),
        ("gap_seconds = 60\n", "III.A", "[activation] has no `gap_seconds`"),
    ],
)
def test_what_is_missing_is_named_at_its_table(line: str, clause: str, says: str) -> None:
    text = with_slip(line, "")
    number, where, message = only(text)
    assert says in message
    assert where == clause
    heading = message.split(" has no ")[0]
    assert text.split("\n")[number - 1].startswith(heading)


def test_every_problem_is_named_not_only_the_first() -> None:
    text = with_slip('"180 days"', '"180 dayz"')
    text = with_slip("gap_seconds = 60", "gap_secs = 60", text)
    text = with_slip('open_matter = "criminal"', 'open_matter = "crime"', text)
    found = problems(text + a_class("criminal-"))
    assert [p.clause for p in found] == ["III.A", "III.A", "V.3", "V.6", "V.9", "V.9"]
    assert [p.line for p in found] == sorted(p.line for p in found)


def test_unclassified_must_be_there_and_be_kept_forever() -> None:
    missing = with_slip('id = "unclassified"', 'id = "untouched"')
    assert 'no [[class]] has id = "unclassified"' in only(missing)[2]
    expiring = with_slip('keep = "forever"  ', 'keep = "9 years"\nfrom = "recorded"  ')
    assert only(expiring) == (
        line_of(expiring, "9 years"),
        "V.1",
        'class unclassified must be kept "forever": nobody has looked at it yet',
    )


def test_forever_has_no_end_at_which_to_review() -> None:
    text = HOUSE + a_class("homicide", '"forever"', "", "review = true")
    line, clause, message = only(text)
    assert (line, clause) == (line_of(text, 'keep = "forever"\nreview') + 1, "V.9")
    assert "no end at which a person could review it" in message


@pytest.mark.parametrize("class_id", ["nonevidentiary", "non-evidentia-ry"])
def test_two_classes_that_read_alike_overlap(class_id: str) -> None:
    text = HOUSE + a_class(class_id)
    _, clause, message = only(text)
    assert clause == "V.9"
    assert (
        f'overlaps class "non-evidentiary" on line {line_of(HOUSE, "[[class]]" + chr(10) + "id = " + chr(34) + "non")}'
        in message
    )


def test_a_class_that_is_there_twice_contradicts_itself_even_where_the_first_is_broken() -> None:
    text = with_slip('"180 days"', '"180 dayz"') + a_class("non-evidentiary")
    assert [p.message for p in problems(text) if "twice" in p.message]


def test_a_rule_that_is_there_twice_is_named() -> None:
    rule = HOUSE[HOUSE.index("[[rule]]") :]
    assert "says the same" in only(HOUSE + rule)[2]
    reordered = rule.replace('["ARREST", "CITATION", "FORCE"]', '["FORCE", "ARREST", "CITATION"]')
    assert "says the same" in only(HOUSE + reordered)[2]


def test_a_rule_must_do_something() -> None:
    text = with_slip('add_class = "criminal"\n', "")
    assert not problems(text)
    assert "adds a class, opens a matter, or both" in only(with_slip('open_matter = "criminal"\n', "", text))[2]


CLAUSES = '[[clause]]\nid = "V.1"\ntext = "It stays."\nstatus = "proposal"\n[[clause]]\nid = "V.2"\ntext = "It goes."\n'


def test_once_a_text_carries_its_clauses_everything_cited_must_be_there() -> None:
    found = problems(CLAUSES + HOUSE)
    assert [p.message for p in found] == [f'there is no [[clause]] "{n}"; {h}' for n, h in (
        ("III.A", "it must be one of V.1, V.2"),
        ("V.3", 'did you mean "V.2"?'),
        ("V.4", 'did you mean "V.2"?'),
        ("V.6", 'did you mean "V.2"?'),
    )]  # fmt: skip


def test_clauses_are_numbered_once_have_words_and_a_known_mark() -> None:
    twice = CLAUSES.replace('"V.2"', '"V.1"') + HOUSE
    assert "there are two clauses V.1; the other is on line 1" in [p.message for p in problems(twice)]
    wordless = '[[clause]]\nid = "V.1"\n'
    assert any("[[clause]] has no `text`" in p.message and p.clause == "V.1" for p in problems(wordless + HOUSE))
    marked = CLAUSES.replace("proposal", "sorced") + HOUSE
    assert any('did you mean "sourced"?' in p.message for p in problems(marked))


def test_single_brackets_around_a_class_are_explained() -> None:
    text = '[policy]\nid = "a"\nversion = "1"\n[class]\nid = "unclassified"\n'
    assert any("write [[class]] with two brackets" in p.message and p.line == 4 for p in problems(text))


def test_notice_of_changes_can_be_longer_but_not_shorter() -> None:
    longer = parse(HOUSE + '[changes]\nclause = "VII.2"\nnotice = "3 months"\n')
    assert str(longer.changes.notice) == "3 months"
    assert str(house().changes.notice) == "30 days"
    for notice in ("29 days", "1 month", "forever", "a while"):
        # 1 month is only 28 days in February
        line, clause, _ = only(HOUSE + f'[changes]\nclause = "VII.2"\nnotice = "{notice}"\n')
        assert (line, clause) == (HOUSE.count("\n") + 3, "VII.2")


def test_oddities_are_remarked_and_no_error() -> None:
    text = HOUSE + a_class("homicide", '"forever"')
    policy = parse(with_slip('open_matter = "criminal"', 'open_matter = "force"', text))
    assert len(policy.remarks) == 2
    assert any('"homicide" is kept forever, so its from says nothing' in r for r in policy.remarks)
    assert any("does not wait for its conclusion" in r for r in policy.remarks)


def test_what_is_not_toml_is_named_and_the_rest_is_read_all_the_same() -> None:
    text = with_slip('clause = "V.4"', 'clause = "V.4')
    text = with_slip('"180 days"', '"180 dayz"', text)
    found = problems(text)
    assert [p.line for p in found] == [line_of(text, "dayz"), line_of(text, '"V.4\n')]
    assert "do not close" in found[1].message


def test_a_table_that_is_there_twice_does_not_spill_into_the_first() -> None:
    text = HOUSE + '[policy]\nid = "other"\nversion = "other"\n'
    line, _, message = only(text)
    assert line == line_of(text, '[policy]\nid = "other"')
    assert "twice" in message


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (b"\xef\xbb\xbf" + HOUSE.encode(), 1, "byte-order mark"),
        (HOUSE.encode().replace(b"Police", b"Poli\xe9"), 4, "not UTF-8"),
        (b"x = " + b"[" * 100_000, 1, "nested too deep"),
        (b"#" * 300_000, 1, "262,144 at most"),
        (b"x = " + b"9" * 5000, 1, "not valid TOML"),
        (b'x = """\nnever closed\n\n\n', 2, "Unterminated"),
        (HOUSE.encode().replace(b"2021-03-23", b"2021-02-30"), 5, "Invalid date"),
    ],
)
def test_what_is_no_text_at_all_is_one_problem(text: bytes, line: int, says: str) -> None:
    found = only(text)
    assert found[0] == line
    assert says in found[2]


def test_an_empty_text_says_what_a_policy_needs() -> None:
    assert {p.message.partition(":")[0] for p in problems("")} == {
        "the text has no [policy] section",
        'no [[class]] has id = "unclassified"',
    }


def test_lone_surrogates_are_refused() -> None:
    with pytest.raises(PolicyErrors, match="not UTF-8"):
        parse(HOUSE + "# \ud800")


def test_kansas_city_s_text_has_no_problems_and_marks_every_clause() -> None:
    policy = parse(KANSAS_CITY.read_bytes())
    assert policy.remarks == ()
    assert {c.status for c in policy.clauses} == {"sourced", "proposal"}
    assert {c.id for c in policy.classes} >= {"unclassified", "pre-check", "non-evidentiary", "criminal"}
    assert (policy.number, policy.effective) == ("21-05", date(2021, 4, 1))


def test_every_sourced_clause_of_kansas_city_names_a_source_that_the_readme_lists() -> None:
    readme = (KANSAS_CITY.parent / "README.md").read_text(encoding="utf-8")
    keys = {line.split("|")[1].strip() for line in readme.splitlines() if line.startswith("| ") and "|" in line[2:]}
    text = KANSAS_CITY.read_text(encoding="utf-8")
    sourced = [line for line in text.splitlines() if line.startswith('status = "sourced"')]
    assert len(sourced) == sum(c.status == "sourced" for c in parse(text).clauses)
    for line in sourced:
        comment = line.partition("#")[2].partition(":")[0]
        named = {word.strip().split(" ")[0] for word in comment.split(",")}
        assert named
        assert named <= keys, line
