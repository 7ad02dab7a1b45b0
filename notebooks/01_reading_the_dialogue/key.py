"""Keys of lesson 01: reading the dialogue."""

import pandas as pd

from helpers.catalogue import load
from helpers.exercises import Keys, premise

KEYS = Keys()


def _reader(name: str, variable: str) -> pd.Series:
    codings = load("statement_codings").set_index("statement")
    return codings.loc[codings["reader"] == name, variable]


def _chance(a: pd.Series, b: pd.Series) -> float:
    return float(sum((a == code).mean() * (b == code).mean() for code in sorted(set(a) | set(b))))


def _kappa(a: pd.Series, b: pd.Series) -> float:
    chance = _chance(a, b)
    return float(((a == b).mean() - chance) / (1 - chance))


def _hedged_with(changes: dict[str, str]) -> float:
    """Kappa for `hedged` after some of reader B's codes were changed."""
    b = _reader("B", "hedged").copy()
    for statement, code in changes.items():
        b[statement] = code
    return _kappa(_reader("A", "hedged"), b)


def _kinds_apart(first_list: tuple[str, ...]) -> list[str]:
    """Statements to which A and B give different kinds, on the first list or not."""
    listed = load("statements").query("first_list in @first_list")["statement"]
    a, b = (_reader(name, "kind").loc[listed] for name in ("A", "B"))
    return list(a.index[a != b])


def _joint(present: str) -> set[str]:
    counts = (
        load("theme_counts")
        .merge(load("texts")[["text", "side"]], on="text")
        .query("side == 'joint'")
    )
    grouped = (counts["matches"] > 0).groupby(counts["theme"])
    present_in = grouped.all() if present == "all" else grouped.any()
    return set(present_in.index[present_in])


def _as_drawn(themes: set[str]) -> set[str]:
    """Names of themes as the figure has them."""
    return {theme.replace("_", " ") for theme in themes}


def _listed() -> pd.DataFrame:
    """The statements with what A calls checkable."""
    return load("statements").merge(_reader("A", "checkable").rename("A"), on="statement")


def _pairs(code: str) -> int:
    """How many statements both readers gave a code of `hedged`."""
    return int(((_reader("A", "hedged") == code) & (_reader("B", "hedged") == code)).sum())


def _agreed_on(code: str) -> float:
    """Of all uses of a code of `hedged`, the share on which both readers agree."""
    uses = sum((_reader(who, "hedged") == code).sum() for who in "AB")
    return float(2 * _pairs(code) / uses)


@KEYS.add(
    "01.1",
    "For every code, multiply the share of A by the share of B; then add up the products.",
    traps={
        "That is the observed agreement. What would blind dealing give?": lambda: float(
            (_reader("A", "theme") == _reader("B", "theme")).mean()
        ),
        "That is the chance agreement on kind; the question is about theme.": lambda: _chance(
            _reader("A", "kind"), _reader("B", "kind")
        ),
        "That is kappa; the question is about one of its two parts.": lambda: _kappa(
            _reader("A", "theme"), _reader("B", "theme")
        ),
        "That is in percent; give a share between 0 and 1.": lambda: (
            100 * _chance(_reader("A", "theme"), _reader("B", "theme"))
        ),
    },
    rtol=0,
    atol=0.0051,
)
def chance_agreement_on_theme() -> float:
    """Share of statements on which A and B would agree on theme by chance."""
    return _chance(_reader("A", "theme"), _reader("B", "theme"))


@KEYS.add(
    "01.2",
    "Keep the statements of the first list, and then compare the kinds that A and B gave them.",
    traps={
        "That is the whole page; the question is about the statements of the first list.": lambda: (
            _kinds_apart(("yes", "no"))
        ),
    },
)
def kinds_apart_on_the_first_list() -> set[str]:
    """Statements of the first list to which A and B give different kinds."""
    return set(_kinds_apart(("yes",)))


@KEYS.add(
    "01.3",
    "Change one code in a copy, then compute kappa again: the chance agreement changes, too.",
    traps={
        "That is kappa before the change.": lambda: _hedged_with({}),
        "You changed s24, on which the readers disagree already.": lambda: _hedged_with(
            {"s24": "yes"}
        ),
        "That is the share of agreement; kappa takes chance out of it.": lambda: float(
            (
                _reader("A", "hedged")
                == _reader("B", "hedged").where(_reader("B", "hedged").index != "s23", "no")
            ).mean()
        ),
    },
    rtol=0,
    atol=0.0051,
)
def kappa_with_one_hedge_less() -> float:
    """Kappa for hedged if reader B had written no for s23."""
    return _hedged_with({"s23": "no"})


