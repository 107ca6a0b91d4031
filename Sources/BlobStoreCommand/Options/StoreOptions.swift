// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import BlobStore
import Foundation
import LocalBlobStore
import SystemPackage

/// Says which store to use; may stand before or after the name of the command.
struct StoreOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The store: a folder, or local:FOLDER.",
            discussion: """
                Without it, BLOBSTORE_STORE in the environment decides, then \
                $XDG_DATA_HOME/blobstore, then ~/.local/share/blobstore.
                """,
            valueName: "store"
        ),
        completion: .directory
    )
    var store: String?

    /// The folder of the store.
    var folder: FilePath {
        get throws {
            let location =
                try store.map(StoreLocation.init(parsing:))
                ?? StoreLocation.standard(in: ProcessInfo.processInfo.environment)
            return switch location {
            case .local(let folder): folder
            }
        }
    }

    /// Opens a store that is there.
    func open() async throws -> any ListableBlobService { try await openLocal() }

    /// Opens a store that is there and keeps its content in a folder.
    func openLocal() async throws -> LocalBlobService {
        try await LocalBlobService(at: try await existingFolder())
    }

    /// The folder of a store that is there; opening another one would make it.
    func existingFolder() async throws -> FilePath {
        let folder = try folder
        guard try await Blocking.run({ FileStatus.exists(folder.appending("format")) }) else {
            throw try await Blocking.run { Self.failure(folder) }
        }
        return folder
    }

    /// Says what is wrong with a folder that has no store in it.
    private static func failure(_ folder: FilePath) -> Failure {
        if let kind = FileStatus(folder)?.kind, kind != .folder {
            return Failure(.refused, "\(folder): is a \(kind.rawValue), and no store")
        }
        return Failure(
            .unavailable,
            "\(folder): there is no store here",
            advice: "'blobstore put' makes one, --store names another"
        )
    }

    /// Opens a store to write, and makes it if it is missing.
    func open(_ writing: WriteOptions) async throws -> any BlobService {
        try await LocalBlobService(at: folder, options: writing.storeOptions)
    }
}
