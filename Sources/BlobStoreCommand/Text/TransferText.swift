// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobStore

/// Writes what happens to a transfer, for people.
enum TransferText {
    /// What stands behind the counts of somebody who waits for the blob.
    static func remark(_ event: TransferEvent) -> String {
        let source = event.source.isEmpty ? "elsewhere" : event.source
        switch event.kind {
        case .started, .progressed: return " (fetched from \(source): \(amount(event)))"
        case .retried: return " (\(source) has failed, trying another way)"
        case .demoted: return " (\(source) sends something else, trying another way)"
        case .finished: return ""
        case .failed: return " (cannot be fetched)"
        }
    }

    /// One line for an event.
    static func line(_ event: TransferEvent) -> String {
        let digest = event.digest.map { "\($0)" } ?? "a new blob"
        let source = event.source.isEmpty ? "elsewhere" : event.source
        let way =
            switch event.direction {
            case .read: "\(digest) to \(source)"
            case .write, .fetch: "\(digest) from \(source)"
            }
        let outcome =
            switch event.kind {
            case .started: "begins"
            case .progressed: amount(event)
            case .finished: "done, \(ByteCount(event.byteCount))"
            case .retried(let error): "goes on without it after: \(error)"
            case .demoted(let error): "asked last from now on: \(error)"
            case .failed(let error): "failed: \(error)"
            }
        return "\(event.direction) \(way): \(outcome)".replacing("\n", with: "\\n")
    }

    private static func amount(_ event: TransferEvent) -> String {
        guard let total = event.totalByteCount, total > 0 else {
            return "\(ByteCount(event.byteCount))"
        }
        let percent = min(100, Int(Double(event.byteCount) / Double(total) * 100))
        return "\(percent) % of \(ByteCount(total))"
    }
}
