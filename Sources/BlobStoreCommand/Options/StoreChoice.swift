// SPDX-License-Identifier: Apache-2.0
import BlobComposition
import Foundation
import SystemPackage

/// Which store the options and the environment choose.
struct StoreChoice {
    let location: StoreLocation
    /// The services that it is made of.
    let configuration: CompositionConfiguration
    /// The file that describes it, if there is one.
    private(set) var file: CompositionFile?
    /// What should be written in another way.
    private(set) var notes: [String] = []
    /// Where what is known of object stores is kept.
    let cacheFolder: FilePath?

    /// Options win over the environment; what contradicts each other is refused.
    ///
    /// Blocks if there is a file.
    init(
        store: String?,
        substituters: [String],
        file: FilePath?,
        _ environment: [String: String]
    ) throws(Failure) {
        func variable(_ name: String) -> String? {
            environment[name].flatMap { $0.isEmpty ? nil : $0 }
        }
        cacheFolder = Self.cacheFolder(in: environment)
        let isChosen = store != nil || !substituters.isEmpty
        if file != nil, isChosen {
            throw Failure(
                .usage,
                "--config says which store to use, and so does"
                    + " \(store == nil ? "--substituter" : "--store")",
                advice: "write it into the file, or leave --config out"
            )
        }
        var chosenFile = file
        if chosenFile == nil, !isChosen, let path = variable("BLOBSTORE_CONFIG") {
            chosenFile = FilePath(path)
        }
        let standard = variable("BLOBSTORE_STORE")
        let context = ConfigurationContext(
            homeFolder: variable("HOME"),
            defaultStore: standard
        )
        if let chosenFile {
            let file = try Self.read(chosenFile, context)
            self.file = file
            configuration = file.configuration
            do throws(ConfigurationError) {
                try configuration.checkAddresses(file: file)
            } catch {
                throw Failure(error)
            }
            location = try StoreLocation(configuration)
            notes = file.notes.map(\.description)
            return
        }
        let named = store ?? standard
        let text = if let named { named } else { try StoreLocation.standard(in: environment) }
        notes = ([text] + substituters).flatMap { ServiceURL.deprecations(in: $0) }
        do throws(ConfigurationError) {
            configuration = try CompositionConfiguration(
                store: text,
                substituters: substituters,
                context: context
            )
        } catch {
            throw Failure(error)
        }
        location = try StoreLocation(configuration)
    }

    /// The store that a text names, whatever else is said in the environment.
    init(naming text: String) throws(Failure) {
        let environment = ProcessInfo.processInfo.environment
        try self.init(store: text, substituters: [], file: nil, environment)
    }

    private static func cacheFolder(in environment: [String: String]) -> FilePath? {
        // A relative path in this variable is to be ignored, says the XDG specification.
        if let folder = environment["XDG_CACHE_HOME"], folder.hasPrefix("/") {
            return FilePath(folder).appending("blobstore")
        }
        guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
        return FilePath(home).appending(".cache/blobstore")
    }

    private static func read(
        _ path: FilePath,
        _ context: ConfigurationContext
    ) throws(Failure) -> CompositionFile {
        // Larger files are refused, whatever is in them.
        guard let handle = FileHandle(forReadingAtPath: path.string),
            let data = try? handle.read(upToCount: 2 << 20) ?? Data()
        else {
            let isThere = FileStatus.exists(path)
            throw Failure(.unreadable, "\(path): \(isThere ? "cannot be read" : "is not there")")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw Failure(.usage, "\(path): is not UTF-8 text")
        }
        do throws(ConfigurationError) {
            return try CompositionFile(text: text, fileName: path.string, context: context)
        } catch {
            throw Failure(error)
        }
    }
}
