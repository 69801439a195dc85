"""What belongs to an account beside its records: keys, webhooks, and for managers their colleagues."""

from api.web.pages.own import colleagues, keys, webhooks

__all__ = ["PAGES"]

PAGES = (*keys.PAGES, *colleagues.PAGES, *webhooks.PAGES)