@KEYS.add(
    "01.4",
    "Go down the two columns of the joint texts and keep the themes with a dot in both.",
    traps={
        "You took the themes that are in at least one joint text; give those in both.": lambda: (
            _as_drawn(_joint("any"))
        ),
    },
)
def themes_in_both_joint_texts() -> set[str]:
    """Themes with a word in each of the two joint texts."""
    return _as_drawn(_joint("all"))


@KEYS.add(
    "01.a",
    "Read the definitions again: does the statement name a measurement? Could a record contradict "
    "it?",
    traps={
        "The kind is right. But which record could show the statement wrong?": lambda: (
            ["evaluation", "yes"]
        ),
        "A and B agree with you on checkable. For the kind: does it state something, or "
        "praise somebody?": lambda: ["existence", "no"],
    },
)
def gap_of_s06() -> list[str]:
    """Kind and checkable of s06, on which A and B agree."""
    codes = [_reader("A", variable)["s06"] for variable in ("kind", "checkable")]
    same = codes == [_reader("B", variable)["s06"] for variable in ("kind", "checkable")]
    premise(same, "A and B give s06 the same kind and agree on checkable")
    return codes


@KEYS.add(
    "01.b",
    'theme = side_by_side("theme"); then kappa takes its two columns.',
    traps={
        "That is the share on which they agree; kappa takes chance out of it.": lambda: float(
            (_reader("A", "theme") == _reader("B", "theme")).mean()
        ),
        "That is the chance agreement alone.": lambda: _chance(
            _reader("A", "theme"), _reader("B", "theme")
        ),
    },
    rtol=0,
    atol=0.0051,
)
def kappa_of_theme() -> float:
    """Kappa of A and B on theme."""
    return _kappa(_reader("A", "theme"), _reader("B", "theme"))


@KEYS.add(
    "01.c",
    "Copy the cell above and change yes to no in all four places.",
    traps={
        "That is for yes.": lambda: _agreed_on("yes"),
        "Both readers use a shared code, so count it twice.": lambda: _agreed_on("no") / 2,
        "Count each pair of no twice, and divide by all uses of no, A's and B's together.": (
            lambda: float((_reader("A", "hedged") == _reader("B", "hedged")).mean())
        ),
        "You divided by all statements: divide by all uses of no, A's and B's together.": (
            lambda: float(_pairs("no") / len(_reader("A", "hedged")))
        ),
        "You divided by one reader's uses: divide by all uses of no, A's and B's together.": (
            lambda: float(_pairs("no") / (_reader("A", "hedged") == "no").sum())
        ),
    },
    rtol=0,
    atol=0.0051,
)
def agreement_on_no() -> float:
    """Of all uses of no for hedged, the share on which A and B agree."""
    return _agreed_on("no")


@KEYS.add(
    "01.d",
    "Divide three by the number of statements, then make it a percentage.",
    traps={
        "That is a share; give it in percent.": lambda: 3 / len(load("statements")),
        "That is for the ten statements; the readers coded the whole page.": lambda: 30.0,
    },
    rtol=0,
    atol=0.051,
)
def rule_of_three() -> float:
    """The rule of three for the statements of the page, in percent."""
    return 300 / len(load("statements"))


@KEYS.add(
    "01.e",
    "Filter with two conditions joined by and: A is yes, first_list is no. Then count.",
    traps={
        "That counts all on which A and the first list differ, in either direction.": lambda: len(
            _listed().query("A != first_list")
        ),
        "That counts those on the first list and not checkable; count the opposite.": lambda: len(
            _listed().query("A == 'no' and first_list == 'yes'")
        ),
        "That counts all that A calls checkable.": lambda: len(_listed().query("A == 'yes'")),
    },
)
def checkable_and_not_listed() -> int:
    """Statements that A and B call checkable and the first list did not have."""
    return len(_listed().query("A == 'yes' and first_list == 'no'"))
