"""What a page says once after a change: the address carries a key of these, so that nobody can put words there."""

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["NOTICES"]

NOTICES: Mapping[str, str] = MappingProxyType(
    {
        "accepted": "已接受；联系方式和保密内容现在对双方打开。",
        "accepted-waiting": "已接受；对方也接受后，联系方式和全文互相打开，会通知您。",
        "approved": "已批准。",
        "attended": "已登记。",
        "cancelled": "已取消。",
        "claimed": "已认领；双方都收到了通知。",
        "created": "已新建。",
        "declined": "已婉拒；原因已告诉对方。",
        "deleted": "已删除。",
        "disabled": "已停用。",
        "draft": "草稿已保存。",
        "enabled": "已恢复。",
        "moved": "已移动；可以撤销。",
        "outdated": "这条记录刚被改动过，没有执行；请看过现在的内容再操作。",
        "feed-due": "已安排；一分钟内开始读取。",
        "published": "已发布；几秒后可被搜索到。",
        "published-some": "已发布；有几条没有发布成，还在草稿里：可能刚被改动过。",
        "read": "已全部标为已读。",
        "refused": "已拒绝。",
        "registered": "申请已收到；管理员审核后即可用所填登录名和密码登录。",
        "released": "已放弃认领。",
        "renewed": "已续期。",
        "requested": "对接请求已发出；对方答复后会通知您。",
        "returned": "已退回为草稿；已通知本单位，可修改后重新提交。",
        "revoked": "密钥已停用。",
        "saved": "已保存。",
        "sent": "已发送。",
        "signed-in": "您已登录。",
        "signed-out": "您已退出登录。",
        "started": "任务已开始；完成后会通知您。",
        "submitted": "已提交审核。",
        "subscribed": "已订阅；有合适的新记录时会通知您。",
        "unsubscribed": "已取消订阅。",
        "withdrawn": "已撤回；不再被搜索到。",
    }
)
