// SPDX-License-Identifier: Apache-2.0
import BLAKE3

/// The names of objects in the layout of tvix and snix castore.
enum CastoreKeys {
    static let blobs = "blobs/b3/"
    static let chunks = "chunks/b3/"
    static let hashes = "hashes/b3/"

    /// The object that says which chunks a blob has.
    static func index(of digest: BLAKE3Digest) -> String { key(blobs, digest) }

    /// The object with the content of a chunk.
    static func chunk(_ digest: BLAKE3Digest) -> String { key(chunks, digest) }

    /// An object with hashes of a blob, or with a page of them; others do not know it.
    static func hashes(_ digest: BLAKE3Digest) -> String { key(hashes, digest) }

    /// Folders are named by two bytes of the digest, in hexadecimal digits.
    private static func key(_ kind: String, _ digest: BLAKE3Digest) -> String {
        let name = digest.description
        return "\(kind)\(name.prefix(4))/\(name)"
    }

    /// The blob that the key of an index object names.
    static func blob(_ key: String) -> BLAKE3Digest? {
        guard let digest = key.split(separator: "/").last.flatMap({ BLAKE3Digest(String($0)) }),
            key == index(of: digest)
        else { return nil }
        return digest
    }
}
