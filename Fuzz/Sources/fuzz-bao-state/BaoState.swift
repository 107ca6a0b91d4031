// SPDX-License-Identifier: Apache-2.0

import BLAKE3
import Bao
import FuzzSupport

/// A state that is read is sound, and is written and read again as the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzBaoState(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe FuzzInput(copying: start, count: count)
    let payload = Array(input.bytes)
    // No mutation finds the digest, so the payload gets a right one; what has a wrong one is refused.
    let sealed = seal(payload)
    if let state = read(payload) {
        require(seal(Array(payload.dropFirst(32))) == payload, "only what has its digest is read")
        check(state)
    }
    guard let state = read(sealed) else { return 0 }
    check(state)

    let other = read(seal(Array(payload.reversed()))) ?? VerifiedChunks()
    check(merged(state, other))
    check(merged(other, state))
    require(merged(state, state) == state, "nothing new is nothing changed")
    return 0
}

private func seal(_ payload: [UInt8]) -> [UInt8] {
    var sealed: [UInt8] = []
    BLAKE3Digest(hashing: unsafe payload.span.bytes).withBytes { digest in
        unsafe digest.withUnsafeBytes { unsafe sealed.append(contentsOf: $0) }
    }
    return sealed + payload
}

private func read(_ bytes: [UInt8]) -> VerifiedChunks? {
    try? VerifiedChunks(bytes: unsafe bytes.span.bytes)
}

private func merged(_ state: VerifiedChunks, _ other: VerifiedChunks) -> VerifiedChunks {
    var state = state
    let chunks = state.chunks.union(other.chunks)
    state.merge(other)
    require(state.chunks == chunks, "all chunks of both are there")
    return state
}

private func check(_ state: VerifiedChunks) {
    let tree = HashTree(size: state.claimedSize)
    let last = tree.chunkCount - 1
    require(
        (state.provenSize != nil) == state.chunks.contains(last),
        "the size is proven by the last chunk"
    )
    require(!state.isComplete || state.provenSize != nil, "what is complete has a proven size")
    let missing = state.missing()
    require(missing.intersection(state.chunks).isEmpty, "what is there is not missing")
    require(missing.isEmpty == (state.isComplete && state.provenSize != nil), "all or not")
    require(state.wholeGroups().subtracting(state.chunks).isEmpty, "whole groups are there")

    let isWithin = state.chunks.subtracting(ChunkRanges(0..<tree.chunkCount)).isEmpty
    // Merging states that contradict each other may leave chunks behind the end.
    guard isWithin else { return }
    require(read(state.bytes) == state, "\(state) is read as it was written")
}
