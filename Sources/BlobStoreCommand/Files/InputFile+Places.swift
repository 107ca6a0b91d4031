// SPDX-License-Identifier: Apache-2.0
import NIOCore
import SystemPackage

extension InputFile {
    /// The name for sentences.
    var title: String { name == "-" ? "standard input" : "\(name)" }

    /// Opens a file, or takes standard input if the path is `-` or there is none.
    ///
    /// Blocks.
    static func open(_ path: FilePath?) throws(Failure) -> InputFile {
        guard let path, path != "-" else { return try InputFile() }
        return try InputFile(path)
    }

    /// Fails unless any place of the content can be read, and any number of times.
    func requirePlaces(_ reason: String) throws(Failure) {
        switch status.kind {
        case .file: return
        case .folder: throw Failure(.unreadable, name, .isDirectory)
        case .link, .pipe, .socket, .device:
            throw Failure(
                .usage,
                "\(title): is a \(status.kind.rawValue), and \(reason)",
                advice: "give a file"
            )
        }
    }

    /// Reads a part of a file, wherever reading in order has got to.
    ///
    /// Fewer bytes come only where the file ends. Blocks.
    func read(_ range: Range<UInt64>) throws(Failure) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(range.count)
        while buffer.readableBytes < range.count {
            let wanted = range.count - buffer.readableBytes
            let offset = Int64(clamping: range.lowerBound + UInt64(buffer.readableBytes))
            do {
                let done = try unsafe buffer.writeWithUnsafeMutableBytes(
                    minimumWritableBytes: wanted
                ) { memory in
                    let part = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[..<wanted])
                    return unsafe try descriptor.read(fromAbsoluteOffset: offset, into: part)
                }
                if done == 0 { break }
            } catch {
                throw Failure(.inputOutput, name, error as? Errno ?? .ioError)
            }
        }
        return buffer
    }

    /// Reads what comes next, after waiting for it as long as the task is not cancelled.
    ///
    /// Returns the number of bytes, zero at the end. Blocks.
    func readNext(_ count: Int, into buffer: inout ByteBuffer) throws -> Int {
        try Task.checkCancellation()
        while waits, !poll() { try Task.checkCancellation() }
        return try read(count, into: &buffer)
    }
}
