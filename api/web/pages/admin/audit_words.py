"""What the audit log tells of, in words: what was done, and to what kind of thing."""

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["ACTIONS", "KINDS"]


def _(text: str) -> str:
    """Marks a text for the catalogue; it is translated where it is shown."""
    return text


ACTIONS: Mapping[str, str] = MappingProxyType(
    {
        "sign-in": _("登录"),
        "sign-in-failed": _("登录失败"),
        "sign-out": _("退出登录"),
        "read": _("查看受限内容（如联系方式）"),
        "create": _("新建"),
        "change": _("修改"),
        "delete": _("删除"),
        "approved": _("批准"),
        "refused": _("拒绝"),
        "revoke": _("停用"),
        "rotate": _("更换签名密钥"),
        "cancel": _("取消"),
        "open": _("对另一方开放"),
        "close": _("不再对另一方开放"),
        "password-change": _("修改密码"),
        "password-reset": _("重置密码"),
        "administrator-password": _("在服务器上重设管理员密码"),
        "first-administrator": _("建立第一个管理员"),
        "link-identity": _("关联统一身份认证"),
        "allow-host": _("允许访问主机"),
        "forbid-host": _("不再允许访问主机"),
        "contracts-read": _("查阅合同登记"),
        "evaluate": _("录入评价"),
        "evaluation-withdraw": _("撤回评价"),
        "targets": _("设定年度目标"),
        "feed-create": _("新建供数"),
        "feed-change": _("修改供数"),
        "feed-delete": _("删除供数"),
        "feed-confirm": _("确认供数的撤回"),
        "showcase-create": _("新建展示"),
        "showcase-change": _("修改展示"),
        "showcase-item": _("修改展示的成果"),
        "showcase-order": _("调整展示的顺序"),
        "showcase-publish": _("发布展示"),
        "showcase-withdraw": _("撤下展示"),
        "showcase-delete": _("删除展示"),
        "introduction-request": _("申请对接"),
        "introduction-ask": _("转达对接请求"),
        "introduction-accept": _("接受对接"),
        "introduction-decline": _("婉拒对接"),
        "introduction-claim": _("认领对接"),
        "introduction-release": _("放弃认领"),
        "introduction-stage": _("推进对接"),
        "introduction-contract": _("登记合同"),
        "introduction-next-action": _("安排下一步"),
        "fair-create": _("新建对接会"),
        "fair-settings": _("修改对接会设置"),
        "fair-list": _("更新对接会名单"),
        "fair-plan": _("对接会排期"),
        "fair-plan-choose": _("选用排期"),
        "fair-drafting": _("对接会改回筹备"),
        "fair-published": _("公布对接会排期"),
        "fair-closed": _("结束对接会"),
        "fair-delete": _("删除对接会"),
    }
)
"""What was done."""

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "account": _("账号"),
        "organisation": _("单位"),
        "registration": _("注册申请"),
        "key": _("密钥"),
        "need": _("需求"),
        "achievement": _("成果"),
        "introduction": _("对接"),
        "feed": _("供数"),
        "host": _("主机"),
        "job": _("任务"),
        "webhook": _("回调"),
        "showcase": _("展示"),
        "fair": _("对接会"),
        "targets": _("年度目标"),
    }
)
"""Kinds of things."""
