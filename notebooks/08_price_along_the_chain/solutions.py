"""Solutions of lesson 08, as a learner might write them, and wrong answers that must not count."""

from helpers import load

prices = load("cocaine_prices")
pure = (
    load("us_cocaine_prices")
    .query("series == 'DEA purchases, all sizes'")
    .sort_values("year")["usd_per_pure_gram"]
)

WRONG = {
    "08.1": [[4, 1], [1, 1], [4, 4], [2, 4], 1],
    "08.2": [0.93, 1.3, 0.7, "0.77"],
    "08.3": [[1.54, 1.19], [1.04]],
    "08.4": ["a", "c"],
}


def exercise_1():
    year = prices[(prices["year"] == 2019) & (prices["unit"] != "dose")].set_index(
        ["country", "level"]
    )["typical_usd"]
    stops = year.loc[
        [
            ("COL", "wholesale"),
            ("GTM", "wholesale"),
            ("MEX", "wholesale"),
            ("USA", "wholesale"),
            ("USA", "retail"),
        ]
    ].reset_index(drop=True)
    stops.iloc[-1] *= 1000
    return [int(stops.pct_change().idxmax()), int(stops.diff().idxmax())]


def exercise_2():
    wholesale = prices[prices["level"] == "wholesale"].pivot_table(
        index="year", columns="country", values="typical_usd"
    )
    return round(wholesale.loc[2021, "MEX"] / wholesale.loc[2021, "GTM"], 2)


def exercise_3():
    return [round(100 / price, 2) for price in pure]


def exercise_4():
    return "b"
