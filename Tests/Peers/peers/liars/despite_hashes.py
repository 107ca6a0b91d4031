# SPDX-License-Identifier: Apache-2.0
"""Servers that send hashes with which their own lies can be found."""

from peers.extended_server import ExtendedCastore
from peers.liars.content import TruncatedStream, WrongBytes


class WrongBytesDespiteBao(WrongBytes, ExtendedCastore):
    """The hashes are right, one bit of the content is wrong."""

    schema = ExtendedCastore.schema


class TruncatedDespiteBao(TruncatedStream, ExtendedCastore):
    """The hashes are right, half of the content is missing."""

    schema = ExtendedCastore.schema
