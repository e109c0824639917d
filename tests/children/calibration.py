"""What the fabricated authority is calibrated to: England's published figures, and assumptions where there is none.

Belongs here: numbers with their source. Does not belong here: how they are used.
Published by the Department for Education under the Open Government Licence v3.0; codes name the tables (c1, c2 ...).
"""

from __future__ import annotations

# Children aged 0-17, England, mid-2024 (population_estimate of the looked-after table, 2025).
POPULATION = 12_183_016

# c1, year ending March 2025, England.
REFERRALS = 632_830
REREFERRALS = 142_900
NO_FURTHER_ACTION = 41_340
NOT_IN_NEED = 194_620

# c4, year ending March 2025, England; durations are working days from strategy discussion to conference.
SECTION_47 = 230_590
ICPC = 72_100
ICPC_WORKING_DAYS = {(0, 10): 6_240, (11, 15): 52_430, (16, 20): 6_430, (21, 45): 6_990}

# d3, 2025: plans started, and those that were a second or subsequent one, ever.
PLANS_STARTED = 61_840
PLANS_SUBSEQUENT = 15_130

# d5, 31 March 2025: plans open by length, percentages; upper ends in months.
PLANS_OPEN = 49_420
PLANS_OPEN_PCT = {3: 31.5, 6: 25.5, 12: 26.3, 24: 14.4, None: 2.3}
# Share of plans still open after so many months, read from d5: stock of a band = starts a month x months x mean
# survival.
PLAN_SURVIVAL = ((0.0, 1.0), (3.0, 0.99), (6.0, 0.65), (12.0, 0.20), (24.0, 0.038), (34.0, 0.004), (38.0, 0.0))

# b1, 31 March 2025: episodes of need open (plans and looked-after children are among them).
IN_NEED_OPEN = 402_400

# Children looked after, 2025.
LOOKED_AFTER_STARTED = 32_270
LOOKED_AFTER_OPEN = 81_770

# c2, 2021, England: working days an assessment took.
ASSESSMENT_WORKING_DAYS = {
    (0, 0): 9_420,
    (1, 10): 79_680,
    (11, 20): 120_900,
    (21, 30): 112_630,
    (31, 40): 128_640,
    (41, 45): 96_920,
    (46, 50): 29_450,
    (51, 60): 22_640,
    (61, 100): 25_700,
}

# c5, 2021, England: referrals by source, in the codes of the lists.
REFERRAL_SOURCES = {
    "a) Individual": 50_940,
    "b) Schools": 81_180,
    "c) Education Services": 8_490,
    "d) Health Services": 95_670,
    "e) Housing": 6_550,
    "f) LA Services": 87_260,
    "g) Police": 195_270,
    "h) Other legal agency": 23_910,
    "i) Other": 29_180,
    "j) Anonymous": 13_430,
    "k) Unknown": 5_890,
}

# c6, 2021, England: referrals by month. April to June 2020 were unlike other years; the shape of seasons is what is
# taken.
REFERRALS_BY_MONTH = {
    4: 37_570, 5: 43_440, 6: 53_950, 7: 54_300, 8: 44_620, 9: 55_650,
    10: 55_630, 11: 54_990, 12: 48_930, 1: 44_690, 2: 45_110, 3: 58_890,
}  # fmt: skip

# Workforce, 2025: cases a case-holding social worker.
CASELOAD = 15.2

# Assumptions: no published figure in use says these.
CONTACTS_PER_REFERRAL = 2.5
LOOKED_AFTER_SHARE_OF_PLANS = 0.20
GENDERS = {"a) Male": 51, "b) Female": 47, "c) Not stated/recorded": 1, "d) Neither": 1}
ETHNICITIES = {
    "a) White": 68,
    "b) Mixed": 10,
    "c) Asian or Asian British": 8,
    "d) Black or black British": 8,
    "e) Other ethnic group": 3,
    "f) Not stated": 3,
}
DISABILITIES = {"True": 11, "False": 85, "Unknown": 4}
# Age in years at a first referral; -1 is a child not yet born.
AGES = {
    -1: 3,
    0: 8,
    **dict.fromkeys(range(1, 5), 5),
    **dict.fromkeys(range(5, 10), 5.4),
    **dict.fromkeys(range(10, 18), 5),
}


def rate_per_10000(count: int) -> float:
    """A published count of England over its children aged 0-17, times 10,000."""
    return count / POPULATION * 10_000
