// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import Bao
import BlobProtos
import BlobStore
import GRPCCore
import GRPCProtobuf

/// The service of our own: batches and proven parts.
struct BlobStoreMethods: RegistrableRPCService {
    static let name = "blobstore.v1.BlobStore"
    /// How many ranges one slice may have.
    private static let rangeLimit = 4096

    let blobs: any BlobService
    let calls: ServerCalls
    let transfers: TransferMonitor

    func registerMethods(with router: inout RPCRouter<some ServerTransport>) {
        let batches = BatchMethods(blobs: blobs, calls: calls)
        let many = BatchMethods.digestLimit + RPCEntries.few
        router.addUnary("FindMissing", of: Self.name, upTo: many) { request, call in
            try await batches.findMissing(request, call)
        }
        router.addServerStream(
            "GetMany",
            of: Self.name,
            upTo: many,
            ProtobufSerializer<Blobstore_V1_GetManyResponse>()
        ) { request, writer, call in
            try await batches.getMany(request, writer, call)
        }
        router.addBidirectional("PutMany", of: Self.name, upTo: BatchMethods.newBlobLimit) {
            requests,
            writer,
            call in
            try await batches.putMany(requests, writer, call)
        }
        router.addServerStream(
            "ReadSlice",
            of: Self.name,
            upTo: Self.rangeLimit + RPCEntries.few,
            DataMessageSerializer()
        ) { request, writer, call in
            try await readSlice(request, writer, call)
        }
        router.addServerStream(
            "Watch",
            of: Self.name,
            upTo: many,
            ProtobufSerializer<Blobstore_V1_TransferEvent>()
        ) { request, writer, call in
            try await watch(request, writer, call)
        }
    }

    private func watch(
        _ request: Blobstore_V1_WatchRequest,
        _ writer: RPCWriter<Blobstore_V1_TransferEvent>,
        _ call: IncomingCall
    ) async throws(RPCError) {
        let digests = Set(request.digests)
        try await calls.run("Watch", nil, call) {
            for await event in transfers.events()
            where digests.isEmpty || event.digest.map({ digests.contains($0.field) }) == true {
                try await writer.write(Blobstore_V1_TransferEvent(event))
            }
        }
    }

    private func readSlice(
        _ request: Blobstore_V1_ReadSliceRequest,
        _ writer: RPCWriter<DataMessage>,
        _ call: IncomingCall
    ) async throws(RPCError) {
        let digest = try BLAKE3Digest(checking: request.digest)
        let ranges = try Self.ranges(request.ranges)
        let groupSize = try Self.groupSize(request)
        guard let form = try Self.form(request.format) else {
            try await readContent(digest, try Self.range(ranges, groupSize), writer, call)
            return
        }
        try await calls.run("ReadSlice", digest, call) {
            // Hashes are computed on the way, which must not keep a loop from its connections.
            let slice = try await withTaskExecutorPreference(calls.workers) {
                try await BlobSlice(
                    of: digest,
                    ranges,
                    from: blobs,
                    form: form,
                    groupSize: groupSize
                )
            }
            guard let slice else { throw try await unproven(digest) }
            let share = SendShare()
            while var piece = try await withTaskExecutorPreference(
                calls.workers,
                operation: { try await slice.next() }
            ) {
                for part in piece.readMessageParts(upTo: share.messageByteCount) {
                    try await writer.write(DataMessage(part))
                }
            }
        }
    }

    /// Sends content without hashes.
    private func readContent(
        _ digest: BLAKE3Digest,
        _ range: ByteRange,
        _ writer: RPCWriter<DataMessage>,
        _ call: IncomingCall
    ) async throws(RPCError) {
        try await calls.run("ReadSlice", digest, call) {
            guard let body = try await blobs.read(digest, in: range) else {
                throw RPCError(absent: digest)
            }
            try await ContentSender(readingOn: calls.workers).send(body) { message in
                try await writer.write(message)
            }
        }
    }

    private func unproven(_ digest: BLAKE3Digest) async throws(BlobError) -> RPCError {
        guard try await blobs.has(digest) else { return RPCError(absent: digest) }
        return RPCError(code: .failedPrecondition, message: "\(digest): its hashes are not known")
    }

    private static func ranges(_ wire: [Blobstore_V1_ChunkRange]) throws(RPCError) -> ChunkRanges {
        guard wire.count <= rangeLimit else {
            throw invalid("ranges: \(wire.count) are more than \(rangeLimit)")
        }
        if wire.isEmpty { return .all }
        var boundaries: [UInt64] = []
        for (index, range) in wire.enumerated() {
            boundaries.append(range.start)
            if range.hasEnd {
                boundaries.append(range.end)
            } else if index < wire.count - 1 {
                throw invalid("ranges: number \(index) has no end and is not the last")
            }
        }
        guard let ranges = ChunkRanges(boundaries: boundaries) else {
            throw invalid("ranges: are empty, do not ascend or touch one another")
        }
        return ranges
    }

    /// The bytes of whole groups that one range of chunks touches.
    private static func range(
        _ ranges: ChunkRanges,
        _ groupSize: GroupSize
    ) throws(RPCError) -> ByteRange {
        let boundaries = ranges.boundaries
        guard let start = boundaries.first, boundaries.count <= 2 else {
            throw invalid("ranges: content without hashes is sent of one range at a time")
        }
        let count = groupSize.chunkCount
        let limit = UInt64.max >> 10
        guard start <= limit else { throw invalid("ranges: begin beyond the largest blob") }
        let end = boundaries.dropFirst().first.flatMap { end in
            end > limit - count ? nil : (end + count - 1) / count * count << 10
        }
        return ByteRange(from: start / count * count << 10, upTo: end)
    }

    private static func groupSize(
        _ request: Blobstore_V1_ReadSliceRequest
    ) throws(RPCError) -> GroupSize {
        if !request.hasGroupShift { return .standard }
        guard request.groupShift <= UInt32(GroupSize.standard.log),
            let groupSize = GroupSize(log: Int(request.groupShift))
        else {
            throw invalid("group_shift: \(request.groupShift) is above \(GroupSize.standard.log)")
        }
        return groupSize
    }

    /// How content and hashes are arranged; `nil` if no hashes are wanted.
    private static func form(_ wire: Blobstore_V1_SliceFormat) throws(RPCError) -> BaoForm? {
        switch wire {
        case .parents, .unspecified: return .parents
        case .siblings: return .siblings
        case .content: return nil
        case .UNRECOGNIZED(let number): throw invalid("format: \(number) is not known")
        }
    }

    private static func invalid(_ message: String) -> RPCError {
        RPCError(code: .invalidArgument, message: message)
    }
}
