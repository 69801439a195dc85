"""An upload becomes a job: checked, stored on the medium, written down, and only then acknowledged."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from starlette.datastructures import UploadFile

from api.access.caller import Caller
from api.db.base import new_id
from api.db.tables import Job
from api.errors import InvalidError
from api.imports.receiving import Received
from api.imports.storing import discard, store
from api.jobs.queue import ask, asked_before, wake
from api.records.publishing import target_owner
from api.service import Service
from matcher.corpus.mapping import check_fields

__all__ = ["ask_for_import", "ask_with_files", "check_key", "check_texts"]

_SIDES = ("auto", "need", "achievement")
_FLAGS: Mapping[str, bool] = {"": False, "false": False, "0": False, "true": True, "1": True}
_FIELDS = frozenset({"side", "owner_id", "publish", "mapping"})
_LONGEST_KEY = 200


def check_key(key: str | None) -> str | None:
    """An Idempotency-Key that can be kept.

    Raises:
        InvalidError: it is empty, longer than 200 characters or has others than visible ASCII.
    """
    if key is None or (0 < len(key) <= _LONGEST_KEY and key.isascii() and key.isprintable()):
        return key
    raise InvalidError(
        f"Idempotency-Key 应为 1–{_LONGEST_KEY} 个可见的 ASCII 字符，例如一个 UUID。",
        "Idempotency-Key: 1 to 200 visible ASCII characters.",
        field="Idempotency-Key",
    )


def ask_for_import(service: Service, caller: Caller, form: Received, key: str | None) -> Job:
    """Accept files to be imported.

    Raises:
        InvalidError: there is no file, a field cannot be used, or the owner does not exist.
        ForbiddenError: another organisation was named by somebody who is not staff.
        ConflictError: as `api.jobs.queue.ask` says.
        ColumnError: the mapping names a field there is not.
    """
    check_texts(form.texts, _FIELDS)
    files = [file for name, file in form.files if name == "files"]
    if not files or len(files) != len(form.files):
        raise InvalidError("请在表单字段 files 中上传至少一个文件。", "Send files in the field files.", field="files")
    side = form.texts.get("side", "auto")
    if side not in _SIDES:
        raise InvalidError(f"side 应为以下之一：{'、'.join(_SIDES)}。", "Unknown side.", field="side")
    given = form.texts.get("publish", "").lower()
    if given not in _FLAGS:
        raise InvalidError("publish 应为 true 或 false。", "publish is true or false.", field="publish")
    mapping = _mapping(form.texts.get("mapping", ""))
    with service.database.reading() as session:
        owner = target_owner(session, caller, form.texts.get("owner_id") or None)
    said = {"side": side, "owner_id": owner.id, "publish": _FLAGS[given], "mapping": mapping}
    return ask_with_files(service, caller, "import", files, parameters=lambda names: {"files": names, **said}, key=key)


def ask_with_files(
    service: Service,
    caller: Caller,
    kind: str,
    files: Sequence[UploadFile],
    *,
    parameters: Callable[[list[str]], dict[str, Any]],
    key: str | None,
) -> Job:
    """Store files and write the job down that reads them from `uploads/<its id>/`; the same key, the same job.

    Raises:
        InvalidError: a file is empty.
        ConflictError: as `api.jobs.queue.ask` says.
    """
    with service.database.reading() as session:
        before = asked_before(session, caller, kind, key)
    if before is not None:
        return before
    job_id = new_id()
    folder = service.uploads / job_id
    names = store(folder, files) if files else []
    new = False
    try:
        with service.database.work() as session:
            job, new = ask(session, caller, kind, parameters(names), key=key, job_id=job_id)
    finally:
        if not new:
            discard(folder)
    wake(service, job.id)
    return job


def check_texts(texts: Mapping[str, str], known: frozenset[str]) -> None:
    """Raises InvalidError where a form has a field that is not known, or one with a character that cannot be kept."""
    for name, text in texts.items():
        if name not in known:
            raise InvalidError(
                f"没有“{name[:40]}”这个字段；可用：{'、'.join(sorted(known))}。", "Unknown field.", field=name[:40]
            )
        if "\x00" in text:
            raise InvalidError(f"字段 {name} 含有不可用的字符；请改正。", "A NUL character.", field=name)


def _mapping(text: str) -> dict[str, str]:
    """Heading → field, from JSON."""
    if not text.strip():
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidError("mapping 不是可读的 JSON；请改正。", "mapping is not JSON.", field="mapping") from error
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise InvalidError(
            'mapping 应为“列名: 字段名”的对象，例如 {"项目": "title"}。',
            "mapping is an object of texts.",
            field="mapping",
        )
    check_fields(found)
    return found
