// SPDX-License-Identifier: Apache-2.0
import BlobFiles
import BlobStore
import NIOCore
import Synchronization
import SystemPackage

/// The packs of a store: opens them for reading, and keeps some open.
final class PackFolder: Sendable {
    private static let maximumOpenCount = 64

    let path: FilePath
    // Keeps the lock of the store for as long as a reader or a writer needs a pack.
    private let store: StoreFolder
    private let open = Mutex<[PackID: File]>([:])

    init(of store: StoreFolder) throws(BlobError) {
        self.store = store
        path = store.packsPath
        try Folder.create(path)
    }

    func path(of id: PackID) -> FilePath { path.appending(id.fileName) }

    /// Returns the packs that are there, in ascending order.
    func list() throws(BlobError) -> [PackID] {
        try Folder.names(in: path).compactMap(PackID.init(fileName:)).sorted()
    }

    /// Opens a pack for reading.
    func file(_ id: PackID) throws(BlobError) -> File {
        if let file = open.withLock({ $0[id] }) { return file }
        let file = try File(path(of: id), .readOnly)
        open.withLock { open in
            if open.count >= Self.maximumOpenCount, let any = open.keys.randomElement() {
                open[any] = nil
            }
            open[id] = file
        }
        return file
    }
}
