// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Logging

/// Says what is logged, and how.
struct LogOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The least important events that are logged (default: info).",
            discussion: "One of trace, debug, info, notice, warning, error, critical.",
            valueName: "level"
        ),
        completion: .list(Logger.Level.allCases.map(\.rawValue)),
        transform: Self.level
    )
    var logLevel = Logger.Level.info

    @Option(help: "How log lines look: key=value pairs, or JSON objects.")
    var logFormat = LogFormat.logfmt

    /// A logger that writes to standard error.
    var logger: Logger {
        Logger(label: "blobstore") { _ in LineLogHandler(logFormat, logLevel) }
    }

    private static func level(_ text: String) throws -> Logger.Level {
        if let level = Logger.Level(rawValue: text) { return level }
        let names = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("one of \(names) is expected")
    }
}

extension LogFormat: ExpressibleByArgument {}
