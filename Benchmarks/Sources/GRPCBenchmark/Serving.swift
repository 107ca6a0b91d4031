// SPDX-License-Identifier: Apache-2.0
import BlobFiles
import BlobGRPC
import BlobStore
import Glibc
import LocalBlobStore
import Logging
import SystemPackage

/// Serves an empty store in memory, or one in a folder, until the process ends.
func serve(_ address: String, _ kind: String, folder: String?) async throws {
    let service: any BlobService
    var options = BlobServerOptions()
    switch (kind, folder) {
    case ("memory", nil): service = MemoryBlobService()
    case ("local", let folder?):
        service = try await LocalBlobService(at: FilePath(folder))
        options.workers = BlockingTaskExecutor.shared
    default: throw UsageError()
    }
    let sockets = try ListeningSocket.open(address)
    print("listening on \(sockets.map(\.name))")
    fflush(nil)
    try await BlobServer(service, options, logger: Logger(label: "server")).run(sockets)
}
