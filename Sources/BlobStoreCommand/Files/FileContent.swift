// SPDX-License-Identifier: Apache-2.0
import NIOCore

/// The content of an input: all of it, or a file of which it is still to be read.
enum FileContent: Sendable {
    case whole(ByteBuffer)
    case stream(InputFile)

    /// Files up to this size are read in one go.
    static let maximumWholeByteCount: UInt64 = 1 << 20

    /// Reads a file if it is small.
    ///
    /// Blocks.
    init(_ file: InputFile) throws(Failure) {
        guard file.status.kind != .folder else {
            throw Failure(
                .unreadable,
                "\(file.name): is a folder",
                advice: "give -r for what is in it"
            )
        }
        guard file.status.kind == .file, file.status.size <= Self.maximumWholeByteCount else {
            self = .stream(file)
            return
        }
        // One byte more shows whether the file has grown, without another call.
        var buffer = ByteBuffer()
        let count = try file.read(Int(file.status.size) + 1, into: &buffer)
        guard count <= file.status.size || file.status.size > 0 else {
            // A file that claims to be empty and is not.
            self = .stream(try InputFile(file.name))
            return
        }
        try file.checkUnchanged(after: UInt64(count))
        self = .whole(buffer)
    }
}
