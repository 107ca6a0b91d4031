// SPDX-License-Identifier: Apache-2.0
public import BLAKE3
public import Bao

extension BlobError {
    /// Says that what a source has sent, or a file has, does not prove a blob.
    ///
    /// The code is ``Code-swift.enum/corrupt``, whatever is wrong.
    public init(_ error: BaoError, of digest: BLAKE3Digest, from source: String) {
        self.init(.corrupt, "\(digest) from \(source): \(error)")
    }

    /// Does something with hashes that a source has sent; what is wrong with them names the source.
    public static func proving<Value>(
        _ digest: BLAKE3Digest,
        from source: String,
        _ body: () throws(BaoError) -> Value
    ) throws(BlobError) -> Value {
        do throws(BaoError) {
            return try body()
        } catch {
            throw BlobError(error, of: digest, from: source)
        }
    }
}
