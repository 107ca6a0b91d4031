// SPDX-License-Identifier: Apache-2.0
import BlobStore
import ObjectStorage

/// How blobs are kept as objects.
public enum ObjectLayout: String, Hashable, Sendable, CaseIterable {
    /// As tvix and snix do: see ``CastoreBlobService``.
    case castore
    /// In packs: see ``PackedBlobService``.
    case packed

    /// Finds out which layout a place has; `nil` if there are no blobs yet.
    ///
    /// Costs two requests at most.
    static func found(in storage: any ObjectStorage) async throws(BlobError) -> ObjectLayout? {
        if try await PackedFormat.isSaid(in: storage) { return .packed }
        let page = try await storage.list(CastoreKeys.blobs, from: nil)
        return page.objects.isEmpty ? nil : .castore
    }
}
