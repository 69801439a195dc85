"""What a browser calls itself, in the words of the people who use it."""

__all__ = ["browser_name"]

# The first that is found wins: nearly all say Chrome or Safari besides, and every Android says Linux.
_PROGRAMS = (
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("Edg", "Edge"),
    ("QQBrowser", "QQ 浏览器"),
    ("360", "360 浏览器"),
    ("HuaweiBrowser", "华为浏览器"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS", "鸿蒙"),
    ("OpenHarmony", "鸿蒙"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)
_LONGEST = 40


def browser_name(user_agent: str) -> str:
    """Program and system, as “Chrome · Windows”; what is not known is shortened to 40 characters.

    Args:
        user_agent: the header of that name.
    """
    found = [next((name for mark, name in marks if mark in user_agent), "") for marks in (_PROGRAMS, _SYSTEMS)]
    return " · ".join(filter(None, found)) or user_agent[:_LONGEST]
