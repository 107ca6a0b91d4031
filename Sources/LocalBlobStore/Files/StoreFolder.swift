// SPDX-License-Identifier: Apache-2.0
import BlobFiles
import BlobStore
import NIOCore
import SystemPackage

/// The folder of a store: what is in it, who may use it.
///
/// | name | |
/// |---|---|
/// | `format` | one line: `blobstore local 1` |
/// | `lock` | locked by everyone who uses the store; exclusively to make the index anew |
/// | `index.sqlite` | where each digest is; can be made anew |
/// | `packs/` | the content |
struct StoreFolder: Sendable {
    private static let formatName = "blobstore local"
    private static let version = 1

    let path: FilePath
    private let lock: File

    var indexPath: FilePath { path.appending("index.sqlite") }
    var packsPath: FilePath { path.appending("packs") }

    /// Opens the folder of a store, or makes it if it is missing or empty.
    ///
    /// If it is opened exclusively, nobody else can use it meanwhile.
    init(at path: FilePath, exclusively: Bool) throws(BlobError) {
        self.path = path
        try Self.create(path)
        try Self.checkFormat(path.appending("format"))
        lock = try File(path.appending("lock"), .readWrite, options: .create)
        guard try lock.tryLock(exclusively ? .exclusive : .shared) else {
            throw BlobError(
                .unavailable,
                exclusively
                    ? "\(path): other processes use the store; end them first"
                    : "\(path): the store is locked, its index is being made anew; try again later"
            )
        }
    }

    private static func create(_ path: FilePath) throws(BlobError) {
        try Folder.create(path)
        let names = try Folder.names(in: path)
        if names.contains("format") { return }
        guard names.allSatisfy({ $0.hasPrefix("format.") }) else {
            throw BlobError(.refused, "\(path): is not a blob store, and not empty")
        }
        let draft = path.appending("format.\(UInt64.random(in: .min ... .max))")
        let file = try File(draft, .writeOnly, options: [.create, .exclusiveCreate])
        let text = ByteBuffer(string: "\(formatName) \(version)\n")
        try file.write(text.readableBytesSpan, at: 0)
        try file.synchronize()
        try Folder.rename(draft, to: path.appending("format"))
        try Folder.synchronize(path)
    }

    private static func checkFormat(_ path: FilePath) throws(BlobError) {
        let text = String(buffer: try File(path, .readOnly).read(100, at: 0))
        let line = text.prefix { $0 != "\n" }
        guard line.hasPrefix(formatName + " "),
            let found = Int(line.dropFirst(formatName.count + 1))
        else { throw BlobError(.unsupported, "\(path): does not say which format the store has") }
        guard found == version else {
            throw BlobError(
                .unsupported,
                "\(path): the store has format \(found), this program knows \(version);"
                    + " use a newer program"
            )
        }
    }
}
