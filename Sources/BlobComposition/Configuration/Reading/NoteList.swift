// SPDX-License-Identifier: Apache-2.0

/// Collects notes, each of them once.
struct NoteList {
    private(set) var all: [ConfigurationNote] = []

    mutating func add(_ message: String, _ position: SourcePosition?) {
        let note = ConfigurationNote(message, position: position)
        if !all.contains(note) { all.append(note) }
    }

    /// Adds what is to say about the spelling of a URL.
    mutating func add(deprecationsIn url: String, _ position: SourcePosition?) {
        for message in ServiceURL.deprecations(in: url) { add(message, position) }
    }
}
