// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

/// Asks for results that programs read.
struct FormatOptions: ParsableArguments {
    @Flag(help: "Print one JSON object per line.")
    var json = false
}
