// SPDX-License-Identifier: Apache-2.0

import BLAKE3
import Bao
import FuzzSupport

/// An outboard that is taken is right: it has the bytes that it was read from, and no other content
/// than that of the blob passes it.
///
/// The input is: form and size of groups, the claimed size, the length of the blob, and then the
/// damage, or all of the outboard.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzBaoOutboard(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = unsafe FuzzInput(copying: start, count: count)
    let kind = input.takeInteger(UInt8.self)
    let groupSize = GroupSize(log: Int(kind >> 2 & 7)) ?? .chunk
    let blob = (0..<Int(input.takeInteger(UInt16.self))).map { UInt8(truncatingIfNeeded: $0 % 251) }
    var hasher = TreeHasher(groupSize: groupSize)
    hasher.update(unsafe blob.span.bytes)
    let digest = hasher.finalize()
    let size = UInt64(blob.count)
    let claim = kind & 32 == 0 ? size : input.takeInteger(UInt64.self)
    guard
        let whole = try? Outboard(
            digest,
            HashTree(size: size, groupSize: groupSize),
            values: hasher.takeValues()
        )
    else {
        require(false, "the values of a blob lead to its digest")
        return 0
    }

    let form = StoredForm(rawValue: kind & 3) ?? .list
    let original = form.bytes(of: whole)
    let stored = kind & 64 == 0 ? damaged(original, as: &input) : input.takeRest()
    let tree = HashTree(size: claim, groupSize: groupSize)
    guard let outboard = try? form.outboard(digest, tree, stored) else {
        require(stored != original || claim != size, "an outboard is read as it was written")
        return 0
    }
    require(form.bytes(of: outboard) == stored, "an outboard is written as it was read")
    // With this shape, nothing but the blob leads to its digest.
    require(claim != size || stored == original, "a damaged outboard is refused")
    check(outboard, blob)
    return 0
}

/// How an outboard is stored.
private enum StoredForm: UInt8 {
    case list
    case preOrder
    case postOrder

    func bytes(of outboard: Outboard) -> [UInt8] {
        switch self {
        case .list: outboard.listBytes
        case .preOrder: outboard.bytes()
        case .postOrder: outboard.bytes(.postOrder)
        }
    }

    func outboard(
        _ digest: BLAKE3Digest,
        _ tree: HashTree,
        _ stored: [UInt8]
    ) throws(BaoError) -> Outboard {
        switch self {
        case .list: try Outboard(digest, tree, list: unsafe stored.span.bytes)
        case .preOrder: try Outboard(digest, tree, outboard: unsafe stored.span.bytes)
        case .postOrder: try Outboard(digest, tree, outboard: unsafe stored.span.bytes, .postOrder)
        }
    }
}

/// Changes some bytes, and cuts the end off if the input says so.
private func damaged(_ stored: [UInt8], as input: inout FuzzInput) -> [UInt8] {
    var stored = stored
    while input.bytes.count > 2, !stored.isEmpty {
        let place = Int(input.takeInteger(UInt16.self))
        let change = input.takeInteger(UInt8.self)
        if change == 0 {
            stored.removeLast(place % stored.count)
        } else {
            stored[place % stored.count] ^= change
        }
    }
    return stored
}

/// Checks that of bytes made up for each group only those pass that the blob has there.
private func check(_ outboard: Outboard, _ blob: [UInt8]) {
    for group in outboard.groups {
        let range = outboard.tree.bytes(ofGroups: group..<group + 1)
        let bytes = range.map { UInt8(truncatingIfNeeded: $0 % 251) }
        do {
            try outboard.check(unsafe bytes.span.bytes, at: group)
            require(range.upperBound <= UInt64(blob.count), "nothing behind the end passes")
            let isLast = range.upperBound == outboard.tree.size
            require(!isLast || outboard.tree.size == UInt64(blob.count), "no false size passes")
        } catch {
            require(outboard.tree.size != UInt64(blob.count), "the blob passes its outboard")
        }
        // One part of an outboard suffices for its groups.
        let values = outboard.values(for: group..<group + 1)
        let part = values.flatMap {
            try? Outboard(outboard.digest, outboard.tree, groups: group..<group + 1, values: $0)
        }
        require(part != nil, "the values for a group lead to the digest")
    }
}
