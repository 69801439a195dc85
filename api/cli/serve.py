"""`matcher serve`: the service, in one command."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["serve"]


def serve(
    data: Annotated[
        Path | None,
        typer.Option("--data", help="数据文件夹，没有会新建；默认 SERVICE_DATA_DIR 或 data", file_okay=False),
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, help="端口，0 由系统选；默认 SERVICE_PORT 或 8000")
    ] = None,
    host: Annotated[
        str | None,
        typer.Option("--host", help="监听地址；默认 SERVICE_HOST 或 127.0.0.1（只供本机，对外请放在反向代理之后）"),
    ] = None,
    sample: Annotated[bool, typer.Option("--sample", help="数据库还没有记录时，载入随附的虚构示例数据")] = False,
) -> None:
    """启动服务：网页与接口、索引、后台任务，一条命令；Ctrl-C 停止。"""
    import time

    from api.cli.needed import needed

    began = time.monotonic()
    with needed():
        from api.serve.launching import launched, say
        from api.serve.stopping import stop_event
        from api.settings import load_service_settings

    given = {"data_dir": data, "port": port, "host": host}
    settings = load_service_settings(**{name: value for name, value in given.items() if value is not None})
    stop = stop_event()
    with launched(settings) as service:
        # Loads beside the processes that were just started.
        from api.serve.start import run

        run(service, stop, sample=sample, began=began)
    say("已停止。")
