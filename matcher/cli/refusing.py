"""What typer says of wrong options and arguments, in Chinese."""

import re
from typing import Any

__all__ = ["refusal"]

_PATHS = {
    " does not exist.": "不存在",
    " is a file.": "是文件，这里要文件夹",
    " is a directory.": "是文件夹，这里要文件",
    " is not readable.": "没有读取权限",
    " is not writable.": "没有写入权限",
}

_SENTENCES = (
    (r"Option '(.+)' requires an argument\.?", "选项 {0} 后面要写上值"),
    (r"No such command '(.+?)'\.", "没有 {0} 这个命令"),
    (r"No such command '(.+?)'\. Did you mean (.+)\?", "没有 {0} 这个命令，相近的有 {1}"),
    (r"Got unexpected extra arguments?(?:\(s\))? \((.+)\)", "多写了“{0}”"),
)


def refusal(error: Any) -> str:
    """What was wrong and what may stand there, without a full stop.

    Args:
        error: one of typer's own. They have no public names, so they are told apart by what they carry.
    """
    kind, parameter, option = type(error).__name__, getattr(error, "param", None), getattr(error, "option_name", None)
    if kind == "NoArgsIsHelpError":
        return "没有写明命令，可用的命令见上"
    if kind == "MissingParameter" and parameter is not None:
        return f"没有给出{_name(parameter)}"
    if kind == "NoSuchOption" and option:
        near = "、".join(sorted(error.possibilities or ()))
        return f"没有 {option} 这个选项" + (f"，相近的有 {near}" if near else "")
    for pattern, words in _SENTENCES:
        if found := re.fullmatch(pattern, error.format_message()):
            return words.format(*((each or "").replace("'", "").replace(", ", "、") for each in found.groups()))
    told = _of_value(error, parameter) if kind == "BadParameter" and parameter is not None else ""
    return told or str(error.format_message()).rstrip(".")


def _of_value(error: Any, parameter: Any) -> str:
    """“选项 --top 的值“0”不可用，应在 1 到 1000 之间”; empty where it is not known what is wrong."""
    from pydantic import ValidationError

    from matcher.config import unusable_value

    name = _name(parameter)
    if isinstance(error.__cause__, ValidationError):
        choices = parameter.type_descriptor.choices or ()
        return f"{name} 的" + unusable_value(
            error.__cause__,
            low=getattr(parameter, "min", None),
            high=getattr(parameter, "max", None),
            among="、".join(str(getattr(each, "value", each)) for each in choices),
        )
    for end, told in _PATHS.items():
        if error.message.endswith(end):
            path = error.message.removesuffix(end).partition(" ")[2].strip("'")
            return f"{name} 的“{path}”{told}"
    return ""


def _name(parameter: Any) -> str:
    long = [each for each in parameter.opts if each.startswith("--")]
    if parameter.param_type_name == "option":
        return f"选项 {(long or parameter.opts)[0]}"
    return f"参数“{parameter.metavar or parameter.name}”"
