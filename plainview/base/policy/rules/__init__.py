"""What a policy text means. PURE: standard library only; the offline verifier imports this folder.

`parse` reads a text, `keep_until` says how long one recording is kept and why, `speaking` says which of several
policies have a say in it, `shortens` and `compare` hold two texts against each other.
"""

from __future__ import annotations

from plainview.base.policy.rules.adoption import (
    Adoption,
    Ballot,
    Refused,
    check_vote,
    check_withdrawal,
    earliest,
    settle,
)
from plainview.base.policy.rules.change import Change, shortens
from plainview.base.policy.rules.compare import Comparison, Piece, Row, compare, describe_class, describe_rule
from plainview.base.policy.rules.disposal import Course
from plainview.base.policy.rules.duties import (
    ClosedRecords,
    Disposal,
    Docking,
    Doubtful,
    Duties,
    Early,
    Escalation,
    Lowering,
    Review,
)
from plainview.base.policy.rules.keep import HoldState, KeepUntil, MatterState, Reason, keep_until
from plainview.base.policy.rules.manifest import BadManifest, Judge
from plainview.base.policy.rules.parse import parse
from plainview.base.policy.rules.period import BadPeriod, Period, read_period
from plainview.base.policy.rules.report import PolicyErrors, Problem
from plainview.base.policy.rules.say_duties import Told, told
from plainview.base.policy.rules.shape import NOTICE, Activation, Changes, Class, Clause, Policy, Rule
from plainview.base.policy.rules.terms import Term, in_force_on, speaking
from plainview.base.policy.rules.words import (
    FOREVER,
    MATTER_CONCLUDED,
    MATTER_KINDS,
    MOMENTS,
    RECORDED,
    UNCLASSIFIED,
    UNTIL_CONCLUDED,
    UPLOADED,
    Until,
    in_words,
)

__all__ = [
    "FOREVER",
    "MATTER_CONCLUDED",
    "MATTER_KINDS",
    "MOMENTS",
    "NOTICE",
    "RECORDED",
    "UNCLASSIFIED",
    "UNTIL_CONCLUDED",
    "UPLOADED",
    "Activation",
    "Adoption",
    "BadManifest",
    "BadPeriod",
    "Ballot",
    "Change",
    "Changes",
    "Class",
    "Clause",
    "ClosedRecords",
    "Comparison",
    "Course",
    "Disposal",
    "Docking",
    "Doubtful",
    "Duties",
    "Early",
    "Escalation",
    "HoldState",
    "Judge",
    "KeepUntil",
    "Lowering",
    "MatterState",
    "Period",
    "Piece",
    "Policy",
    "PolicyErrors",
    "Problem",
    "Reason",
    "Refused",
    "Review",
    "Row",
    "Rule",
    "Term",
    "Told",
    "Until",
    "check_vote",
    "check_withdrawal",
    "compare",
    "describe_class",
    "describe_rule",
    "earliest",
    "in_force_on",
    "in_words",
    "keep_until",
    "parse",
    "read_period",
    "settle",
    "shortens",
    "speaking",
    "told",
]
