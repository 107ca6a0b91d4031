// SPDX-License-Identifier: Apache-2.0
import BLAKE3
import BlobCombinators
import BlobStore
import BlobStoreTesting
import NIOCore
import Synchronization
import Testing

@Suite struct SubstitutingTests {
    private let blob = TestBlob(size: 3_000_000, seed: 5)
    private let good = MemoryBlobService()
    private let down = BlobError(.unavailable, "down")

    init() async throws { _ = try await good.put(blob.content) }

    /// Asks nobody only because another one takes its time.
    private func patient(_ substituters: [Substituter]) -> SubstitutingBlobService {
        var options = SubstitutingOptions()
        options.patience = .seconds(600)
        let patient = substituters.map { substituter in
            var substituter = substituter
            if substituter.timeout == .seconds(10) { substituter.timeout = .seconds(600) }
            return substituter
        }
        return SubstitutingBlobService(patient, options)
    }

    private func bytes(_ service: some BlobService) async throws -> ByteBuffer? {
        try await service.read(blob.digest)?.collect(upTo: blob.size)
    }

    @Test func `who is first is asked first`() async throws {
        let (first, second) = (Measured(good), Measured(good))
        let service = patient([
            Substituter(name: "second", second, priority: 20),
            Substituter(name: "first", first, priority: 10),
        ])
        #expect(try await bytes(service) == blob.content)
        #expect(first.byteCount == blob.size)
        #expect(second.byteCount == 0 && second.questionCount == 0)
    }

    @Test func `what the first has not got comes from the second`() async throws {
        let service = patient([
            Substituter(name: "empty", MemoryBlobService(), priority: 1),
            Substituter(name: "good", good, priority: 2),
        ])
        #expect(try await service.stat(blob.digest)?.size == UInt64(blob.size))
        #expect(try await bytes(service) == blob.content)
        #expect(try await service.missing(among: [blob.digest]) == [])
    }

    @Test func `all are asked at once for what is missing`() async throws {
        let absent = TestBlob(size: 5, seed: 99).digest
        let failing = FaultyBlobService(good, .failing(from: 0, down))
        let service = patient([
            Substituter(name: "a", MemoryBlobService(), priority: 1),
            Substituter(name: "b", good, priority: 2),
        ])
        #expect(try await service.missing(among: [absent, .empty, blob.digest]) == [absent])
        let broken = patient([Substituter(name: "a", failing), Substituter(name: "b", failing)])
        await #expect(throws: BlobError.self) { try await broken.missing(among: [absent]) }
        #expect(try await broken.missing(among: [.empty]) == [])
    }

    @Test func `who has a blob without hashes has the last word about them`() async throws {
        let other = FaultyBlobService(good, .failing(from: 0, down))
        let service = patient([
            Substituter(name: "good", Hashless(base: good), priority: 1),
            Substituter(name: "other", other, priority: 2),
        ])
        #expect(try await service.stat(blob.digest) != nil)
        #expect(try await service.outboard(of: blob.digest, in: .all) == nil)
        #expect(other.callCount == 0)
    }

    @Test func `what is missing everywhere is asked for once`() async throws {
        let measured = Measured(good)
        let service = patient([Substituter(name: "a", measured)])
        let absent = TestBlob(size: 5, seed: 99).digest
        #expect(try await service.missing(among: [absent]) == [absent])
        #expect(try await service.stat(absent) == nil)
        #expect(measured.questionCount == 0)
    }

    @Test func `one that is down does not matter`() async throws {
        let broken = FaultyBlobService(good, .failing(from: 0, down))
        let service = patient([
            Substituter(name: "broken", broken, priority: 1),
            Substituter(name: "good", good, priority: 2),
        ])
        #expect(try await bytes(service) == blob.content)
        let absent = TestBlob(size: 5, seed: 99).digest
        #expect(try await service.stat(absent) == nil)
        #expect(try await service.missing(among: [absent, blob.digest]) == [absent])
    }

    @Test func `if all are down that is an error that names why`() async throws {
        let broken = FaultyBlobService(good, .failing(from: 0, down))
        let service = patient([
            Substituter(name: "a", broken), Substituter(name: "b", broken),
        ])
        for _ in 0..<6 {
            do {
                _ = try await service.stat(blob.digest)
                Issue.record("no error")
            } catch {
                #expect(error.code == .unavailable)
            }
        }
        // They are left alone by then.
        #expect(broken.callCount == 6)
    }

    @Test func `one that takes too long is followed by the next`() async throws {
        let stalling = FaultyBlobService(good, .stalling(after: 1_100_000))
        let service = patient([
            Substituter(name: "stalling", stalling, priority: 1, timeout: .milliseconds(200)),
            Substituter(name: "good", good, priority: 2),
        ])
        #expect(try await bytes(service) == blob.content)
    }

