"""The layer of claims on urbanisation."""

from __future__ import annotations

import pandas as pd

from geo.analysis.claims import BY_BASE_YEAR, Evidence, check_claims
from geo.errors import SourceError
from geo.i18n import Language, use_language


def build_claims(claims: pd.DataFrame, evidence: Evidence) -> pd.DataFrame:
    """The ``urbanisation_claims`` table: each claim with its verdict, in English.

    Parameters
    ----------
    claims
        Source table ``urbanisation_claims``.

    Returns
    -------
    pandas.DataFrame
        See :data:`geo.schema.network.URBANISATION_CLAIMS`; ordered by ``claim_id``. Pages in
        another language call :func:`check_claims` for the translated texts.

    Raises
    ------
    SourceError
        If a gain or a multiple lacks its base years.
    """
    table = claims.sort_values("claim_id", ignore_index=True)
    open_base = table["measure"].isin(BY_BASE_YEAR)
    lacking = table[open_base & (table["base_first"].isna() | table["base_last"].isna())]
    if len(lacking):
        raise SourceError(
            f"urbanisation_claims.csv: {lacking['claim_id'].iloc[0]!r} is a "
            f"{lacking['measure'].iloc[0]} and needs base_first and base_last, the years that it "
            "may count from."
        )
    with use_language(Language()):
        rows = check_claims(table, evidence)
    return table.assign(
        verdict=pd.array([row.verdict for row in rows], dtype="str"),
        conclusion=pd.array([row.conclusion for row in rows], dtype="str"),
        calculation=pd.array([row.calculation for row in rows], dtype="str"),
    )
