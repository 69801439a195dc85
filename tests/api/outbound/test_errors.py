"""The tree of errors."""

import api.outbound
from api.outbound import errors
from matcher.errors import InputError


def test_every_error_is_bad_input_and_public() -> None:
    for name in errors.__all__:
        assert issubclass(getattr(errors, name), InputError)
        assert name in (errors.__doc__ or "")
        assert name in api.outbound.__all__


def test_names_are_sorted_and_there() -> None:
    names = api.outbound.__all__
    assert names == sorted(names, key=lambda name: (not name.isupper(), not name[0].isupper(), name))
    assert all(hasattr(api.outbound, name) for name in names)
