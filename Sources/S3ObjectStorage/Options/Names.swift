// SPDX-License-Identifier: Apache-2.0
import ObjectStorage

/// The rules for names of buckets.
enum BucketName {
    /// Whether a bucket can have this name.
    ///
    /// AWS once allowed capitals and `_`, and some servers still do.
    static func isValid(_ name: String) -> Bool {
        (3...63).contains(name.utf8.count) && name.utf8.allSatisfy(ObjectKey.isAllowed)
            && name.utf8.first != UInt8(ascii: ".") && !name.contains("..")
    }

    /// Whether it can be a part of the name of a host.
    ///
    /// One with a `.` in it cannot with TLS: a certificate for all buckets is for one label each.
    static func isHostLabel(_ name: String) -> Bool {
        !name.contains { $0 == "." || $0 == "_" || $0.isUppercase }
    }
}

/// The rules for what all keys of a storage begin with.
enum PrefixText {
    /// Whether it is empty, or made of parts that are neither empty nor `.` or `..`.
    static func isValid(_ prefix: String) -> Bool { prefix.isEmpty || hasProperParts(prefix) }

    /// Reads the path of a URL, with or without a `/` at its end; `nil` if it is no prefix.
    static func decode(_ path: some StringProtocol) -> String? {
        let text = path.hasSuffix("/") ? path.dropLast() : path[...]
        guard let prefix = URIEncoding.decode(text) else { return nil }
        return isValid(prefix) ? prefix : nil
    }

    fileprivate static func hasProperParts(_ text: String) -> Bool {
        text.split(separator: "/", omittingEmptySubsequences: false)
            .allSatisfy { $0 != "" && $0 != "." && $0 != ".." }
    }
}
