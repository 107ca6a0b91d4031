// SPDX-License-Identifier: Apache-2.0
import Glibc
import Logging

/// Writes each log event as one line to standard error.
struct LineLogHandler: LogHandler {
    let format: LogFormat
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    init(_ format: LogFormat, _ level: Logger.Level) {
        self.format = format
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let provided = metadataProvider?.get() ?? [:]
        let all = provided.merging(metadata) { $1 }.merging(event.metadata ?? [:]) { $1 }
        var fields = all.map { (name: $0.key, value: "\($0.value)") }
        fields.sort { $0.name < $1.name }
        if let error = event.error { fields.append((name: "error", value: "\(error)")) }
        let line = LogLine(
            time: LogLine.time(),
            level: event.level.rawValue,
            message: "\(event.message)",
            fields: fields
        )
        Terminal.log(line.text(format))
    }
}
