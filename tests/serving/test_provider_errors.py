"""Whatever goes wrong inside is said in the provider's words, and without details."""

import pytest

from chameleonapi.errors import ModelError, UnknownNameError
from chameleonapi.serving.aws import aws_error
from chameleonapi.serving.batcher import OverloadError, StoppedError
from chameleonapi.serving.google import google_error
from chameleonapi.serving.wire.aws_error import AwsError
from chameleonapi.serving.wire.google_status import GoogleCode, GoogleError

UNKNOWN = UnknownNameError("application", "x", ("a",))


@pytest.mark.parametrize(
    ("error", "google", "aws"),
    [
        (UNKNOWN, GoogleCode.PERMISSION_DENIED, "AccessDeniedException"),
        (
            OverloadError("full"),
            GoogleCode.RESOURCE_EXHAUSTED,
            "ProvisionedThroughputExceededException",
        ),
        (StoppedError("stop"), GoogleCode.UNAVAILABLE, "InternalServerError"),
        (ModelError("broken"), GoogleCode.INTERNAL, "InternalServerError"),
        (RuntimeError("the secret"), GoogleCode.INTERNAL, "InternalServerError"),
    ],
)
def test_codes(error, google, aws):
    assert google_error(error).code is google
    assert aws_error(error).code == aws
    assert "secret" not in google_error(error).message + aws_error(error).message


def test_refusals_pass_as_they_are():
    ours = GoogleError(GoogleCode.NOT_FOUND, "m")
    assert google_error(ours) is ours
    theirs = AwsError("ThrottlingException", "m")
    assert aws_error(theirs) is theirs
