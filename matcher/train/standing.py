"""Whether what was set and put in use comes to anything: sentences for the command line and the service."""

from matcher.config import Settings
from matcher.embed.cross import CROSS_FOLDER
from matcher.embed.load import IN_USE
from matcher.embed.manifest import holds_model
from matcher.embed.promoted import PACKAGE, Kind
from matcher.errors import ModelError
from matcher.rank.models import PAIRED
from matcher.train.inventory import FAST_NAME, take_inventory

__all__ = ["idle_because", "registry_missing", "unread_because"]


def registry_missing(settings: Settings) -> str:
    """That the folder somebody set for the registry does not exist; empty where it does, or none was set."""
    if "model_dir" not in settings.model_fields_set or settings.model_dir.exists():
        return ""
    return (
        f"MATCHER_MODEL_DIR 指定的文件夹 {settings.model_dir} 还不存在，所以里面没有模型。路径无误的话，"
        "第一次用 matcher models promote 启用模型时会新建它（见 docs/models.md）；否则请改正这个变量（服务须重启）。"
    )


def unread_because(settings: Settings, reranker: str) -> str:
    """Why no re-ranker reads, where none does.

    Args:
        settings: say whether one is to.
        reranker: id of the one that was put in use, or `PACKAGE`.
    """
    if settings.rerank == 0:
        return "重排已关闭（MATCHER_RERANK 为 0）"
    if reranker != PACKAGE:
        return "它不是配在用的编码器拟合的（docs/reranking.md）"
    if not holds_model(CROSS_FOLDER):
        return "本软件包没有重排模型"
    return f"{PAIRED}，在用的是别的（docs/reranking.md）"


def idle_because(kind: Kind, model: str, settings: Settings) -> str:
    """Why a model that has just come back does not answer all the same; empty where it does, or that is not known.

    Args:
        kind: of the model.
        model: its id, or `PACKAGE`.
        settings: name the encoder and the registry, and say whether a re-ranker reads.
    """
    try:
        inventory = take_inventory(settings)
    except ModelError:
        # Another model is damaged; that this one is back stands all the same.
        return ""
    # The fast encoder is the package's too, but nothing goes back to it.
    same = [each for each in inventory.models if (each.kind, each.id) == (kind, model) and each.name != FAST_NAME]
    if inventory.trouble or any(each.in_use for each in same):
        return ""
    if kind is Kind.RERANKER:
        return unread_because(settings, model)
    if kind is Kind.ENCODER and settings.encoder != IN_USE:
        return f"MATCHER_ENCODER 是 {settings.encoder}"
    return "它不是配在用的编码器拟合的，由编码器自带的分级模型代替"
