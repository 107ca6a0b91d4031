// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobFiles
import BlobStore
import Chunking
import Foundation
import Glibc
import Logging
import NIOCore
import ObjectBlobStore
import ObjectStorage
import S3ObjectStorage
import SystemPackage

extension ServiceBuilder {
    func make(
        _ configuration: ServiceConfiguration.ObjectStore
    ) throws -> ObjectBlobService {
        let storage = try storage(configuration)
        add(storage)
        let service = ObjectBlobService(
            in: storage,
            layout: configuration.options[ServiceConfiguration.ObjectStore.layoutOption]
                .flatMap(ObjectLayout.init(rawValue:)),
            index: indexPath(configuration, of: storage),
            chunking: try chunking(configuration)
        )
        add { await service.run() }
        return service
    }

    private func storage(
        _ configuration: ServiceConfiguration.ObjectStore
    ) throws -> any ObjectStorage {
        let scheme = configuration.url.prefix { $0 != ":" }
        let rest = configuration.url[scheme.endIndex...].dropFirst()
        switch scheme {
        case "memory":
            return MemoryObjectStorage()
        case "file":
            let path = rest.hasPrefix("//") ? rest.dropFirst(2) : rest
            guard let decoded = path.removingPercentEncoding else {
                throw ConfigurationError(
                    "\(Quoted(configuration.url)) has a '%' without two digits"
                )
            }
            return FolderObjectStorage(at: FilePath(decoded))
        case "s3":
            var options = configuration.options
            options[ServiceConfiguration.ObjectStore.layoutOption] = nil
            var s3 = try S3Options(url: configuration.url, options: options)
            s3.logger = self.options.logger
            return try S3Storage(s3)
        default:
            throw BlobError(
                .unsupported,
                "\(configuration.url): this version cannot use \(scheme)"
            )
        }
    }

    /// Where it is kept what is known of a bucket or a folder; `nil`: nowhere.
    private func indexPath(
        _ configuration: ServiceConfiguration.ObjectStore,
        of storage: any ObjectStorage
    ) -> FilePath? {
        let layout = configuration.options[ServiceConfiguration.ObjectStore.layoutOption]
        guard let folder = options.cacheFolder, !(storage is MemoryObjectStorage),
            layout != ObjectLayout.castore.rawValue
        else { return nil }
        let path = folder.appending("objects")
        do throws(BlobError) {
            try Folder.create(path)
            guard unsafe access(path.string, W_OK) == 0 else {
                throw BlobError(.refused, "\(path): cannot be written to")
            }
        } catch {
            options.logger.warning(
                "what is known of an object store is read anew each time",
                metadata: ["store": "\(configuration.url)", "error": "\(error)"]
            )
            return nil
        }
        let place = (storage as? S3Storage)?.place ?? configuration.url
        let name = BLAKE3Digest(hashing: ByteBuffer(string: place).readableBytesSpan)
        return path.appending("\(name).sqlite")
    }

    private func chunking(
        _ configuration: ServiceConfiguration.ObjectStore
    ) throws(ConfigurationError) -> ChunkingParameters {
        guard let average = configuration.averageChunkSize else { return .standard }
        do throws(InvalidChunkingParameters) {
            return try ChunkingParameters(
                minimum: average / 2,
                average: average,
                maximum: average * 2
            )
        } catch {
            throw ConfigurationError("chunks of \(average) bytes: \(error)")
        }
    }
}
