// SPDX-License-Identifier: Apache-2.0
import Logging

/// Tells the user of a command what the services of a composition warn of.
struct NoteLogHandler: LogHandler {
    var logLevel = Logger.Level.warning
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { $1 }
        let error = fields["error"].map { ": \($0)" } ?? ""
        let source = fields["substituter"].map { "\($0): " } ?? ""
        Terminal.note("\(source)\(event.message)\(error)".replacing("\n", with: "\\n"))
    }
}
