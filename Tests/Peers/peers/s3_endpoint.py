# SPDX-License-Identifier: Apache-2.0
"""An address that speaks S3, and who may speak to it."""

from urllib.parse import quote, urlencode

import boto3
from botocore.config import Config

_CONNECT_TIME = 5
_READ_TIME = 30


class S3Endpoint:
    """What a client needs to know. Path style, for there are no host names for buckets here."""

    region = "us-east-1"

    def __init__(self, url, access_key, secret_key):
        self.url = url
        self.access_key = access_key
        self.secret_key = secret_key

    @property
    def options(self):
        """The options that object stores in Rust take."""
        return {
            "aws_access_key_id": self.access_key,
            "aws_secret_access_key": self.secret_key,
            "aws_region": self.region,
            "aws_endpoint_url": self.url,
            "aws_allow_http": "true",
        }

    def store_url(self, bucket, prefix="", **changes):
        """The URL of a castore in a bucket; options can be changed, or left out with `None`."""
        options = {**self.options, **changes}
        options = {name: value for name, value in options.items() if value is not None}
        return f"objectstore+s3://{bucket}/{prefix}?{urlencode(options, quote_via=quote)}"

    def client(
        self,
        access_key=None,
        secret_key=None,
        service="s3",
        attempts=1,
        read_time=_READ_TIME,
    ):
        """A client that fails at the first error, unless it may try again."""
        return boto3.client(
            service,
            endpoint_url=self.url,
            aws_access_key_id=access_key or self.access_key,
            aws_secret_access_key=secret_key or self.secret_key,
            region_name=self.region,
            config=Config(
                connect_timeout=_CONNECT_TIME,
                read_timeout=read_time,
                retries={"total_max_attempts": attempts},
                max_pool_connections=64,
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                signature_version="s3v4" if service == "s3" else None,
                s3={"addressing_style": "path"},
            ),
        )

    def make_bucket(self, name):
        self.client().create_bucket(Bucket=name)
        return name
