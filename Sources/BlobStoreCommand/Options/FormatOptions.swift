// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

/// Asks for results that programs read.
struct FormatOptions: ParsableArguments {
    @Flag(help: "Print one JSON object per line.")
    var json = false
}

/// Says whether to show how far the work is.
struct ProgressOptions: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Show no progress, even on a terminal.")
    var quiet = false
}