    @Test func `one that never answers is not waited for`() async throws {
        var options = SubstitutingOptions()
        options.patience = .milliseconds(20)
        let service = SubstitutingBlobService(
            [
                Substituter(name: "mute", MuteBlobService(), priority: 1, timeout: .seconds(600)),
                Substituter(name: "good", good, priority: 2),
            ],
            options
        )
        #expect(try await service.stat(blob.digest)?.size == UInt64(blob.size))
        #expect(try await bytes(service) == blob.content)
    }

    @Test(arguments: [0, 1, 999_999, 2_999_999])
    func `wrong bytes are found out, and another goes on`(position: Int) async throws {
        let lying = VerifyingBlobService(
            FaultyBlobService(good, .flippingBit(at: position)),
            source: "lying"
        )
        let measured = Measured(good)
        let service = patient([
            Substituter(name: "lying", lying, priority: 1),
            Substituter(name: "good", measured, priority: 2),
        ])
        let monitor = TransferMonitor()
        let events = monitor.events()
        let transfer = monitor.begin(.fetch, blob.digest)
        let content = try await Transfer.$current.withValue(transfer) { try await bytes(service) }
        #expect(content == blob.content)
        monitor.finish()
        var demoted: [String] = []
        for await event in events { if case .demoted = event.kind { demoted.append(event.source) } }
        #expect(demoted == ["lying"])
        // Who has lied once is asked last from then on.
        let before = measured.byteCount
        #expect(try await bytes(service) == blob.content)
        #expect(measured.byteCount == before + blob.size)
    }

    @Test func `a body goes on from the last byte that has come`() async throws {
        let breaking = FaultyBlobService(good, .failing(from: 1, down))
        let cut = Cutting(base: good, limit: 1_500_000, error: down)
        let measured = Measured(good)
        for first in [Substituter(name: "cut", cut), Substituter(name: "breaking", breaking)] {
            var first = first
            first.priority = -1
            let service = patient([first, Substituter(name: "good", measured)])
            #expect(try await bytes(service) == blob.content)
        }
        #expect(measured.byteCount < blob.size)
    }

    @Test func `the only one that has a blob is tried again`() async throws {
        let cut = Cutting(base: good, limit: 1_500_000, error: down, recovers: true)
        let service = patient([
            Substituter(name: "cut", cut), Substituter(name: "empty", MemoryBlobService()),
        ])
        #expect(try await bytes(service) == blob.content)
    }

    @Test func `absence is remembered, and forgotten`() async throws {
        let empty = MemoryBlobService()
        let measured = Measured(empty)
        let service = patient([Substituter(name: "empty", measured)])
        for _ in 0..<5 { #expect(try await service.stat(blob.digest) == nil) }
        #expect(try await service.read(blob.digest) == nil)
        #expect(measured.questionCount == 1 && measured.readCount == 0)
        _ = try await empty.put(blob.content)
        #expect(try await service.stat(blob.digest) == nil)
        service.forgetAbsence(of: blob.digest)
        #expect(try await bytes(service) == blob.content)
    }

    @Test func `absence is not remembered if somebody could not be asked`() async throws {
        let broken = FaultyBlobService(good, .failing(from: 0, down))
        let measured = Measured(MemoryBlobService())
        let service = patient([
            Substituter(name: "broken", broken), Substituter(name: "empty", measured),
        ])
        for _ in 0..<2 { #expect(try await service.stat(blob.digest) == nil) }
        #expect(measured.questionCount == 2)
    }

    @Test func `equal ones take turns`() async throws {
        let sources = (0..<3).map { _ in Measured(good) }
        let service = patient(
            sources.enumerated().map { Substituter(name: "\($0.offset)", $0.element) }
        )
        for seed in 0..<30 {
            let blob = TestBlob(size: 10, seed: UInt64(seed))
            _ = try await good.put(blob.content)
            _ = try await service.read(blob.digest)
        }
        #expect(sources.map(\.readCount) == [10, 10, 10])
    }

    @Test func `the quickest of equal ones wins a race`() async throws {
        var options = SubstitutingOptions()
        options.samePriority = .race
        options.patience = .seconds(600)
        let service = SubstitutingBlobService(
            [
                Substituter(name: "mute", MuteBlobService(), timeout: .seconds(600)),
                Substituter(name: "good", good),
            ],
            options
        )
        for seed in 0..<10 {
            let blob = TestBlob(size: 10, seed: UInt64(seed))
            _ = try await good.put(blob.content)
            #expect(try await service.stat(blob.digest)?.size == 10)
        }
    }

    @Test func `nobody writes to a substituter`() async throws {
        let service = patient([Substituter(name: "good", good)])
        await #expect(throws: BlobError.self) { try await service.put(blob.content) }
    }
}
