// SPDX-License-Identifier: Apache-2.0

extension BLAKE3Tree {
    /// What a node other than the root passes to its parent: 32 bytes.
    ///
    /// It says nothing without the place of the node in the tree, and it is never a digest.
    public struct ChainingValue: Hashable, Sendable, BitwiseCopyable {
        let bytes: Bytes32

        /// The length of a chaining value in bytes.
        public static let byteCount = 32

        init(bytes: Bytes32) {
            self.bytes = bytes
        }

        /// Copies a chaining value of exactly 32 bytes; `nil` for any other number of bytes.
        public init?(copying bytes: RawSpan) {
            guard let bytes = Bytes32(copying: bytes) else { return nil }
            self.bytes = bytes
        }

        /// Calls `body` with the 32 bytes of the value.
        public func withBytes<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
            try bytes.withBytes(body)
        }
    }
}
