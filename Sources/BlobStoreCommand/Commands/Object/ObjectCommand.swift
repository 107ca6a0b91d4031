// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BlobStore
import ObjectBlobStore
import ObjectStorage

/// Looks after an object store.
struct ObjectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "object",
        abstract: "Look after a store in packs in an object store.",
        subcommands: [ObjectGCCommand.self, ObjectFsckCommand.self]
    )
}

extension StoreOptions {
    /// Runs `body` with a store in packs; others are refused.
    func withPackedStore<Value: Sendable>(
        _ body: (PackedBlobService) async throws -> Value
    ) async throws -> Value {
        try await withOpenStore { store, location in
            guard let objects = store.objects else {
                throw Failure(
                    .usage,
                    "\(location.name): is no object store",
                    advice: "give --store objectstore+s3://BUCKET or the like"
                )
            }
            guard let packed = try await objects.packed() else {
                throw Failure(
                    .usage,
                    "\(objects.storage.name): has the castore layout, and only packs need looking after"
                )
            }
            return try await body(packed)
        }
    }
}
