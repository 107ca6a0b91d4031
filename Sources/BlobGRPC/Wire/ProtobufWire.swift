// SPDX-License-Identifier: Apache-2.0
import NIOCore

/// As much of protobuf's encoding as messages of one field of bytes need.
///
/// Source: "Encoding" in the documentation of Protocol Buffers.
enum ProtobufWire {
    enum WireType: UInt64 {
        case varint = 0
        case fixed64 = 1
        case bytes = 2
        case fixed32 = 5
    }

    /// Writes what stands in front of the content of a field of bytes.
    static func writeBytesHeader(field: UInt64, _ byteCount: Int, to buffer: inout ByteBuffer) {
        writeVarint(field << 3 | WireType.bytes.rawValue, to: &buffer)
        writeVarint(UInt64(byteCount), to: &buffer)
    }

    private static func writeVarint(_ value: UInt64, to buffer: inout ByteBuffer) {
        var rest = value
        while rest > 0x7f {
            buffer.writeInteger(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        buffer.writeInteger(UInt8(rest))
    }

    /// Finds the content of the last occurrence of a field of bytes; other fields are skipped.
    ///
    /// Returns an empty range if the field is missing, which stands for no bytes, and `nil` if the
    /// message is malformed.
    static func lastBytes(ofField field: UInt64, in message: RawSpan) -> Range<Int>? {
        var found: Range<Int>? = 0..<0
        let isWhole = forEachField(of: message) { number, content, type in
            if number == field, found != nil { found = type == .bytes ? content : nil }
        }
        return isWhole ? found : nil
    }

    /// Calls `body` with the number and the content of each field, and returns whether the message is
    /// well-formed.
    static func forEachField(
        of message: RawSpan,
        _ body: (_ field: UInt64, _ content: Range<Int>, _ type: WireType) -> Void
    ) -> Bool {
        var offset = 0
        while offset < message.byteCount {
            guard let key = readVarint(message, &offset), key >> 3 > 0,
                let type = WireType(rawValue: key & 7),
                let content = readValue(type, message, &offset)
            else { return false }
            body(key >> 3, content, type)
        }
        return true
    }

    private static func readValue(
        _ type: WireType,
        _ message: RawSpan,
        _ offset: inout Int
    ) -> Range<Int>? {
        let start = offset
        switch type {
        case .varint:
            guard readVarint(message, &offset) != nil else { return nil }
            return start..<offset
        case .fixed64: return take(8, message, &offset)
        case .fixed32: return take(4, message, &offset)
        case .bytes:
            guard let count = readVarint(message, &offset) else { return nil }
            return take(count, message, &offset)
        }
    }

    private static func take(
        _ count: UInt64,
        _ message: RawSpan,
        _ offset: inout Int
    ) -> Range<Int>? {
        guard count <= UInt64(message.byteCount - offset) else { return nil }
        defer { offset += Int(count) }
        return offset..<offset + Int(count)
    }

    private static func readVarint(_ message: RawSpan, _ offset: inout Int) -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while shift < 64, offset < message.byteCount {
            let byte = unsafe message.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
            offset += 1
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        return nil
    }
}
