// SPDX-License-Identifier: Apache-2.0
public import BlobStore

extension CastoreBlobService {
    /// Reads every blob and checks it against its digest; the service must run meanwhile.
    ///
    /// With `repair`, blobs that are not complete are removed, and so are damaged chunks of theirs, so that they
    /// count as absent and can be put again. Nobody should write meanwhile, and services of others that go on
    /// afterwards may believe that what has been removed is there.
    ///
    /// Costs a request for each blob and for each chunk, of each blob that has it. Memory: 64 MiB. `progress` is
    /// told how many blobs have been read.
    public func check(
        repair: Bool = false,
        progress: @escaping @Sendable (_ done: Int) -> Void = { _ in }
    ) async throws(BlobError) -> ObjectCheckReport {
        let fresh = CastoreStore(in: storage, tasks)
        let report = try await CastoreCheck(store: fresh, isRepairing: repair).run(progress)
        if report.isRepaired { store.forget() }
        return report
    }
}
