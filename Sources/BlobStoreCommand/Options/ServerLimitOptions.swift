// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BlobFiles
import BlobGRPC

/// Says how much a server does at once.
struct ServerLimitOptions: ParsableArguments {
    private static let standard = BlobServerOptions()

    @Option(
        help: ArgumentHelp("The largest message that is taken, in bytes.", valueName: "bytes")
    )
    var maxMessageSize = standard.maximumMessageByteCount

    @Option(
        help: ArgumentHelp("How many connections are served; others are closed.", valueName: "n")
    )
    var maxConnections = standard.maximumConnectionCount

    @Option(
        help: ArgumentHelp("How many calls of one connection are served at once.", valueName: "n")
    )
    var maxStreams = standard.maximumStreamCount

    @Option(
        help: ArgumentHelp("How many threads serve connections.", valueName: "n")
    )
    var eventLoops = standard.eventLoopCount

    @Option(
        help: ArgumentHelp(
            "How long running calls may go on after SIGTERM or Control-C.",
            valueName: "seconds"
        )
    )
    var shutdownTimeout = Double(standard.shutdownTimeout.components.seconds)

    func validate() throws {
        let limits = [
            ("--max-message-size", maxMessageSize, 65_536...Int(Int32.max)),
            ("--max-connections", maxConnections, 1...1_000_000),
            ("--max-streams", maxStreams, 1...1_000_000),
            ("--event-loops", eventLoops, 1...1024),
        ]
        for (name, value, range) in limits where !range.contains(value) {
            throw ValidationError("\(name) is \(range.lowerBound) to \(range.upperBound)")
        }
        guard (0...86_400).contains(shutdownTimeout) else {
            throw ValidationError("--shutdown-timeout is 0 to 86400 seconds")
        }
    }

    /// The limits, as the library has them.
    var options: BlobServerOptions {
        var options = BlobServerOptions()
        options.maximumMessageByteCount = maxMessageSize
        options.maximumConnectionCount = maxConnections
        options.maximumStreamCount = maxStreams
        options.eventLoopCount = eventLoops
        options.shutdownTimeout = .seconds(shutdownTimeout)
        options.workers = BlockingTaskExecutor.shared
        return options
    }
}
