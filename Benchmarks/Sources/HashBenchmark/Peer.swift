// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Another implementation, in a process that hashes on request.
final class Peer {
    let name: String
    private let process = Process()
    private let requests = Pipe()
    private let answers = Pipe()

    init(name: String, command: String, _ arguments: [String] = []) throws {
        self.name = name
        process.executableURL = URL(fileURLWithPath: command)
        process.arguments = arguments
        process.standardInput = requests
        process.standardOutput = answers
        try process.run()
    }

    /// Hashes `byteCount` bytes `count` times; returns nanoseconds of thread time, and the digest.
    func hash(_ byteCount: Int, times count: Int) throws -> (nanoseconds: Double, digest: String) {
        requests.fileHandleForWriting.write(Data("\(byteCount) \(count)\n".utf8))
        var answer = Data()
        while answer.last != UInt8(ascii: "\n") {
            let part = answers.fileHandleForReading.availableData
            guard !part.isEmpty else { throw PeerError(peer: name) }
            answer += part
        }
        let fields = String(decoding: answer.dropLast(), as: UTF8.self).split(separator: " ")
        guard fields.count == 2, let nanoseconds = Double(fields[0]) else {
            throw PeerError(peer: name)
        }
        return (nanoseconds, String(fields[1]))
    }

    deinit {
        try? requests.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}

struct PeerError: Error, CustomStringConvertible {
    let peer: String

    var description: String { "\(peer) gave no answer" }
}
