"""The command line: `matcher …`. Heavy libraries load inside the commands, so that `--help` answers at once."""

import sys
from importlib.metadata import entry_points, version
from typing import Annotated, NoReturn

import typer

from matcher.cli import batch, check, demo, diagnose, evaluate, fair, index, indicators, label, match, models, train
from matcher.cli.refusing import refusal
from matcher.errors import ConfigError, MatcherError

__all__ = ["app", "main"]

app = typer.Typer(
    name="matcher",
    help="科技成果与企业需求智能匹配：读表格、建索引、双向匹配、说明理由。",
    epilog="第一次使用：make demo；用自己的表格：matcher check 文件 → matcher index 文件 --into 名称 → "
    "matcher match 需求表 --index 名称。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_PACKAGE = "tech-transfer-matcher"


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"{_PACKAGE} {version(_PACKAGE)}")
        raise typer.Exit


@app.callback()
def _whole(
    _version: Annotated[
        bool, typer.Option("--version", help="显示版本并退出", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Options of the whole program."""


app.command("check")(check.check)
app.command("index")(index.index)
app.command("search")(match.search)
app.command("match")(match.match)
app.command("leads")(match.leads)
app.command("evaluate")(evaluate.evaluate)
app.command("demo")(demo.demo)
app.command("diagnose")(diagnose.diagnose)
app.command("indicators")(indicators.indicators)
app.command("evaluate-indicators")(indicators.evaluate_indicators)
app.add_typer(batch.app, name="batch")
app.add_typer(fair.app, name="fair")
app.add_typer(label.app, name="label")
app.add_typer(models.app, name="models")
app.add_typer(train.app, name="train")
for _added in sorted(entry_points(group="matcher.commands"), key=lambda point: point.name):
    # The package beside the engine that offers the service adds its commands so; the engine does not know it.
    _command = _added.load()
    if isinstance(_command, typer.Typer):
        app.add_typer(_command, name=_added.name)
    else:
        app.command(_added.name)(_command)


_INTERRUPTED = 130


def main() -> None:
    """Run the command line; a known error ends with one sentence and its exit code, Ctrl-C with 130."""
    try:
        # Not standalone: typer would answer Ctrl-C with silence and a wrong option with an English box.
        code = app(standalone_mode=False)
    except MatcherError as error:
        _end(f"错误：{error}", error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        code = _INTERRUPTED
    except BrokenPipeError:
        sys.exit(141)
    except Exception as error:
        # What typer says of wrong options and arguments; everything else is a fault of ours and is shown as it is.
        if not hasattr(error, "format_message"):
            raise
        _end(
            f"错误：命令或选项不可用（{refusal(error)}）；请用 matcher --help 或 matcher 命令 --help 查看写法。",
            ConfigError.exit_code,
        )
    if code == _INTERRUPTED:
        # typer turns Ctrl-C within a command into this code and says nothing.
        _end("已中断；已完成的部分不会丢失，重新执行同一命令即可继续。", _INTERRUPTED)
    sys.exit(code or 0)


def _end(text: str, code: int) -> NoReturn:
    sys.stderr.write(f"{text}\n")
    sys.exit(code)
