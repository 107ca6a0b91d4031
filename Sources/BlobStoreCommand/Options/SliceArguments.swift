// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Bao

/// Says which part of a blob is meant.
struct SliceArguments: ParsableArguments {
    @Argument(help: "The first byte of the part, counted from zero.")
    var start: UInt64

    @Argument(help: "The number of bytes; those behind the end are not missed.")
    var count: UInt64

    /// The part, as the library calls it.
    var slice: BaoSlice { BaoSlice(start: start, count: count) }
}
