// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Counts what is asked of an object store, which is what its owner is billed for.
public final class RequestCounter: Sendable {
    private let state = Mutex(RequestCounts())

    /// Creates a counter.
    public init() {}

    /// What has been counted so far.
    public var counts: RequestCounts { state.withLock { $0 } }

    /// Counts a request, each try of its own.
    public func count(_ kind: RequestKind) { state.withLock { $0[kind] += 1 } }

    /// Counts bytes of objects that were sent.
    public func countSent(_ byteCount: Int) { state.withLock { $0.sentByteCount += byteCount } }

    /// Counts bytes of objects that have come.
    public func countReceived(_ byteCount: Int) {
        state.withLock { $0.receivedByteCount += byteCount }
    }
}

/// What is asked of an object store.
public enum RequestKind: String, Hashable, Sendable, CaseIterable {
    /// Whether there is an object.
    case head
    /// An object or a range of it.
    case get
    /// To keep an object, or to begin or end one that is sent in parts.
    case put
    /// To keep a part of an object.
    case part
    /// To remove objects.
    case delete
    /// Which objects there are.
    case list
}

/// How often what was asked of an object store.
public struct RequestCounts: Hashable, Sendable {
    private var counts: [RequestKind: Int] = [:]

    /// Bytes of objects that were sent.
    public var sentByteCount = 0

    /// Bytes of objects that have come.
    public var receivedByteCount = 0

    /// Creates counts of nothing.
    public init() {}

    /// The number of requests of a kind.
    public subscript(kind: RequestKind) -> Int {
        get { counts[kind] ?? 0 }
        set { counts[kind] = newValue }
    }

    /// The number of requests by the names of their kinds.
    public var byKind: [String: Int] {
        Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, $0.value) })
    }

    /// The number of all requests.
    public var total: Int { counts.values.reduce(0, +) }

    /// What has been counted since an earlier time.
    public func since(_ earlier: RequestCounts) -> RequestCounts {
        var difference = self
        for kind in RequestKind.allCases { difference[kind] -= earlier[kind] }
        difference.sentByteCount -= earlier.sentByteCount
        difference.receivedByteCount -= earlier.receivedByteCount
        return difference
    }
}
