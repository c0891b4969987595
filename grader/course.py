"""The course configuration, from a TOML file; a wrong key or value is named with its line."""

from __future__ import annotations

import base64
import hashlib
import math
import re
import tomllib
import zoneinfo
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import TypeVar

from grader import stages
from grader.check import Refused
from grader.sandbox.limits import Limits

DEFAULT = Path(__file__).with_name("course.toml")
LARGEST = 1_000_000  # of any number: what is more, or not a number, is a slip
ABOVE_0 = ("deadlines", "limits")
NEVER = datetime(9999, 12, 31)  # its year is that of a week that has no due date
DAY = timedelta(days=1)

Setting = TypeVar("Setting")


@dataclass(frozen=True)
class Late:
    """What becomes of work that comes after its due date.

    percent_per_day  of what it has earned, for each day that has begun and is not free
    grace_minutes    so much later is not late
    free_days        so many days in all cost nothing; they are spent on the first weeks that need them
    latest_days      what comes more days late than this earns nothing
    """

    percent_per_day: float
    grace_minutes: float
    free_days: float
    latest_days: float

    def days(self, due: datetime, submitted: datetime) -> int:
        """How many days late it came: each that has begun counts."""
        return max(0, math.ceil((submitted - due - timedelta(minutes=self.grace_minutes)) / DAY))

    def share_lost(self, days: int, free: int) -> float:
        """The share of its score, 0 to 1, that work loses which came so many days late, some of them free."""
        return 1.0 if days - free > self.latest_days else min(1.0, (days - free) * self.percent_per_day / 100)


@dataclass(frozen=True)
class Course:
    """What an instructor can change. Deadlines are in seconds, the bonus cap in percent of a week.

    points  by week, then by the name of the check: what it gives instead of what its week says
    due     by week, where there is a date
    roster  the class list, or None
    """

    title: str
    hidden_checks: bool
    seed: float
    bonus_cap: float
    similar_percent: float
    roster: Path | None
    weights: dict[int, float]
    points: dict[int, dict[str, int]]
    due: dict[int, datetime]
    late: Late
    answer: float
    silent: float
    limits: Limits
    visible: tuple[Path, ...]

    @property
    def token(self) -> str:
        """A word that stands in the texts of the checks, another one for another seed."""
        return base64.b32encode(hashlib.blake2b(f"{self.seed:g}".encode()).digest())[:4].decode().lower()

    def score(self, percent: float) -> float:
        """A week's score as it counts: the bonus capped, rounded to hundredths."""
        return round(min(percent, 100 + self.bonus_cap), 2)

    def total(self, scores: dict[int, float]) -> float | None:
        """The weighted mean of the graded weeks' scores, rounded to hundredths; None where none is graded."""
        mean = self.mean(scores)
        return None if mean is None else round(mean, 2)

    def mean(self, scores: dict[int, float]) -> float | None:
        """The same, not rounded."""
        scores = {week: score for week, score in scores.items() if week in self.weights}  # or it is no week any more
        weight = sum(self.weights[week] for week in scores)
        if not weight:
            return None
        return sum(self.weights[week] * score for week, score in scores.items()) / weight


def load(path: Path = DEFAULT) -> Course:
    """Reads a course file; raises Refused with the line of what is wrong. What it does not say is as in DEFAULT."""
    try:
        text = path.read_text("utf-8-sig")
        tables = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Refused(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from None
    default = _default()
    values = {table: dict(default[table]) for table in default}
    values["points"] = _points(path, text, tables.pop("points", {}))
    for table, keys in tables.items():
        if table not in default:
            raise Refused(f"{_place(path, text, table)}: there is no [{table}]; there are {_list(values)}.")
        if not isinstance(keys, dict):
            raise Refused(f"{_place(path, text, table)}: {table} is a table, which begins with the line [{table}].")
        for key, value in keys.items():
            _look_at(f"{_place(path, text, table, key)}: {key}", default[table], key, value)
            if table in ABOVE_0 and not value > 0:
                raise Refused(f"{_place(path, text, table, key)}: {key} is more than 0, not {value!r}.")
            values[table][key] = value
    try:
        zone = zoneinfo.ZoneInfo(values["course"].pop("timezone"))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):  # also for a folder of zones, as "Europe"
        where = _place(path, text, "course", "timezone")
        raise Refused(f"{where}: timezone is one that this machine knows, as Europe/Berlin or UTC.") from None
    return _course(values, path.parent, zone)


