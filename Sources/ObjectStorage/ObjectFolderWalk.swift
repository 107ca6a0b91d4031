// SPDX-License-Identifier: Apache-2.0
import BlobFiles
import BlobStore
import SystemPackage

/// Lists the objects in a folder and those below, in the order of their parts.
///
/// Memory: the names in one folder of each level, and a page. Every call blocks; callers run on
/// `Workers`.
struct ObjectFolderWalk {
    private static let pageCount = 1000

    private let root: FilePath
    private let prefix: String
    /// The parts of the last key of the page before.
    private let token: [Substring]
    private var found: [ObjectInfo] = []

    init(_ root: FilePath, _ prefix: String, after token: String?) {
        self.root = root
        self.prefix = prefix
        self.token = token?.split(separator: "/") ?? []
    }

    mutating func page() throws(BlobError) -> ObjectPage {
        let parts = prefix.split(separator: "/")
        let isBehind = token.isEmpty || !token.starts(with: parts)
        try visit(parts.map(String.init), isBehindToken: isBehind)
        let isFull = found.count > Self.pageCount
        if isFull { found.removeLast() }
        return ObjectPage(objects: found, next: isFull ? found.last?.key : nil)
    }

    /// Adds what is in a folder, until there is one object more than a page has.
    private mutating func visit(_ parts: [String], isBehindToken: Bool) throws(BlobError) {
        let folder = parts.reduce(root) { $0.appending($1) }
        guard Folder.isFolder(folder) else { return }
        let last = isBehindToken || token.count <= parts.count ? nil : String(token[parts.count])
        for name in try Folder.names(in: folder).sorted() where !ObjectFiles.isLeftover(name) {
            if let last, name < last { continue }
            let path = folder.appending(name)
            if let status = try ObjectFiles.status(path) {
                if name == last { continue }
                let key = (parts + [name]).joined(separator: "/")
                found.append(ObjectInfo(key: key, status))
            } else {
                try visit(parts + [name], isBehindToken: isBehindToken || name != last)
            }
            if found.count > Self.pageCount { return }
        }
    }

    static func removeLeftovers(in folder: FilePath, from time: Int64) throws(BlobError) -> Int {
        guard Folder.isFolder(folder) else { return 0 }
        var count = 0
        for name in try Folder.names(in: folder) {
            let path = folder.appending(name)
            guard let status = try ObjectFiles.status(path) else {
                count += try removeLeftovers(in: path, from: time)
                continue
            }
            guard ObjectFiles.isLeftover(name), status.modificationTime <= time else { continue }
            try Folder.remove(path)
            count += 1
        }
        return count
    }
}
