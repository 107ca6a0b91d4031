// SPDX-License-Identifier: Apache-2.0
import BlobStore
import ObjectStorage

/// A page of the objects of a bucket.
struct ListDocument: Decodable, Sendable {
    private struct Object: Decodable {
        enum CodingKeys: String, CodingKey {
            case key = "Key"
            case size = "Size"
            case modificationTime = "LastModified"
        }

        let key: String
        let size: UInt64
        let modificationTime: String?
    }

    private enum CodingKeys: String, CodingKey {
        case objects = "Contents"
        case isTruncated = "IsTruncated"
        case next = "NextContinuationToken"
        case encoding = "EncodingType"
    }

    private let objects: [Object]?
    private let isTruncated: Bool
    private let next: String?
    private let encoding: String?

    /// Makes sense of it.
    ///
    /// - Parameters:
    ///   - prefix: What all keys in the bucket have to begin with.
    ///   - root: What is not a part of the keys of the storage.
    ///   - token: That with which the page was asked for.
    /// - Returns: The objects whose keys are such as a storage has.
    /// - Throws: A problem with the code `corrupt`.
    func page(
        of prefix: String,
        in root: String,
        after token: String?
    ) throws(Problem) -> ObjectPage {
        guard !isTruncated || next != nil && next != "" && next != token else {
            throw .error(BlobError(.corrupt, "the list has an end that does not lead on"))
        }
        var page = ObjectPage(objects: [], next: isTruncated ? next : nil)
        for object in objects ?? [] {
            // As in forms, a space comes as a plus sign.
            let decoded =
                encoding == "url"
                ? URIEncoding.decode(object.key, plusIsSpace: true) : object.key
            guard let key = decoded,
                key.hasPrefix(prefix)
            else {
                throw .error(BlobError(.corrupt, "the list has the key \(object.key) in it"))
            }
            let relative = String(key.dropFirst(root.count))
            guard ObjectKey.isValid(relative) else { continue }
            let time = object.modificationTime.flatMap { CalendarTime(iso8601: $0) }
            page.objects.append(
                ObjectInfo(
                    key: relative,
                    size: object.size,
                    modificationTime: time?.secondsSince1970 ?? 0
                )
            )
        }
        return page
    }
}
