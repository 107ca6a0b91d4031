// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobComposition
import BlobStore
import Foundation
import NIOCore
import SystemPackage

@main
struct OwnServices {
    // usage: OwnServices FILE DIGEST
    static func main() async throws {
        var types = ServiceTypes()
        types.register("folder") { options, _ in
            guard let path = try options.string("path") else { throw options.missing("path") }
            let service = FolderService(folder: FilePath(path))
            return RunnableService(VerifyingBlobService(service, source: path))
        }
        types.register("logging") { options, others in
            guard let name = try options.string("service") else {
                throw options.missing("service")
            }
            return RunnableService(logged(try await others.service(name)))
        }

        let (fileName, name) = (CommandLine.arguments[1], CommandLine.arguments[2])
        let file = try CompositionFile(
            text: try String(contentsOfFile: fileName, encoding: .utf8),
            fileName: fileName,
            context: ConfigurationContext(customTypes: types.names)
        )
        guard let digest = BLAKE3Digest(name) else { fatalError("\(name): is no digest") }
        var options = CompositionOptions()
        options.types = types
        try await Composition.running(file.configuration, options, file: file) { composition in
            // The second time it comes from memory.
            for _ in 1...2 {
                guard let body = try await composition.root.read(digest) else {
                    return print("absent")
                }
                print(String(buffer: try await body.collect(upTo: 1 << 20)), terminator: "")
            }
        }
    }

    /// Opens an existential, so that the wrapper knows the type underneath.
    private static func logged(_ base: some BlobService) -> any BlobService {
        LoggingService(base: base)
    }
}
