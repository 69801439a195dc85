"""`plan.json`: a plan written and read back without loss. Nothing in it depends on when or where it was made."""

import zlib
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from matcher.errors import PlanError
from matcher.fair.base import VERSION, Plan

__all__ = ["PLAN_FILE", "pack_plan", "read_plan", "unpack_plan", "write_plan"]

PLAN_FILE = "plan.json"


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Plan]:
    return TypeAdapter(Plan)


def write_plan(plan: Plan, folder: Path) -> Path:
    """Write `plan.json` into a folder, beside first and then renamed, so that nobody reads half of one.

    Raises:
        PlanError: it cannot be written.
    """
    path = folder / PLAN_FILE
    beside = folder / f"{PLAN_FILE}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(_adapter().dump_json(plan, by_alias=True, indent=1) + b"\n")
        beside.replace(path)
    except OSError as error:
        raise PlanError(f"写不了排期 {path}（{error.strerror}）；请检查磁盘空间和权限，或换一个 --out。") from error
    return path


def pack_plan(plan: Plan) -> bytes:
    """A plan for a database: `plan.json`, compressed."""
    return zlib.compress(_adapter().dump_json(plan, by_alias=True))


def unpack_plan(data: bytes) -> Plan:
    """What `pack_plan` made.

    Raises:
        PlanError: it is damaged, or of another version.
    """
    try:
        plan = _adapter().validate_json(zlib.decompress(data))
        _resolve(plan)
    except (zlib.error, ValidationError, IndexError) as error:
        raise PlanError("保存的排期已损坏，或由其他版本的程序写成；请重新排期。") from error
    if plan.version != VERSION:
        raise PlanError(f"保存的排期是第 {plan.version} 版格式，本程序读第 {VERSION} 版；请重新排期。")
    return plan


def read_plan(where: Path) -> Plan:
    """Read a plan from its folder or file.

    Raises:
        PlanError: it is missing, damaged or of another version.
    """
    path = where / PLAN_FILE if where.is_dir() else where
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PlanError(f"读不了排期 {path}（{error.strerror}）；请给出 matcher fair plan 的 --out 文件夹。") from error
    try:
        plan = _adapter().validate_json(data)
        _resolve(plan)
    except (ValidationError, IndexError) as error:
        raise _unreadable(path, data) from error
    if plan.version != VERSION:
        raise _unreadable(path, data)
    return plan


def _unreadable(path: Path, data: bytes) -> PlanError:
    try:
        version = from_json(data)["version"]
    except (ValueError, KeyError, TypeError):
        version = VERSION
    if version != VERSION:
        return PlanError(
            f"排期 {path} 是第 {version} 版格式，本程序读第 {VERSION} 版；请用同一版本的程序，或重新排期。"
        )
    return PlanError(f"排期 {path} 已损坏，读不出来；请从备份恢复，或重新运行 matcher fair plan。")


def _resolve(plan: Plan) -> None:
    """Touch every reference.

    Raises:
        IndexError: one points nowhere.
    """
    for meeting in plan.meetings:
        plan.enterprise(meeting), plan.team(meeting), plan.slot(meeting), plan.table(meeting)
    for one in plan.standby:
        plan.problem.candidates[one.candidate]
    for missing in plan.unscheduled:
        plan.problem.parties[missing.party]
