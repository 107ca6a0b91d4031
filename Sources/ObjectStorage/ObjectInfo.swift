// SPDX-License-Identifier: Apache-2.0

/// What is known of an object without reading it.
public struct ObjectInfo: Hashable, Sendable {
    /// Its name within the storage.
    public var key: String

    /// The number of its bytes.
    public var size: UInt64

    /// When it was written by the clock of the storage, in seconds since 1970.
    public var modificationTime: Int64

    /// Creates an info value.
    public init(key: String, size: UInt64, modificationTime: Int64) {
        self.key = key
        self.size = size
        self.modificationTime = modificationTime
    }
}

extension [ObjectInfo] {
    /// The bytes of all of them, as the storage says; a sum that is too large begins anew.
    package var byteCount: UInt64 { reduce(0) { $0 &+ $1.size } }
}

/// Some of the objects of a storage.
public struct ObjectPage: Hashable, Sendable {
    /// The objects, at most some thousands.
    public var objects: [ObjectInfo]

    /// What the next page is asked for with, or `nil` if this is the last one.
    public var next: String?

    /// Creates a page.
    public init(objects: [ObjectInfo], next: String? = nil) {
        self.objects = objects
        self.next = next
    }
}
