// SPDX-License-Identifier: Apache-2.0
public import BLAKE3
public import Bao
public import BlobStore
public import Logging
import NIOCore
import Synchronization

/// Remote services that are asked for what is missing, in the order of their priorities.
///
/// One that fails, or takes too long, is followed by the next, also in the middle of a blob: the next one
/// goes on from the last byte that has been checked. One that fails time and again is left alone for a
/// while; one that sends wrong bytes is asked after all others. That no one has a blob is remembered for
/// some seconds.
///
/// If some cannot be asked and the others do not have a blob, it counts as absent: substituters save work,
/// and one that is down should not keep others from doing it. If none can be asked, that is an error.
///
/// Nothing is ever written to a substituter.
public final class SubstitutingBlobService: BlobService {
    private let sources: [Source]
    private let options: SubstitutingOptions
    /// Who has had a blob, or a chunk of one.
    private let origins = DigestMemory<Source>(lifetime: .seconds(600))
    private let absences: DigestMemory<Void>
    private let turn = Atomic(0)

    /// Creates a service.
    ///
    /// - Parameters:
    ///   - substituters: Whom to ask.
    ///   - options: How.
    ///   - logger: Told of substituters that fail or send wrong bytes.
    public init(
        _ substituters: [Substituter],
        _ options: SubstitutingOptions = SubstitutingOptions(),
        logger: Logger = Logger(label: "blobstore") { _ in SwiftLogNoOpLogHandler() }
    ) {
        sources = substituters.map { Source($0, options, logger) }
        self.options = options
        absences = DigestMemory(lifetime: options.absenceLifetime)
    }

    /// Forgets that no substituter has had a blob.
    public func forgetAbsence(of digest: BLAKE3Digest) { absences.forget(digest) }

    /// Forgets who has had a blob.
    func forgetOrigin(of digest: BLAKE3Digest) { origins.forget(digest) }

    // MARK: asking

    private func inquiry(
        for digest: BLAKE3Digest,
        except failed: [ObjectIdentifier] = [],
        isRace: Bool = false
    ) -> Inquiry {
        let turn = turn.wrappingAdd(1, ordering: .relaxed).oldValue
        let origin = origins[digest]
        // Equal ones take turns, as sorting keeps their order.
        let rotation = turn % max(sources.count, 1)
        let rotated = sources[rotation...] + sources[..<rotation]
        let sorted = rotated.filter { !failed.contains(ObjectIdentifier($0)) }
            .map { (source: $0, isDemoted: $0.isDemoted) }
            .sorted { first, second in
                if first.isDemoted != second.isDemoted { return second.isDemoted }
                if first.source === origin || second.source === origin {
                    return first.source === origin
                }
                return first.source.substituter.priority < second.source.substituter.priority
            }
            .map(\.source)
        return Inquiry(
            sources: sorted,
            patience: options.patience,
            isRace: isRace && origin == nil && options.samePriority == .race
        )
    }

    public func stat(
        _ digest: BLAKE3Digest,
        _ wanted: StatOptions
    ) async throws(BlobError) -> BlobInfo? {
        if digest == .empty { return BlobInfo(size: 0, chunks: wanted.chunks ? [] : nil) }
        if absences[digest] != nil || sources.isEmpty { return nil }
        let inquiry = inquiry(for: digest, isRace: true)
        let finding = try await inquiry.run { service throws(BlobError) in
            try await service.stat(digest, wanted)
        }
        switch finding {
        case .absent(let isCertain):
            if isCertain { absences.remember((), of: [digest]) }
            return nil
        case .found(let source, var info):
            origins.remember(source, of: [digest])
            origins.remember(source, of: (info.chunks ?? []).lazy.map(\.digest))
            info.isTrusted = source.substituter.isTrusted
            return info
        }
    }

    public func missing(
        among digests: [BLAKE3Digest]
    ) async throws(BlobError) -> [BLAKE3Digest] {
        let asked = digests.filter { $0 != .empty && absences[$0] == nil }
        var found: Set<BLAKE3Digest> = [.empty]
        if !asked.isEmpty, !sources.isEmpty { found.formUnion(try await present(of: asked)) }
        return digests.filter { !found.contains($0) }
    }

    /// Asks all sources at once, until all is found or they have answered.
    private func present(
        of digests: [BLAKE3Digest]
    ) async throws(BlobError) -> Set<BLAKE3Digest> {
        let result: Result<Set<BLAKE3Digest>, BlobError> = await withTaskGroup { group in
            defer { group.cancelAll() }
            for source in sources where source.admit() {
                group.addTask {
                    await source.ask { service throws(BlobError) in
                        try await service.missing(among: digests)
                    }
                }
            }
            var absent = Set(digests)
            var failures: [BlobError] = []
            var answerCount = 0
            for await result in group {
                switch result {
                case .success(let missing):
                    absent.formIntersection(missing)
                    answerCount += 1
                    if absent.isEmpty { return .success(Set(digests)) }
                case .failure(let error):
                    if error.code == .cancelled { return .failure(error) }
                    failures.append(error)
                }
            }
            if answerCount == 0 { return .failure(Inquiry.failure(failures)) }
            if answerCount == sources.count { absences.remember((), of: absent) }
            return .success(Set(digests).subtracting(absent))
        }
        return try result.get()
    }

    public func outboard(
        of digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> Outboard? {
        if sources.isEmpty { return nil }
        // Who has the blob and no hashes has the last word: others would only be waited for.
        if let origin = origins[digest], !origin.isDemoted, origin.admit() {
            let answer = await origin.ask { service throws(BlobError) in
                try await service.outboard(of: digest, in: range)
            }
            switch answer {
            case .success(let outboard): return outboard
            case .failure(let error): if error.code == .cancelled { throw error }
            }
        }
        return try await inquiry(for: digest).run { service throws(BlobError) in
            try await service.outboard(of: digest, in: range)
        }.value
    }

    // MARK: reading

    public func read(
        _ digest: BLAKE3Digest,
        in range: ByteRange
    ) async throws(BlobError) -> BlobBody? {
        if digest == .empty {
            _ = try range.resolved(against: 0)
            return BlobBody(size: 0, pieces: [])
        }
        if absences[digest] != nil || sources.isEmpty { return nil }
        guard let (source, body) = try await open(digest, range, except: []) else { return nil }
        let wanted = try range.resolved(against: body.size)
        let rest = SubstitutedBody(digest, wanted, source, body, of: self)
        return BlobBody(size: body.size) { () throws(BlobError) in try await rest.next() }
    }

    /// Opens a range at the first source that has the blob.
    func open(
        _ digest: BLAKE3Digest,
        _ range: ByteRange,
        except failed: [ObjectIdentifier]
    ) async throws(BlobError) -> (Source, BlobBody)? {
        let inquiry = inquiry(for: digest, except: failed)
        if inquiry.sources.isEmpty { return nil }
        let finding = try await inquiry.run { service throws(BlobError) in
            try await service.read(digest, in: range)
        }
        guard case .found(let source, let body) = finding else { return nil }
        origins.remember(source, of: [digest])
        Transfer.current?.setSource(source.name)
        return (source, body)
    }

    public func readSlice(
        _ digest: BLAKE3Digest,
        _ ranges: ChunkRanges
    ) async throws(BlobError) -> BlobSlice? {
        try await BlobSlice(of: digest, ranges, from: self)
    }

    // MARK: writing

    public func makeSink(_ hint: WriteHint) async throws(BlobError) -> any BlobSink {
        throw BlobError(.refused, "substituters are not written to")
    }
}
