// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobFiles
import BlobRecords
import BlobStore
import Foundation
import NIOCore
import SystemPackage

/// Walks through the records of a pack, checking each, and finds its way past damage.
///
/// Every call blocks; callers run on ``Workers``.
struct PackScanner {
    enum Finding {
        /// A record that matches its digest.
        case record(RecordHeader, RecordPlace, splitBlobSize: UInt64?)
        /// Bytes in which no sound record was found.
        case damage(Range<UInt64>)
    }

    /// How much is read at once in the search for the next record.
    private static let searchStep = 1 << 20

    private let id: PackID
    private let file: File
    private let reader: RecordReader
    private let marker: UInt64?
    private let end: UInt64
    private var position: UInt64
    private var reportsHeader: Bool

    /// Whether records can be told from other bytes at all.
    var knowsMarker: Bool { marker != nil }

    /// Begins at an offset; the first record is at `PackHeader.byteCount`.
    init(
        _ id: PackID,
        from position: UInt64 = UInt64(PackHeader.byteCount),
        reader: RecordReader
    ) throws(BlobError) {
        self.id = id
        self.reader = reader
        file = try reader.packs.file(id)
        end = try file.size()
        self.position = min(position, end)
        let head = try file.read(PackHeader.byteCount + RecordHeader.byteCount, at: 0)
        let header = try Self.header(head, file)
        marker = header?.marker ?? Self.markerOfFirstRecord(head)
        reportsHeader = header == nil && end >= PackHeader.byteCount
    }

    /// Returns `nil` if the header is damaged.
    private static func header(_ head: ByteBuffer, _ file: File) throws(BlobError) -> PackHeader? {
        do throws(BlobError) {
            return try PackHeader(parsing: head, place: file.path.string)
        } catch {
            if error.code == .corrupt { return nil }
            throw error
        }
    }

    private static func markerOfFirstRecord(_ head: ByteBuffer) -> UInt64? {
        let first = head.getSlice(at: PackHeader.byteCount, length: RecordHeader.byteCount)
        guard let first, RecordHeader(parsing: first, marker: nil) != nil else { return nil }
        return first.getInteger(at: first.readerIndex, endianness: .little)
    }

    /// Returns the next record or damage, or `nil` at the end of the pack.
    mutating func next() throws(BlobError) -> Finding? {
        if reportsHeader {
            reportsHeader = false
            return .damage(0..<UInt64(PackHeader.byteCount))
        }
        guard position < end else { return nil }
        if let header = try header(at: position),
            let finding = try record(header, at: position)
        {
            position += header.recordLength
            return finding
        }
        let start = position
        position = try candidate(after: position)
        while position < end {
            if try isRecord(at: position) { break }
            position = try candidate(after: position)
        }
        return .damage(start..<position)
    }

    private func header(at offset: UInt64) throws(BlobError) -> RecordHeader? {
        guard let marker else { return nil }
        let bytes = try file.read(RecordHeader.byteCount, at: offset)
        guard let header = RecordHeader(parsing: bytes, marker: marker),
            offset + header.recordLength <= end
        else { return nil }
        return header
    }

    private func record(
        _ header: RecordHeader,
        at offset: UInt64
    ) throws(BlobError) -> Finding? {
        let bytes = try file.read(Int(header.recordLength), at: offset)
        guard let content = try reader.content(of: bytes, header) else { return nil }
        let place = RecordPlace(pack: id, position: offset, length: header.recordLength)
        let size = header.kind == .splitBlob ? SplitBlob(parsing: content)?.size : nil
        return .record(header, place, splitBlobSize: size)
    }

    private func isRecord(at offset: UInt64) throws(BlobError) -> Bool {
        guard let header = try header(at: offset) else { return false }
        return try record(header, at: offset) != nil
    }

    /// Returns the offset behind `offset` at which the marker is found next, or the end.
    private func candidate(after offset: UInt64) throws(BlobError) -> UInt64 {
        guard let marker else { return end }
        let pattern = Data(ByteBuffer(integer: marker, endianness: .little).readableBytesView)
        var start = offset + 1
        while start < end {
            let window = Data(try file.read(Self.searchStep, at: start).readableBytesView)
            if let hit = window.range(of: pattern) { return start + UInt64(hit.lowerBound) }
            guard window.count == Self.searchStep else { break }
            start += UInt64(Self.searchStep - pattern.count + 1)
        }
        return end
    }
}
