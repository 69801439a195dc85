"""What is uploaded for a fair, checked and stored."""

import tomllib

from api.access.caller import Caller
from api.db.tables import Job
from api.errors import InvalidError
from api.imports.asking import ask_with_files, check_texts
from api.imports.receiving import Received
from api.outbound.filename import plain_name
from api.service import Service
from matcher.fair.read import settings_of

__all__ = ["ask_for_fair"]

_MOST_TOML = 1_000_000
_PARTS = frozenset({"fair", "needs", "achievements", "attachments"})


def ask_for_fair(service: Service, caller: Caller, form: Received, key: str | None) -> Job:
    """Accept a `fair.toml` with what it names, and lists of both sides or none.

    Raises:
        InvalidError: a part is missing, given twice or unknown, or a file that is named was not sent.
        ConfigError: `fair.toml` cannot be used; names key and value.
        ConflictError: as `api.jobs.queue.ask` says.
    """
    check_texts(form.texts, frozenset())
    if unknown := sorted({name for name, _ in form.files} - _PARTS):
        raise InvalidError(
            f"没有“{unknown[0][:40]}”这个字段；可用：{'、'.join(sorted(_PARTS))}。",
            "Unknown field.",
            field=unknown[0][:40],
        )
    by_part = {part: [file for name, file in form.files if name == part] for part in _PARTS}
    for part in ("fair", "needs", "achievements"):
        if len(by_part[part]) > 1:
            raise InvalidError(f"{part} 只能上传一个文件。", "One file only.", field=part)
    if not by_part["fair"]:
        raise InvalidError("请在字段 fair 中上传 fair.toml。", "Send fair.toml.", field="fair")
    sent = [plain_name(file.filename or "") for file in by_part["attachments"]]
    _check_fair(by_part["fair"][0].file.read(_MOST_TOML + 1), sent)
    by_part["fair"][0].file.seek(0)
    order = [part for part in ("fair", "needs", "achievements") if by_part[part]]
    files = [*(by_part[part][0] for part in order), *by_part["attachments"]]
    # An attachment is found under the name that fair.toml has for it, so it comes first where two are alike.
    turned = [*files[len(order) :], *files[: len(order)]]
    attached = len(files) - len(order)

    def parameters(names: list[str]) -> dict[str, str]:
        return dict(zip(order, names[attached:], strict=True))

    return ask_with_files(service, caller, "fair", turned, parameters=parameters, key=key)


def _check_fair(content: bytes, sent: list[str]) -> None:
    if len(content) > _MOST_TOML:
        raise InvalidError("fair.toml 超过 1 MB；请只保留设置，名单另传。", "fair.toml is too large.", field="fair")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidError("fair.toml 不是 UTF-8 文本；请另存为 UTF-8。", "Not UTF-8.", field="fair") from error
    try:
        settings = settings_of(text, "fair.toml")
    except (RecursionError, tomllib.TOMLDecodeError) as error:
        raise InvalidError("fair.toml 无法读取；请对照 docs/fair.md 改正。", "Not TOML.", field="fair") from error
    # Only what was sent is read: a path would lead out of the upload.
    for name in (settings.files.wishes, settings.files.met, settings.files.attendance):
        if name and str(name) not in sent:
            raise InvalidError(
                f"fair.toml 提到的文件“{str(name)[:60]}”没有一起上传；请在字段 attachments 中上传，文件名须一致。",
                "A file that fair.toml names was not sent.",
                field="attachments",
            )