def _default() -> dict[str, dict]:
    """The tables of DEFAULT; a week of which it does not speak counts as one, and is never due."""
    tables = tomllib.loads(DEFAULT.read_text("utf-8"))
    for name in (f"week{number}" for number in stages.numbers()):
        tables["weights"].setdefault(name, 1)
        tables["due"].setdefault(name, NEVER)
    return tables


def _by_week(table: dict[str, Setting]) -> dict[int, Setting]:
    """What stands at `week1`, `week2` ..., by the week's number."""
    return dict(sorted((int(name.removeprefix("week")), value) for name, value in table.items()))


def _points(path: Path, text: str, tables: object) -> dict[int, dict[str, int]]:
    """The points of checks that a course gives otherwise than their weeks do."""
    if not isinstance(tables, dict):
        raise Refused(f"{path.name}: the points of checks stand below lines like [points.week1].")
    points = {}
    for name, checks in tables.items():
        table = f"points.{name}"
        known = {f"week{number}": number for number in stages.numbers()}
        if name not in known or not isinstance(checks, dict):
            raise Refused(f"{_place(path, text, table)}: there is no [{table}]; there are {_list(known, 'points.')}.")
        week = stages.load(known[name])
        for check, value in checks.items():
            where = _place(path, text, table, check)
            try:
                week.select((check,))
            except Refused as refusal:
                raise Refused(f"{where}: {refusal}") from None
            if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < LARGEST:
                raise Refused(f"{where}: {check} is a whole number of points, 0 or more, not {value!r}.")
        points[known[name]] = checks
    return points


def _look_at(where: str, known: dict, key: str, value: object) -> None:
    if key not in known:
        raise Refused(f"{where} is not a setting; there are {_list(known)}.")
    kind = type(known[key])
    if kind is datetime:
        if not isinstance(value, datetime):
            raise Refused(f"{where} is a date with a time, as 2026-10-05T23:59:00, without quotes, not {value!s}.")
        return
    if kind is bool and not isinstance(value, bool):
        raise Refused(f"{where} is true or false, not {value!r}.")
    if kind is str and not isinstance(value, str):
        raise Refused(f"{where} is a text in quotes, not {value!r}.")
    if kind is list and not (isinstance(value, list) and all(isinstance(item, str) for item in value)):
        raise Refused(f"{where} is a list of texts in quotes, not {value!r}.")
    if kind is int and (isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < LARGEST):
        raise Refused(f"{where} is a number, 0 or more, not {value!r}.")


def _course(values: dict, folder: Path, zone: tzinfo) -> Course:
    due = {week: _in(zone, moment) for week, moment in _by_week(values["due"]).items()}
    roster = values["course"].pop("roster")
    return Course(
        **values["course"],
        roster=folder / _at_home(roster) if roster else None,
        points=values["points"],
        due={week: moment for week, moment in due.items() if moment.year < NEVER.year},
        late=Late(**values["late"]),
        weights=_by_week(values["weights"]),
        **values["deadlines"],
        visible=tuple(_at_home(place) for place in values["sandbox"]["visible"]),
        limits=Limits(**{field.name: math.ceil(values["limits"][field.name]) for field in fields(Limits)}),
    )


def _in(zone: tzinfo, moment: datetime) -> datetime:
    """A moment that has no zone is one in this zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _at_home(place: str) -> Path:
    """A folder, where `~` is the user's; without a home it stays, and does not exist."""
    with suppress(RuntimeError):
        return Path(place).expanduser()
    return Path(place)


def _place(path: Path, text: str, table: str, key: str = "") -> str:
    """`course.toml, line 12`: the line of the table, or of the key below it."""
    line_of_table, lines = None, [*enumerate(text.splitlines(), start=1)]
    for number, line in lines:
        if re.match(rf"\s*\[\s*{re.escape(table)}\s*\]", line):
            line_of_table = number
        if line_of_table and key and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return f"{path.name}, line {number}"
    if not line_of_table:  # it may stand in one line with its key: `late.free_days = 5`, `late = {free_days = 5}`
        first, _, last = table.partition(".")
        names = [re.compile(rf'(^|[\s.{{,"\[]){re.escape(name)}"?\s*[.=\]]') for name in (first, last, key) if name]
        having = {number: sum(bool(name.search(line)) for name in names) for number, line in lines}
        line_of_table = max(having, key=having.get) if any(having.values()) else None
    return f"{path.name}, line {line_of_table}" if line_of_table else path.name


def _list(known: dict, prefix: str = "") -> str:
    return ", ".join(prefix + name for name in known)
