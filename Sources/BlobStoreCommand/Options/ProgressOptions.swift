// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

/// Says whether to show how far the work is.
struct ProgressOptions: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Show no progress, even on a terminal.")
    var quiet = false
}
