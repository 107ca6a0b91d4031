// SPDX-License-Identifier: Apache-2.0
import BlobFiles
import BlobStore
import NIOCore
import SystemPackage

/// A pack that this process, and no other, appends to until it lets go of it.
struct PackAppender: Sendable {
    let id: PackID
    private let file: File
    private let marker: UInt64

    /// Where the records end that survive a crash of the machine, as far as is known.
    let durableEnd: UInt64

    /// Where the file ends.
    private var writtenEnd: UInt64

    /// Small records that are not in the file yet, behind ``writtenEnd``.
    private var buffer = ByteBuffer()

    /// How many bytes of small records are collected.
    private static let bufferCapacity = 256 << 10

    /// From this size on the content of a record is written by itself, in bytes.
    private static let largeByteCount = 64 << 10

    /// Where the next record goes.
    var end: UInt64 { writtenEnd + UInt64(buffer.readableBytes) }

    /// Makes a new pack with a number above `last`.
    static func create(after last: PackID?, in folder: PackFolder) throws(BlobError) -> PackAppender
    {
        var last = last?.rawValue ?? 0
        while last < .max {
            last += 1
            let id = PackID(last)
            // Somebody else may be making the same pack, or looking at it.
            guard let file = try createFile(folder.path(of: id)), try file.tryLock(.exclusive)
            else { continue }
            let header = PackHeader()
            try file.write(header.encoded.readableBytesSpan, at: 0)
            // Without its header a pack is of no use, whatever survives a crash of the rest.
            try file.synchronize()
            try Folder.synchronize(folder.path)
            return PackAppender(
                id: id,
                file: file,
                marker: header.marker,
                durableEnd: 0,
                writtenEnd: UInt64(PackHeader.byteCount)
            )
        }
        throw BlobError(.refused, "\(folder.path): there are no more numbers for packs")
    }

    /// Returns `nil` if there is such a file already.
    private static func createFile(_ path: FilePath) throws(BlobError) -> File? {
        do throws(BlobError) {
            return try File(path, .readWrite, options: [.create, .exclusiveCreate])
        } catch {
            if error.errno == .fileExists { return nil }
            throw error
        }
    }

    /// Takes a pack over from a process that has ended, or returns `nil` if one uses it, its header is
    /// damaged, or it is of an older version.
    ///
    /// The pack may have a tail that is not in the index.
    static func resume(
        _ id: PackID,
        in folder: PackFolder,
        durableEnd: UInt64
    ) throws(BlobError) -> PackAppender? {
        let file = try File(folder.path(of: id), .readWrite)
        guard try file.tryLock(.exclusive) else { return nil }
        let header: PackHeader
        do throws(BlobError) {
            let head = try file.read(PackHeader.byteCount, at: 0)
            header = try PackHeader(parsing: head, place: file.path.string)
        } catch {
            if error.code == .corrupt { return nil }
            throw error
        }
        guard header.version == PackHeader.version else { return nil }
        return PackAppender(
            id: id,
            file: file,
            marker: header.marker,
            durableEnd: durableEnd,
            writtenEnd: try file.size()
        )
    }

    /// Appends a record and returns where it is.
    ///
    /// It is in the file after the next ``flush()``, or before. If the call fails, nothing has been
    /// appended.
    mutating func append(
        _ header: RecordHeader,
        _ content: RawSpan
    ) throws(BlobError) -> RecordPlace {
        let isLarge = content.byteCount >= Self.largeByteCount
        if isLarge || buffer.readableBytes + content.byteCount > Self.bufferCapacity {
            try flush()
        }
        let place = RecordPlace(pack: id, position: end, length: header.recordLength)
        header.write(to: &buffer, marker: marker)
        guard isLarge else {
            buffer.writeSpan(content)
            return place
        }
        do throws(BlobError) {
            try file.write(buffer.readableBytesSpan, at: place.position)
            try file.write(content, at: place.position + UInt64(RecordHeader.byteCount))
        } catch {
            buffer.clear()
            try? file.resize(to: writtenEnd)
            throw error
        }
        buffer.clear()
        writtenEnd += header.recordLength
        return place
    }

    /// Writes all records into the file.
    ///
    /// If that fails, the file ends where it did before, and the next call tries it again.
    mutating func flush() throws(BlobError) {
        guard buffer.readableBytes > 0 else { return }
        do throws(BlobError) {
            try file.write(buffer.readableBytesSpan, at: writtenEnd)
        } catch {
            try? file.resize(to: writtenEnd)
            throw error
        }
        writtenEnd = end
        buffer.clear()
    }

    /// What has to be made durable of a pack, at some moment.
    struct Extent: Sendable {
        let file: File
        let end: UInt64
        let durableEnd: UInt64
    }

    /// How far the pack has come; after a ``flush()``, all of it is in the file.
    var extent: Extent { Extent(file: file, end: end, durableEnd: durableEnd) }
}
