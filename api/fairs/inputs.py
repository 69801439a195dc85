"""Settings, typed wishes and uploaded sheets → the fair as the planner and the checker read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from api.db.tables import Fair as FairRow
from api.db.tables import FairWish
from api.errors import InvalidError
from api.fairs.files import list_file
from api.fairs.keeping import wishes_of
from api.service import Service
from matcher.errors import MatcherError
from matcher.fair.base import PartyKind, Wish
from matcher.fair.read import Fair
from matcher.fair.settings import FairSettings, WishSaid
from matcher.fair.sheets import Attendance, MetRow, WishRow, read_attendance, read_met, read_wishes, wishes_in

__all__ = ["Inputs", "inputs_of"]

_MB = 1_000_000
_SIDES: Mapping[str, PartyKind] = {"企业": PartyKind.ENTERPRISE, "单位": PartyKind.TEAM}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What one reading of the rows found; the sheets are read by `fair`, outside of the transaction."""

    name: str
    settings: FairSettings
    typed: tuple[WishRow, ...]
    said: tuple[WishSaid, ...]
    sheets: Mapping[str, Path]
    max_bytes: int

    def fair(self) -> Fair:
        """The fair, its sheets read.

        Raises:
            InvalidError: a sheet cannot be used; names file and row.
        """
        try:
            written, met, came = self._sheets()
        except MatcherError as error:
            told = str(error)
            for path in self.sheets.values():
                told = told.replace(f"{path.parent}/", "")
            raise InvalidError(told, "A list of the fair cannot be used.") from error
        # The books look in the settings for what a wish without a graded pair is about.
        settings = self.settings.model_copy(update={"wish": (*self.settings.wish, *self.said)})
        return Fair(
            source=f"“{self.name}”",
            settings=settings,
            wishes=(*written, *wishes_in(self.settings, f"对接会设置“{self.name}”"), *self.typed),
            met=met,
            attendance=came,
        )

    def _sheets(self) -> tuple[tuple[WishRow, ...], tuple[MetRow, ...], Mapping[str, Attendance]]:
        sheets, most = self.sheets, self.max_bytes
        return (
            read_wishes(sheets["wishes"], max_bytes=most) if "wishes" in sheets else (),
            read_met(sheets["met"], max_bytes=most) if "met" in sheets else (),
            read_attendance(sheets["attendance"], max_bytes=most) if "attendance" in sheets else {},
        )


def inputs_of(service: Service, session: Session, fair: FairRow) -> Inputs:
    """What a fair is to be planned or checked by, as it stands in this transaction."""
    wishes = wishes_of(session, fair)
    found = {part: list_file(service, fair, part) for part in ("wishes", "met", "attendance")}
    return Inputs(
        name=fair.name,
        settings=FairSettings.model_validate(fair.settings),
        typed=_rows(wishes),
        said=tuple(
            WishSaid.model_validate(
                {"enterprise": wish.enterprise, "team": wish.team, "wish": wish.wish, "by": wish.by}
            )
            for wish in wishes
        ),
        sheets={part: path for part, path in found.items() if path is not None},
        max_bytes=service.settings.max_upload_mb * _MB,
    )


def _rows(wishes: Sequence[FairWish]) -> tuple[WishRow, ...]:
    return tuple(
        WishRow(wish.enterprise, wish.team, Wish(wish.wish), _SIDES[wish.by], f"录入的第 {at} 条意愿")
        for at, wish in enumerate(wishes, 1)
    )
