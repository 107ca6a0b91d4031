// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BlobStore
import ObjectBlobStore
import ObjectStorage

/// Looks after an object store.
struct ObjectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "object",
        abstract: "Look after an object store.",
        subcommands: [ObjectGCCommand.self, ObjectFsckCommand.self]
    )
}

extension StoreOptions {
    /// Runs `body` with an object store; others are refused.
    func withObjectStore<Value: Sendable>(
        _ body: (ObjectBlobService) async throws -> Value
    ) async throws -> Value {
        try await withOpenStore { store, location in
            guard let objects = store.objects else {
                throw Failure(
                    .usage,
                    "\(location.name): is no object store",
                    advice: "give --store objectstore+s3://BUCKET or the like"
                )
            }
            return try await body(objects)
        }
    }
}
