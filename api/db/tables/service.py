"""What the service remembers about itself."""

from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from api.db.base import Base

__all__ = ["ServiceValue"]


class ServiceValue(Base):
    """A named value, such as the server's secret, made at the first start."""

    __tablename__ = "service_values"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[dict[str, Any]] = mapped_column()
