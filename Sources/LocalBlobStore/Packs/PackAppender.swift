// SPDX-License-Identifier: Apache-2.0
import BlobStore
import NIOCore
import SystemPackage

/// A pack that this process, and no other, appends to until it lets go of it.
struct PackAppender: Sendable {
    let id: PackID
    private let file: File
    private let marker: UInt64

    /// Where the next record goes.
    private(set) var end: UInt64
    /// Where the records end that survive a crash of the machine, as far as is known.
    let durableEnd: UInt64

    /// Makes a new pack.
    static func create(in folder: PackFolder) throws(BlobError) -> PackAppender {
        var id = PackID((try folder.list().last?.rawValue ?? 0) + 1)
        while true {
            let path = folder.path(of: id)
            guard let file = try createFile(path) else {
                id = PackID(id.rawValue + 1)
                continue
            }
            guard try file.tryLock(.exclusive) else {
                throw BlobError(.unavailable, "\(path): someone has locked a new pack")
            }
            let header = PackHeader()
            try file.write(header.encoded.readableBytesSpan, at: 0)
            try Folder.synchronize(folder.path)
            return PackAppender(
                id: id,
                file: file,
                marker: header.marker,
                end: UInt64(PackHeader.byteCount),
                durableEnd: 0
            )
        }
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

    /// Takes a pack over from a process that has ended, or returns `nil` if one uses it or its header
    /// is damaged.
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
        return PackAppender(
            id: id,
            file: file,
            marker: header.marker,
            end: try file.size(),
            durableEnd: durableEnd
        )
    }

    /// Appends a record and returns where it is.
    ///
    /// If that fails, the pack ends where it did before.
    mutating func append(
        _ header: RecordHeader,
        _ content: RawSpan
    ) throws(BlobError) -> RecordPlace {
        let place = RecordPlace(pack: id, position: end, length: header.recordLength)
        do throws(BlobError) {
            try file.write(header.encoded(marker: marker).readableBytesSpan, at: end)
            try file.write(content, at: end + UInt64(RecordHeader.byteCount))
        } catch {
            try? file.resize(to: end)
            throw error
        }
        end += header.recordLength
        return place
    }

    /// Waits until all records survive a crash of the machine.
    func synchronize() throws(BlobError) { try file.synchronize() }
}
