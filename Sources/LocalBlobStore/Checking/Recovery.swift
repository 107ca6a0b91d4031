// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobFiles
import BlobStore
import Foundation
import NIOCore
import Synchronization
import SystemPackage

/// Brings the index up to what is in the packs when a store is opened.
///
/// Normally there is nothing to do but to compare the sizes of the packs with what the index says.
/// A process that was killed leaves a tail that is not in the index, perhaps with a torn record at
/// its end; a crash of the machine may also undo the last changes of the index.
struct Recovery: Sendable {
    /// How many entries are added in one transaction.
    private static let stepCount = 8192

    let packs: PackFolder
    let index: StoreIndex
    let reader: RecordReader

    /// Adds what is missing in the index and cuts off torn tails, pack by pack, in parallel.
    ///
    /// Calls `progress` with the number of packs done and of all that need work.
    func run(
        progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
    ) async throws(BlobError) {
        let boot = Self.bootID()
        let (incomplete, lastBoot) = try await Workers.run { () throws(BlobError) in
            let lastBoot = try index.lastBoot()
            return (try incompletePacks(afterCrash: lastBoot != boot), lastBoot)
        }
        let crashed = lastBoot != boot
        let remainder = Mutex(Remainder())
        let doneCount = Atomic(0)
        try await Workers.forEach(incomplete.count) { index throws(BlobError) in
            let found = try recover(incomplete[index], afterCrash: crashed)
            remainder.withLock { remainder in
                remainder.marks += found.marks
                remainder.packs.merge(found.packs) { $1 }
            }
            progress(doneCount.add(1, ordering: .relaxed).newValue, incomplete.count)
        }
        let rest = remainder.withLock { $0 }
        try await Workers.run { () throws(BlobError) in
            // Only now are all the chunks known that the marks can be about.
            if !rest.marks.isEmpty {
                try index.mark(rest.marks)
                try index.add([], packs: rest.packs)
            }
            if lastBoot != boot { try index.setLastBoot(boot) }
        }
    }

    private func incompletePacks(afterCrash: Bool) throws(BlobError) -> [PackID] {
        let states = try index.packStates()
        var incomplete: [PackID] = []
        for id in try packs.list() {
            let isSuspect = states[id].map { $0.durableEnd < $0.indexedEnd } ?? true
            if try packs.file(id).size() != states[id]?.indexedEnd || afterCrash && isSuspect {
                incomplete.append(id)
            }
        }
        return incomplete
    }

    /// Identifies the present run of the operating system.
    private static func bootID() -> String {
        let text = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        return text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
    }

    /// What was found in a pack and waits for the entries of all packs.
    private struct Remainder: Sendable {
        var marks: [BLAKE3Digest] = []
        var packs: [PackID: StoreIndex.PackState] = [:]
    }

    /// Adds the records of a pack to the index, except for its marks.
    ///
    /// Does nothing if a process appends to the pack.
    private func recover(_ id: PackID, afterCrash: Bool) throws(BlobError) -> Remainder {
        let file = try File(packs.path(of: id), .readWrite)
        defer { withExtendedLifetime(file) {} }
        guard try file.tryLock(.exclusive) else { return Remainder() }
        let size = try file.size()
        guard size >= UInt64(PackHeader.byteCount) else { return Remainder() }
        // Nothing can be told of such a pack, so nothing is cut off or forgotten; a check reports it.
        guard try PackScanner(id, reader: reader).knowsMarker else { return Remainder() }
        // The state may have changed until the lock was taken.
        let state = try index.packStates()[id]
        let known = afterCrash ? state?.durableEnd : state?.indexedEnd
        var start = min(max(known ?? 0, UInt64(PackHeader.byteCount)), size)
        var marks: [BLAKE3Digest] = []
        if start < state?.indexedEnd ?? 0 {
            (start, marks) = try index.removeEntries(of: id, behind: start)
        }
        try file.synchronize()

        var entries: [IndexEntry] = []
        var hashTrees: [BLAKE3Digest: RecordPlace] = [:]
        var end = start
        var scanner = try PackScanner(id, from: start, reader: reader)
        while let finding = try scanner.next() {
            guard case .record(let header, let place, let size) = finding else { continue }
            if let entry = IndexEntry(header, at: place, splitBlobSize: size) {
                entries.append(entry)
            } else if header.kind == .hashTree {
                hashTrees[header.digest] = place
            } else {
                marks.append(header.digest)
            }
            end = place.position + place.length
            if entries.count + hashTrees.count >= Self.stepCount {
                try index.add(entries, hashTrees: hashTrees, packs: [:])
                (entries, hashTrees) = ([], [:])
            }
        }
        if end < size { try file.resize(to: end) }
        let isSealed = end >= WriteLog.sealingSize
        let done = [id: StoreIndex.PackState(indexedEnd: end, durableEnd: end, isSealed: isSealed)]
        // With marks the pack is not done before these are in the index as well.
        try index.add(entries, hashTrees: hashTrees, packs: marks.isEmpty ? done : [:])
        return marks.isEmpty ? Remainder() : Remainder(marks: marks, packs: done)
    }
}
