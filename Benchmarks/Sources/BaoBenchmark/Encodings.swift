// SPDX-License-Identifier: Apache-2.0

import BLAKE3
import Bao

/// Hashes in pieces of 1 MiB and returns all that an outboard is made of.
@inline(never)
func hashTree(_ content: RawSpan) throws -> Outboard {
    var hasher = TreeHasher()
    var values: [BLAKE3Tree.ChainingValue] = []
    var rest = content
    while !rest.isEmpty {
        let count = min(rest.byteCount, 1 << 20)
        hasher.update(rest.extracting(first: count))
        values += hasher.takeValues()
        rest = rest.extracting(droppingFirst: count)
    }
    let digest = hasher.finalize()
    values += hasher.takeValues()
    return try Outboard(digest, HashTree(size: UInt64(content.byteCount)), values: values)
}

/// Checks and encodes everything; what is sent goes to `send`.
@inline(never)
func encode(
    _ content: RawSpan,
    _ outboard: Outboard,
    _ hashes: OutboardHashes,
    _ form: BaoForm,
    _ send: (RawSpan) -> Void
) throws {
    var hashes = hashes
    var encoder = try BaoEncoder(outboard.digest, outboard.tree, form: form)
    while let item = encoder.next {
        if case .data(let range) = item {
            // More than is asked for, so that siblings are hashed together.
            let rest = content.extracting(Int(range.lowerBound)..<content.byteCount)
            guard try encoder.accept(rest, send) != nil else { throw BaoError.endedEarly(item) }
        } else {
            let count = try hashes.withBytes(for: item) { bytes throws(BaoError) in
                try encoder.accept(bytes, send)
            }
            guard count != nil else { throw BaoError.endedEarly(item) }
        }
    }
}

/// Encodes everything into a buffer of 1 MiB, which is emptied when it is full, as for a socket.
@inline(never)
func encodeIntoBuffer(
    _ content: RawSpan,
    _ outboard: Outboard,
    _ hashes: OutboardHashes,
    _ form: BaoForm
) throws -> Int {
    let capacity = 1 << 20
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 64)
    defer { buffer.deallocate() }
    var used = 0
    var count = 0
    try encode(content, outboard, hashes, form) { part in
        if used + part.byteCount > capacity { used = 0 }
        part.withUnsafeBytes {
            UnsafeMutableRawBufferPointer(rebasing: buffer[used...]).copyMemory(from: $0)
        }
        used += part.byteCount
        count += part.byteCount
    }
    return count
}

/// Checks an encoding and returns the number of bytes of content in it.
@inline(never)
func decode(_ encoding: RawSpan, _ outboard: Outboard, _ form: BaoForm) throws -> Int {
    var decoder = try BaoDecoder(outboard.digest, claimedSize: outboard.tree.size, form: form)
    var count = 0
    let taken = try decoder.decode(encoding) { _, content in count += content.byteCount }
    guard taken == encoding.byteCount, decoder.next == nil else { throw decoder.endedEarly }
    return count
}
