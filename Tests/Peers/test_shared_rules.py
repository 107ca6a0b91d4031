# SPDX-License-Identifier: Apache-2.0
"""The rules that all object stores and services share, in Swift, against real S3 servers."""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TESTS = ROOT / ".build/debug/swift-blobstorePackageTests.xctest"


@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", ["seaweed", "rclone"])
def test_every_rule_holds(kind, request):
    assert TESTS.exists(), "build the tests first: swift build --build-tests"
    server = request.getfixturevalue(kind)
    bucket = server.make_bucket("shared-rules")
    environment = {
        **os.environ,
        "S3_TEST_URL": f"s3://{bucket}/rules",
        "AWS_ACCESS_KEY_ID": server.access_key,
        "AWS_SECRET_ACCESS_KEY": server.secret_key,
        "AWS_REGION": server.region,
        "AWS_ENDPOINT_URL": server.url,
        "AWS_ALLOW_HTTP": "true",
    }
    if kind == "rclone":
        environment["S3_TEST_IGNORES_CONDITIONS"] = "1"
    result = subprocess.run(
        [TESTS, "--testing-library", "swift-testing", "--filter", "ServerTests|ServerRuleTests"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
    )
    text = re.sub(r"\x1b\[[0-9;]*m", "", result.stdout + result.stderr)
    failures = [line for line in text.splitlines() if "✘" in line]
    assert result.returncode == 0, "\n".join(failures or [text[-3000:]])
    assert int(re.search(r"Test run with (\d+) tests", text)[1]) >= 8, text[-3000:]
