# SPDX-License-Identifier: Apache-2.0
"""What the tests are made of: peers in Python, and the means to judge what they see."""
